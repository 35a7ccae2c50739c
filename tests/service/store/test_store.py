"""The store: what it holds after a refresh, and what readers see during one."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import update

from schema.catalog import LakeFile, Test
from schema.catalog.connection import change
from schema.error import LakeFileUnreadable, UnknownName
from schema.lake import hash_of
from service.metric.scope import POINTS_FILES, whole
from service.store.points import points_columns
from service.store.store import Store

Bench = Any


@pytest.fixture
def store(warehouse: Bench) -> Iterator[Store]:
    store = Store(warehouse.engine, warehouse.lake)
    store.refresh()
    yield store
    store.close()


def rows(store: Store, sql: str) -> list[tuple[Any, ...]]:
    with store.cursor() as cursor:
        return cursor.execute(sql).fetchall()


def test_it_holds_what_the_catalog_says_is_alive(store: Store) -> None:
    counts = {
        name: rows(store, f"SELECT test_id, count(*) FROM store.{name} GROUP BY 1 ORDER BY 1")
        for name in ("step", "cycle", "spectrum", "test")
    }
    assert counts == {
        "step": [(1, 20), (2, 6)],
        "cycle": [(1, 5), (2, 3)],
        "spectrum": [(3, 62)],
        "test": [(1, 1), (2, 1), (3, 1)],
    }
    assert rows(store, "SELECT test_name, cell_id FROM store.test ORDER BY test_id") == [
        ("gcpl.mpr", 1),
        ("rate.nda", 2),
        ("peis.mpr", None),
    ]
    assert rows(
        store, "SELECT cell_id, cell_name, active_mass_gram, area_cm2 FROM store.cell ORDER BY 1"
    ) == [(1, "LFP-01", 0.01, 2.0), (2, "LiS-02", None, None)]


def test_a_file_from_before_a_column_was_known_reads_with_nulls_in_it(warehouse: Bench) -> None:
    columns = ("test_id", "spectrum_count", "record_index", "state_of_charge")
    points = f"SELECT {', '.join(columns)} FROM store.spectrum ORDER BY test_id, record_index"
    (old,) = warehouse.lake.path("spectrum").glob("*.parquet")
    table = pq.read_table(old)
    pq.write_table(table.drop_columns("state_of_charge"), old)
    with change(warehouse.engine, "as that version wrote it") as (session, _):
        written = LakeFile.path == old.relative_to(warehouse.lake.folder).as_posix()
        session.execute(update(LakeFile).where(written).values(sha256=hash_of(old)))
    spectrum = table.slice(0, 31).drop_columns(["test_id", "state_of_charge"])
    warehouse.add_test(
        "new.csv", spectra=spectrum.append_column("state_of_charge", pa.array([0.25] * 31))
    )
    store = Store(warehouse.engine, warehouse.lake)
    store.refresh()
    assert rows(store, points) == [
        *((3, 1 + place // 31, place + 1, None) for place in range(62)),
        *((4, 1, place + 1, 0.25) for place in range(31)),
    ]
    store.close()


def test_cycles_are_sums_over_their_steps(store: Store) -> None:
    found = rows(
        store,
        "SELECT first_mode, complete, charge_capacity_ah, discharge_capacity_ah, duration_second,"
        " charge_current_ampere, discharge_current_ampere, start_time_second"
        " FROM store.cycle WHERE test_id = 1 ORDER BY cycle_count",
    )
    assert [row[:2] for row in found] == [("charge", n < 5) for n in range(1, 6)]
    for number, row in enumerate(found):
        ampere_hours = 0.001 * 0.98**number
        seconds = 3600 * 0.98**number * (1 + 1 / 0.99) + 1200
        assert row[2:7] == pytest.approx(
            (ampere_hours / 0.99, ampere_hours, seconds, 0.001, -0.001)
        )
    assert found[0][7] == 0.0
    modes = rows(store, "SELECT DISTINCT first_mode FROM store.cycle WHERE test_id = 2")
    assert modes == [("discharge",)]


def test_a_refresh_without_a_change_reads_no_row(store: Store, warehouse: Bench) -> None:
    snapshot = store.refresh()
    warehouse.lake.folder.rename(warehouse.lake.folder.with_name("gone"))
    assert store.refresh() == snapshot == store.snapshot


@pytest.mark.slow
def test_a_new_test_is_there_after_a_refresh_and_not_before(store: Store, warehouse: Bench) -> None:
    before = store.snapshot
    test_id = warehouse.add_test("copy.mpr", spectra=spectra_of(store))
    assert rows(store, f"SELECT count(*) FROM store.spectrum WHERE test_id = {test_id}") == [(0,)]
    assert store.refresh() > (before or 0)
    assert rows(store, f"SELECT count(*) FROM store.spectrum WHERE test_id = {test_id}") == [(62,)]


def spectra_of(store: Store) -> pa.Table:
    with store.cursor() as cursor:
        found = cursor.sql("SELECT * EXCLUDE (test_id) FROM store.spectrum WHERE test_id = 3")
        return found.to_arrow_table()


@pytest.mark.slow
def test_superseded_files_give_way_to_the_new_ones(store: Store, warehouse: Bench) -> None:
    stretches = warehouse.stretches(2)
    warehouse.supersede(1, stretches)
    store.refresh()
    assert rows(store, "SELECT count(*) FROM store.step WHERE test_id = 1") == [(8,)]
    assert rows(store, "SELECT count(*) FROM store.cycle WHERE test_id = 1") == [(2,)]
    assert len(points_files(store, [1])) == 1
    assert rows(store, "SELECT count(*) FROM store.cycle WHERE test_id = 2") == [(3,)]


@pytest.mark.slow
def test_a_removed_test_is_gone_from_every_relation(store: Store, warehouse: Bench) -> None:
    warehouse.remove(1)
    store.refresh()
    for name in ("step", "cycle", "test"):
        assert rows(store, f"SELECT count(*) FROM store.{name} WHERE test_id = 1") == [(0,)]
    assert points_files(store, [1]) == []


@pytest.mark.slow
def test_a_cell_assigned_later_is_seen(store: Store, warehouse: Bench) -> None:
    with change(warehouse.engine, "assign") as (session, _):
        session.execute(update(Test).where(Test.id == 3).values(cell_id=2))
    store.refresh()
    assert rows(store, "SELECT cell_id FROM store.test WHERE test_id = 3") == [(2,)]


@pytest.mark.slow
def test_cycles_are_numbered_anew_where_a_test_comes_to_a_cell_or_leaves_it(
    store: Store, warehouse: Bench
) -> None:
    numbers = "SELECT test_id, cell_id, cycle_count, cell_cycle_count FROM store.cycle ORDER BY ALL"
    alone = rows(store, numbers)
    assert [row[3] for row in alone] == [1, 2, 3, 4, 5, 1, 2, 3]
    with change(warehouse.engine, "assign") as (session, _):
        session.execute(update(Test).where(Test.id == 2).values(cell_id=1))
    store.refresh()
    # its first discharge goes on with the last one of test 1, and is of that cycle
    assert rows(store, numbers)[5:] == [(2, 1, n + 1, 5 + n) for n in (1, 2, 3)]
    warehouse.remove(1)
    store.refresh()
    assert rows(store, numbers) == [(2, 1, n, n) for n in (1, 2, 3)]


def points_files(store: Store, tests: Sequence[int] | None) -> list[str]:
    """Return the points files of tests, without the empty prototype."""
    with store.cursor() as cursor:
        return [each.path for each in store.begin(cursor).points_of(tests)]


@pytest.mark.slow
def test_only_the_points_files_asked_for_are_named(store: Store) -> None:
    one, two, every = (points_files(store, tests) for tests in ([1], [2, 3, 99], None))
    assert len(one) == len(two) == 1
    assert sorted(one + two) == every


def test_files_outside_the_lake_cannot_be_read(store: Store) -> None:
    for sql in (
        "SELECT * FROM read_text('/etc/hostname')",
        "COPY (SELECT 1) TO '/tmp/leyden.csv'",
        "INSTALL httpfs",
    ):
        with store.cursor() as cursor, pytest.raises(duckdb.Error):
            cursor.execute(sql)


@pytest.mark.slow
def test_an_answer_begun_before_a_refresh_stays_with_its_snapshot(
    store: Store, warehouse: Bench
) -> None:
    with store.cursor() as cursor:
        files = store.points_files(store.begin(cursor), [1])
        warehouse.supersede(1, warehouse.stretches(2))
        store.refresh()
        assert cursor.execute("SELECT max(cycle_count) FROM store.cycle").fetchall() == [(5,)]
        points = whole("points")
        found = cursor.execute(f"SELECT max(cycle_count) FROM ({points})", {POINTS_FILES: files})
        assert found.fetchall() == [(5,)]


@pytest.mark.slow
def test_readers_never_see_points_of_one_snapshot_with_steps_of_another(
    store: Store, warehouse: Bench
) -> None:
    done = Event()
    points = whole("points")

    def look() -> set[tuple[int, int, int]]:
        seen = set()
        while not done.is_set():
            with store.cursor() as cursor:
                files = store.points_files(store.begin(cursor), [1])
                sql = (
                    f"SELECT (SELECT max(cycle_count) FROM ({points})), "
                    "(SELECT max(cycle_count) FROM store.step WHERE test_id = 1), "
                    "(SELECT count(*) FROM store.cycle WHERE test_id = 1)"
                )
                found = cursor.execute(sql, {POINTS_FILES: files}).fetchone()
                assert found
                seen.add((found[0], found[1], found[2]))
        return seen

    with ThreadPoolExecutor(3) as threads:
        looking = [threads.submit(look) for _ in range(2)]
        try:
            for cycle_count in (2, 3, 4, 5, 6):
                warehouse.supersede(1, warehouse.stretches(cycle_count))
                refreshed = [threads.submit(store.refresh) for _ in range(2)]
                store.refresh()
                assert len({future.result() for future in refreshed}) == 1
        finally:
            done.set()
        seen = set().union(*(future.result() for future in looking))
    assert all(one == two == three for one, two, three in seen)
    assert seen


@pytest.mark.slow
def test_a_damaged_file_is_left_out_and_told_until_it_is_whole_again(
    store: Store, warehouse: Bench
) -> None:
    warehouse.supersede(1, warehouse.stretches(2))
    files = [p for p in warehouse.lake.folder.glob("step/1-*") if "-1." not in p.name]
    newest = max(files, key=lambda path: path.stat().st_mtime_ns)
    whole_file = newest.read_bytes()
    newest.chmod(0o644)
    newest.write_bytes(b"PAR1 no")
    store.refresh()
    assert rows(store, "SELECT count(*) FROM store.step WHERE test_id = 1") == [(0,)]
    assert rows(store, "SELECT count(*) FROM store.step WHERE test_id = 2") == [(6,)]
    (lost,) = store.state.unreadable.values()
    assert (lost.test_id, warehouse.lake.path(lost.path)) == (1, newest)
    store.ready(None)
    store.ready([2])
    with pytest.raises(LakeFileUnreadable, match="test 1 is left out until"):
        store.ready([1, 2])
    newest.write_bytes(whole_file)
    with change(warehouse.engine, "anything"):
        pass
    store.refresh()
    assert rows(store, "SELECT count(*) FROM store.step WHERE test_id = 1") == [(8,)]
    store.ready([1])


def test_a_test_without_points_says_so(store: Store) -> None:
    with pytest.raises(UnknownName, match="no test with points is called '3'"):
        points_columns(store, 3)
