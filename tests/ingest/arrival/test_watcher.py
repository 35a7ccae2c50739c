"""Folders are watched, those that notify and those that are polled alike."""

import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from queue import Queue
from threading import Event, Thread
from typing import Final

import pytest
from sqlalchemy import select

from ingest.arrival.arrivals import Pace
from ingest.arrival.folder import Patterns
from ingest.arrival.row import load
from ingest.arrival.take import Taking
from ingest.arrival.watched import Watched
from ingest.arrival.watcher import Looks, Teller, Watcher
from schema.catalog import Test
from schema.catalog.connection import look
from schema.settings import Settings
from schema.warehouse import Warehouse, open_warehouse
from tests.ingest.test_intake import write_cycling
from tests.ingest.working import small_export

PATIENCE_SECOND: Final = 30
SIDECAR: Final = """\
positive_current: discharge
columns:
  when: {quantity: test_time_second, unit: s}
  U: {quantity: voltage_volt, unit: V}
  I: {quantity: current_ampere, unit: mA}
"""
pytestmark = pytest.mark.slow


class Watching:
    """A watcher at work beside the test, and what it says."""

    def __init__(
        self, warehouse: Warehouse, settings: Settings, folder: Path, *, is_polled: bool
    ) -> None:
        self.warehouse, self.settings = warehouse, settings
        self.folder, self.is_polled = folder, is_polled
        self.said: Queue[tuple[str, str]] = Queue()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Watch until the end of the block."""
        watcher = Watcher(
            self.warehouse,
            [Watched(self.folder, lambda _: self.is_polled)],
            Taking(self.warehouse.engine, self.settings, processes=0),
            patterns=Patterns(),
            pace=Pace(0.6, 0),
            looks=Looks(0.2, 600.0),
            teller=Teller(
                lambda outcome, _: self.said.put((outcome.status, outcome.path.name)),
                lambda text: self.said.put(("warning", text)),
                lambda text: self.said.put(("note", text)),
            ),
        )
        stop = Event()
        thread = Thread(target=watcher.run, args=(stop,))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(PATIENCE_SECOND)
            assert not thread.is_alive()

    def next(self) -> tuple[str, str]:
        """Return what it says next."""
        return self.said.get(timeout=PATIENCE_SECOND)

    def states(self) -> dict[str, str]:
        """Return the state of each file by name, as the catalog has it."""
        rows = load(self.warehouse.engine, self.folder)
        return {Path(row.path).name: row.state for row in rows}


@pytest.fixture(params=["notify", "poll"])
def watching(
    request: pytest.FixtureRequest, settings: Settings, empty_warehouse: Warehouse, tmp_path: Path
) -> Watching:
    """Return who watches a folder."""
    folder = tmp_path / "lab"
    folder.mkdir()
    is_polled = request.param == "poll"
    return Watching(empty_warehouse, settings, folder.resolve(), is_polled=is_polled)


def a_test(path: Path, number: int) -> Callable[[Path], Path]:
    """Write a test elsewhere and return what puts it into its place at once."""
    whole = small_export(path, number)
    return lambda to: Path(shutil.copy(whole, to))


def test_what_arrives_is_taken_in_wherever_in_the_folder(
    watching: Watching, tmp_path: Path
) -> None:
    lab = watching.folder
    shutil.copy(write_cycling(tmp_path / "1.bdf.csv", 1), lab / "before.bdf.csv")
    with watching.at_work():
        assert watching.next() == ("ingested", "before.bdf.csv")
        (lab / "may").mkdir()
        part = a_test(tmp_path / "2.bdf.csv", 2)(lab / "may" / "later.bdf.csv.part")
        part.rename(lab / "may" / "later.bdf.csv")
        assert watching.next() == ("ingested", "later.bdf.csv")
        outside = tmp_path / "june"
        outside.mkdir()
        a_test(tmp_path / "3.bdf.csv", 3)(outside / "moved.bdf.csv")
        outside.rename(lab / "june")
        assert watching.next() == ("ingested", "moved.bdf.csv")
        (lab / "none.txt").write_text("no export\n", encoding="utf-8")
        assert watching.next() == ("refused", "none.txt")
        shutil.rmtree(lab / "may")
        a_test(tmp_path / "4.bdf.csv", 4)(lab / "last.bdf.csv")
        assert watching.next() == ("ingested", "last.bdf.csv")
    assert watching.states() == {
        "before.bdf.csv": "ingested",
        "later.bdf.csv": "gone",
        "moved.bdf.csv": "ingested",
        "none.txt": "refused",
        "last.bdf.csv": "ingested",
    }
    with watching.at_work():
        write_cycling(lab / "before.bdf.csv", 5)
        assert watching.next() == ("ingested", "before.bdf.csv")  # and nothing else anew
    with look(watching.warehouse.engine) as session:
        assert len(session.scalars(select(Test).where(Test.removed_snapshot.is_(None))).all()) == 4


def test_a_folder_that_is_away_is_a_warning_and_is_watched_again_when_it_is_back(
    watching: Watching, tmp_path: Path
) -> None:
    lab, away = watching.folder, tmp_path / "away"
    a_test(tmp_path / "1.bdf.csv", 1)(lab / "first.bdf.csv")
    with watching.at_work():
        assert watching.next() == ("ingested", "first.bdf.csv")
        lab.rename(away)
        kind, text = watching.next()
        assert kind == "warning"
        assert text.startswith(f"{lab}: the folder, or all that was in it, is away; is it mounted?")
        lab.mkdir()  # a place to mount at, empty
        lab.rmdir()
        away.rename(lab)
        assert watching.next() == ("note", f"{lab}: it is back, and watched again")
        a_test(tmp_path / "2.bdf.csv", 2)(lab / "second.bdf.csv")
        assert watching.next() == ("ingested", "second.bdf.csv")
    assert watching.states() == {"first.bdf.csv": "ingested", "second.bdf.csv": "ingested"}


def test_an_empty_place_where_files_were_is_not_believed(
    watching: Watching, tmp_path: Path
) -> None:
    lab = watching.folder
    a_test(tmp_path / "1.bdf.csv", 1)(lab / "first.bdf.csv")
    with watching.at_work():
        assert watching.next() == ("ingested", "first.bdf.csv")
    lab.rename(tmp_path / "away")
    lab.mkdir()
    with watching.at_work():
        assert watching.next()[0] == "warning"
    assert watching.states() == {"first.bdf.csv": "ingested"}


def test_a_refused_file_is_ingested_when_a_sidecar_declares_it(watching: Watching) -> None:
    table = watching.folder / "strange.csv"
    table.write_text("when,U,I\n0,3.1,1\n10,3.2,1\n20,3.3,1\n", encoding="utf-8")
    with watching.at_work():
        assert watching.next() == ("refused", "strange.csv")
        sidecar = table.with_name("strange.csv.leyden.yaml")
        sidecar.write_text(SIDECAR, encoding="utf-8")
        assert watching.next() == ("ingested", "strange.csv")
    assert watching.states() == {"strange.csv": "ingested", sidecar.name: "beside"}


def test_a_container_is_taken_in_with_all_that_is_in_it(watching: Watching, tmp_path: Path) -> None:
    packed = tmp_path / "runs.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for number in (1, 2):
            name = f"{number}.bdf.csv"
            archive.write(small_export(tmp_path / name, number), name)
        archive.writestr("notes.txt", "no export")
    with watching.at_work():
        shutil.copy(packed, watching.folder)
        assert watching.next() == ("refused", "runs.zip")
    (row,) = load(watching.warehouse.engine, watching.folder)
    assert row.reason
    assert row.reason.startswith("1 of 3 in it refused, first notes.txt: no reader knows")
    with look(watching.warehouse.engine) as session:
        assert len(session.scalars(select(Test)).all()) == 2


def test_a_catalog_that_is_locked_for_long_is_waited_for(tmp_path: Path) -> None:
    (tmp_path / "lab").mkdir()
    settings = Settings(home=tmp_path / "home")
    warehouse = open_warehouse(settings)
    watching = Watching(warehouse, settings, tmp_path / "lab", is_polled=False)
    with (
        closing(sqlite3.connect(tmp_path / "home" / "catalog.sqlite")) as other,
        watching.at_work(),
    ):
        other.execute("BEGIN IMMEDIATE")
        a_test(tmp_path / "1.bdf.csv", 1)(tmp_path / "lab" / "first.bdf.csv")
        kind, text = watching.said.get(timeout=2 * PATIENCE_SECOND)
        assert kind == "warning"
        assert "the catalog is locked by another program" in text
        other.rollback()
        while (said := watching.next()) in {("failed", "first.bdf.csv"), (kind, text)}:
            pass  # it was in hand, and is tried again
        assert said == ("ingested", "first.bdf.csv")
    assert watching.states() == {"first.bdf.csv": "ingested"}
    warehouse.engine.dispose()


def test_what_is_mounted_in_its_place_says_whether_a_folder_is_polled(tmp_path: Path) -> None:
    lab, asked = tmp_path / "lab", Queue[Path]()

    def polls(folder: Path) -> bool:
        asked.put(folder)
        return (folder / "share").exists()

    watched = Watched(lab, polls)
    watched.identify()
    assert (watched.identity, watched.is_polled, asked.qsize()) == (None, False, 0)
    lab.mkdir()
    watched.identify()
    watched.identify()
    assert (watched.is_polled, asked.qsize()) == (False, 1)
    lab.rename(tmp_path / "unmounted")
    lab.mkdir()
    (lab / "share").touch()
    watched.identify()
    assert (watched.is_polled, asked.qsize()) == (True, 2)
