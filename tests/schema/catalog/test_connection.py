"""The catalog opens by itself, changes one at a time, and numbers nothing twice."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from threading import Thread
from time import sleep

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from schema.catalog import CellLayer, Snapshot, Substance, Test
from schema.catalog.connection import (
    allocate,
    change,
    connect,
    current_snapshot,
    look,
)
from schema.catalog.migration import open_catalog
from schema.error import CatalogNotMigrated, InvalidArgument, InvalidSetting, UnknownName
from schema.settings import Settings

CREW = 3


def a_test(number: int, snapshot: int) -> Test:
    return Test(
        id=number,
        name=f"test {number}",
        origin=f"/exports/{number}",
        position=1,
        point_count=0,
        step_count=0,
        cycle_count=0,
        spectrum_count=0,
        facts={},
        added_snapshot=snapshot,
    )


@pytest.fixture(scope="module")
def crew() -> Iterator[ProcessPoolExecutor]:
    """Return processes that share nothing: to start them is dearer than what they do."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(CREW, mp_context=spawn) as pool:
        yield pool


def open_and_count(settings: Settings) -> int:
    engine = open_catalog(settings)
    with look(engine) as session:
        count = session.scalar(select(func.count()).select_from(Substance))
    engine.dispose()
    assert count is not None
    return count


def commit_many(settings: Settings, worker: int, count: int) -> list[int]:
    """Commit tests under allocated ids, one by one; every third change fails and is undone."""
    engine = open_catalog(settings)
    committed = []
    for turn in range(count):
        (number,) = allocate(engine, "test", 1)
        try:
            with change(engine, f"worker {worker}, turn {turn}") as (session, snapshot):
                session.add(a_test(number, snapshot))
                session.flush()
                if turn % 3 == 2:
                    raise InterruptedError  # noqa: TRY301 - the change is what must undo it
        except InterruptedError:
            continue
        committed.append(number)
    engine.dispose()
    return committed


def test_several_processes_open_an_empty_place_at_once(
    crew: ProcessPoolExecutor, nowhere: Settings
) -> None:
    assert list(crew.map(open_and_count, [nowhere] * CREW)) == [0] * CREW


def test_a_catalog_from_a_newer_program_is_refused(settings: Settings) -> None:
    engine = open_catalog(settings)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(CatalogNotMigrated, match="9999"):
        open_catalog(settings)


@pytest.mark.parametrize(
    "url", ["nonsense", "sqlite://", "sqlite:///:memory:", "mysql://localhost/leyden"]
)
def test_an_url_that_leads_to_no_catalog_is_refused(url: str) -> None:
    with pytest.raises(InvalidSetting, match="LEYDEN_DATABASE_URL"):
        connect(url)


def test_a_server_that_does_not_answer_is_refused_without_telling_the_password() -> None:
    with pytest.raises(InvalidSetting, match="LEYDEN_DATABASE_URL") as refusal:
        connect("postgresql://leyden:secret@127.0.0.1:1/leyden")
    assert "secret" not in str(refusal.value)


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InvalidSetting, match="LEYDEN_DATABASE_URL"):
        connect(f"sqlite:///{tmp_path}/file/below/catalog.sqlite")


def test_sqlite_is_set_up_to_survive_a_power_cut(tmp_path: Path) -> None:
    engine = open_catalog(Settings(home=tmp_path))
    with look(engine) as session:
        pragmas = {
            name: session.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        }
    engine.dispose()
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "busy_timeout": 30000,
        "foreign_keys": 1,
    }


def test_a_change_adds_a_snapshot_and_what_was_changed(engine: Engine) -> None:
    with look(engine) as session:
        assert current_snapshot(session) == 0
    with change(engine, "enter LATP") as (session, snapshot):
        session.add(Substance(name="LATP"))
    with look(engine) as session:
        assert current_snapshot(session) == snapshot > 0
        assert session.scalars(select(Substance.name)).all() == ["LATP"]
        assert session.scalars(select(Snapshot.action)).all() == ["enter LATP"]


def test_a_change_that_fails_leaves_nothing(engine: Engine) -> None:
    def enter_and_fail() -> None:
        with change(engine, "enter LATP") as (session, _):
            session.add(Substance(name="LATP"))
            session.flush()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        enter_and_fail()
    with look(engine) as session:
        assert current_snapshot(session) == 0
        assert session.scalars(select(Substance.name)).all() == []


