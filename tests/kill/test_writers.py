"""Many who write at once, and one who has the catalog for long: all comes in, once."""

import time
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from schema.catalog.connection import alone
from schema.inspection import inspect, sweep
from schema.settings import Settings
from tests.ingest.working import ask_for, small_exports
from tests.kill.place import Place
from tests.kill.program import Forker
from tests.kill.rows import living_rows

WRITERS: Final = 8
LOCK_SECOND: Final = 40.0


@pytest.fixture
def place(settings: Settings, tmp_path: Path, forker: Forker) -> Place:
    place = Place(tmp_path / "place", tmp_path, settings, forker)
    small_exports(tmp_path / "exports", 2 * WRITERS)
    return place


def exports_of(place: Place, writer: int) -> list[str]:
    """Return the files of a writer, of which each neighbor has one, too."""
    numbers = [(2 * writer + each) % (2 * WRITERS) for each in range(3)]
    return [str(place.shared / "exports" / f"{number}.bdf.csv") for number in numbers]


def check(place: Place) -> Counter[str]:
    """Return what there is, all of which is whole."""
    with place.warehouse() as warehouse:
        sweep(warehouse.engine, warehouse.lake, 0)
        assert inspect(warehouse.engine, warehouse.lake).faults == ()
        return living_rows(warehouse)


@pytest.mark.slow
def test_eight_writers_at_once_write_what_one_would(place: Place, tmp_path: Path) -> None:
    writers = [
        place.forker.begin(
            ["ingest", *exports_of(place, number)],
            place.environment(),
            place.folder / f"writer-{number}",
        )
        for number in range(WRITERS)
    ]
    for each in writers:
        each.let()
    for each in writers:
        assert each.wait() == 0, each.err
    said = Counter(line.split()[0] for each in writers for line in each.out.splitlines())
    assert said == {"ingested": 2 * WRITERS, "already": WRITERS, "ingest:": WRITERS}
    alone_settings = Settings(home=tmp_path / "alone")
    one = Place(tmp_path / "one", tmp_path, alone_settings, place.forker)
    one.run("ingest", str(tmp_path / "exports"))
    assert check(place) == check(one)


@pytest.mark.slow
def test_who_has_the_catalog_for_forty_seconds_is_waited_for_or_told_of(place: Place) -> None:
    exports = sorted((place.shared / "exports").iterdir())
    with place.warehouse() as warehouse:
        ask_for(warehouse.engine, exports[:3])
        with alone(warehouse.engine):
            began = time.monotonic()
            worker = place.begin("worker", "--processes", "1", "--until-empty")
            ingest = place.begin("ingest", *map(str, exports[3:6]))
            time.sleep(LOCK_SECOND)
            assert worker.is_alive()
    assert time.monotonic() - began >= LOCK_SECOND
    assert worker.wait() == 0, worker.err
    if ingest.wait():
        assert "the catalog is locked by another program" in ingest.err
        assert "tried for 30 s" in ingest.err
        place.run("ingest", *map(str, exports[3:6]))
    for each in (worker, ingest):
        assert "Traceback" not in each.err
        assert "fault of Leyden" not in each.err
    assert sum(row.startswith("test ") for row in check(place)) == 6