def test_what_was_changed_can_still_be_read_after_the_change(engine: Engine) -> None:
    with change(engine, "enter LATP") as (session, _):
        session.add(substance := Substance(name="LATP"))
    assert (substance.id, substance.name) == (1, "LATP")


def test_a_look_cannot_change_anything(engine: Engine) -> None:
    def change_within_a_look() -> None:
        with look(engine) as session:
            session.add(Substance(name="LATP"))
            session.commit()

    with pytest.raises(DBAPIError, match=r"read-?only"):
        change_within_a_look()
    with change(engine, "the same connection can write again") as (session, _):
        session.add(Substance(name="LATP"))


def test_a_look_sees_one_state_though_the_catalog_changes(engine: Engine) -> None:
    names = select(Substance.name)
    with look(engine) as session:
        assert session.scalars(names).all() == []
        with change(engine, "enter LATP") as (other, _):
            other.add(Substance(name="LATP"))
        assert session.scalars(names).all() == []
        assert current_snapshot(session) == 0
    with look(engine) as session:
        assert session.scalars(names).all() == ["LATP"]


def test_a_change_waits_for_the_one_before_it(engine: Engine) -> None:
    order = []

    def second() -> None:
        with change(engine, "second"):
            order.append("second")

    with change(engine, "first"):
        waiting = Thread(target=second)
        waiting.start()
        sleep(0.3)
        order.append("first")
    waiting.join(30)
    assert order == ["first", "second"]


def test_a_row_that_speaks_of_nothing_is_refused(engine: Engine) -> None:
    def add_a_layer_of_no_cell() -> None:
        with change(engine, "a layer of no cell") as (session, _):
            session.add(CellLayer(cell_id=404, position=1))

    with pytest.raises(IntegrityError):
        add_a_layer_of_no_cell()


def test_allocated_numbers_follow_each_other(engine: Engine) -> None:
    assert allocate(engine, "test", 3) == range(1, 4)
    assert allocate(engine, "test", 0) == range(4, 4)
    assert allocate(engine, "test", 2) == range(4, 6)


def test_an_allocated_number_is_never_one_already_in_the_table(engine: Engine) -> None:
    with change(engine, "a test restored from elsewhere") as (session, snapshot):
        session.add(a_test(41, snapshot))
    assert allocate(engine, "test", 2) == range(42, 44)


def test_a_test_without_an_allocated_number_is_refused(engine: Engine) -> None:
    def add_without_number() -> None:
        with change(engine, "no number") as (session, snapshot):
            test = a_test(0, snapshot)
            del test.id
            session.add(test)

    with (
        pytest.warns(match="has no Python-side or server-side default"),
        pytest.raises(Exception, match=r"NULL identity key|null value"),
    ):
        add_without_number()


@pytest.mark.parametrize("kind", ["cell", "nonsense"])
def test_only_numbered_tables_are_allocated_for(engine: Engine, kind: str) -> None:
    with pytest.raises(UnknownName, match="known: test"):
        allocate(engine, kind, 1)


def test_fewer_than_no_numbers_are_refused(engine: Engine) -> None:
    with pytest.raises(InvalidArgument):
        allocate(engine, "test", -1)


@pytest.mark.slow
def test_processes_that_commit_side_by_side_lose_nothing_and_number_nothing_twice(
    crew: ProcessPoolExecutor, settings: Settings
) -> None:
    count = 30
    engine = open_catalog(settings)
    watched: list[list[int]] = []
    futures = [crew.submit(commit_many, settings, worker, count) for worker in range(CREW)]
    while not all(future.done() for future in futures):
        with look(engine) as session:
            watched.append(list(session.scalars(select(Snapshot.id).order_by(Snapshot.id))))
    committed = [number for future in futures for number in future.result()]
    with look(engine) as session:
        stored = list(session.scalars(select(Test.id)))
        snapshots = list(session.scalars(select(Snapshot.id).order_by(Snapshot.id)))
    engine.dispose()
    assert len(set(committed)) == len(committed) == CREW * count * 2 // 3
    assert sorted(stored) == sorted(committed)
    assert len(snapshots) == len(committed)
    for seen in watched:  # what was seen once is all there was up to its number, for good
        assert seen == snapshots[: len(seen)]
