"""Base and delta: whatever happened, they hold what a store holds that is made from nothing."""

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from time import sleep
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import strategies as st

from schema.catalog import Cell
from schema.catalog.connection import change
from schema.error import StoreNotReady
from service.metric.library import read_metrics
from service.metric.metric import Metric
from service.metric.relation import RELATIONS
from service.pool import Pool
from service.store import following
from service.store import store as store_room
from service.store.base import layout, newest, path_of
from service.store.compaction import progress
from service.store.question import asked, metric_question
from service.store.store import Store
from service.store.upkeep import Upkeep
from tests.law import law
from tests.service.bench import Bench as OpenBench
from tests.service.life import EVERYTHING, HAPPENINGS, Happening, Life

Bench = Any
METRICS = read_metrics()
NAMES = (
    "capacity_excess",
    "claimed_capacity",
    "half_cycle_polarization",
    "replicate_statistic",
    "theoretical_capacity",
)
"""Metrics of every reach: of tests, of cells, of everything, of claims."""
DEEP = ("activation_energy_drift", "ohmic_floor", "real_axis_resistance", "survival")
"""Metrics that stand on many more, for laws of what may happen to any."""


def chains(*names: str) -> dict[str, Metric]:
    """Return metrics and all they stand on."""
    return {each.name: each for name in names for each in (*METRICS[name].below, METRICS[name])}


SOME, MANY, LIVES = chains(*NAMES), chains(*NAMES, *DEEP), chains("survival")


def rows(store: Store, sql: str) -> list[tuple[Any, ...]]:
    """Return rows of the store as it stands."""
    with store.cursor() as cursor:
        return cursor.execute(sql).fetchall()


def everything(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Return all that a store answers: every relation, and every metric as it is asked for."""
    store.refresh()
    found = {
        name: rows(store, f"SELECT * FROM store.{name} ORDER BY ALL")
        for name in RELATIONS
        if name != "points"
    }
    for name, metric in store.metrics.items():
        with store.cursor() as cursor:
            table = asked(store, cursor, metric_question(metric, None)).to_arrow_table()
        found[name] = _rounded(table)
    return found


def _rounded(table: pa.Table) -> list[tuple[Any, ...]]:
    # the engine adds up rows in no fixed order
    columns = [
        [float(f"{x:.9g}") if isinstance(x, float) else x for x in column.to_pylist()]
        for column in table.columns
    ]
    return sorted(zip(*columns, strict=True), key=repr)


@pytest.fixture
def opened() -> Iterator[Callable[..., Store]]:
    """Return ``opened(bench, metrics)``: a store with bases."""
    stores: list[Store] = []

    def open_store(bench: Bench, metrics: dict[str, Metric] | None = None) -> Store:
        folder = bench.settings.store_folder
        store = Store(bench.engine, bench.lake, metrics or SOME, folder)
        stores.append(store)
        store.refresh()
        return store

    yield open_store
    for store in stores:
        store.close()


@pytest.fixture(scope="module")
def first_base(filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the base of a warehouse as each test is given it, to copy."""
    home = tmp_path_factory.mktemp("based") / "home"
    shutil.copytree(filled_home, home)
    bench = OpenBench(home)
    with closing(Store(bench.engine, bench.lake, SOME, bench.settings.store_folder)) as store:
        path = store.make_base()
    bench.engine.dispose()
    assert path is not None
    return path


@pytest.fixture
def based(warehouse: Bench, first_base: Path) -> Path:
    """Return the base of the test's own warehouse, where others made it before."""
    path = _created(warehouse.settings.store_folder) / first_base.name
    shutil.copy(first_base, path)
    return path


def fresh(
    bench: Bench, metrics: dict[str, Metric] | None = None
) -> dict[str, list[tuple[Any, ...]]]:
    """Return all that a store answers that is made from nothing."""
    with closing(Store(bench.engine, bench.lake, metrics or SOME)) as store:
        return everything(store)


@pytest.mark.slow
@law(6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    happenings=st.lists(
        st.tuples(HAPPENINGS, st.sampled_from(("", "asked", "base", "restarted"))), max_size=6
    )
)
@example(
    happenings=[
        (each, ("asked", "base", "", "restarted")[place % 4])
        for place, each in enumerate(EVERYTHING)
    ]
)
@example(happenings=[(("removes", which, 1.0), "base") for which in (0, 0, 0)])
@example(happenings=[(("weighs_a_cell", 0, 3.0), "base"), (("moves", 1, 1.0), "asked")] * 2)
def test_whatever_happened_base_and_delta_hold_what_a_new_store_holds(
    warehouse: Bench,
    opened: Callable[..., Store],
    tmp_path_factory: pytest.TempPathFactory,
    happenings: list[tuple[Happening, str]],
) -> None:
    home = tmp_path_factory.mktemp("life") / "home"
    shutil.copytree(warehouse.settings.home, home)
    bench = type(warehouse)(home)
    life, store = Life(bench), opened(bench, MANY)
    store.make_base()
    for happening, then in happenings:
        life.goes_on(happening)
        if then == "asked":
            everything(store)
        elif then == "base":
            store.make_base()
        elif then == "restarted":
            store = opened(bench, MANY)
    assert everything(store) == fresh(bench, MANY)
    store.make_base(anew=True)
    assert everything(opened(bench, MANY)) == fresh(bench, MANY)
    bench.engine.dispose()


@pytest.fixture(scope="module")
def untouched(filled_home: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return all that a store answers of a warehouse as each test is given it."""
    bench = OpenBench(filled_home)
    content = fresh(bench)
    bench.engine.dispose()
    return content


@pytest.mark.slow
def test_a_store_on_a_base_reads_no_rollup(warehouse: Bench, opened: Callable[..., Store]) -> None:
    first = opened(warehouse)
    content = everything(first)
    assert first.make_base() == newest(warehouse.settings.store_folder, layout(SOME))
    assert first.state.delta == frozenset()
    for kind in ("step", "spectrum"):
        folder = warehouse.lake.path(kind)
        folder.rename(folder.with_name(f"{kind}-gone"))
    second = opened(warehouse)
    assert second.base is not None
    assert everything(second) == content == everything(first)


@pytest.mark.slow
def test_a_change_loads_its_cell_and_nothing_else(
    warehouse: Bench, based: Path, opened: Callable[..., Store]
) -> None:
    store = opened(warehouse)
    assert store.base is not None
    assert store.base.path == based
    warehouse.supersede(1, warehouse.stretches(2))
    store.refresh()
    assert store.state.delta == {1}  # the cell of test 1
    assert rows(store, "SELECT DISTINCT test_id FROM delta.step") == [(1,)]
    assert rows(store, "SELECT count(*) FROM store.cycle WHERE test_id = 1") == [(2,)]
    assert everything(store) == fresh(warehouse)


@pytest.mark.slow
def test_a_cursor_goes_on_with_the_base_it_began_on(
    warehouse: Bench, based: Path, opened: Callable[..., Store]
) -> None:
    store, first = opened(warehouse), based
    assert store.base is not None
    with store.cursor() as cursor:
        store.begin(cursor)
        warehouse.supersede(1, warehouse.stretches(2))
        assert store.make_base() != first
        assert not first.exists()
        count = "SELECT count(*) FROM store.cycle WHERE test_id = 1"
        assert cursor.execute(count).fetchall() == [(5,)]
        assert rows(store, count) == [(2,)]


@pytest.mark.slow
def test_what_hangs_on_everything_is_computed_once_until_something_it_reads_changes(
    warehouse: Bench, opened: Callable[..., Store]
) -> None:
    store = opened(warehouse)

    def computed() -> object:
        with store.cursor() as cursor:
            asked(store, cursor, metric_question(SOME["replicate_statistic"], None)).fetchall()
        return store.state.computed_of["replicate_statistic"]

    first = computed()
    assert computed() is first
    warehouse.add_test("copy.mpr", warehouse.stretches(1), cell_id=2)
    store.refresh()
    assert computed() != first


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["cut", "empty", "garbage"])
def test_a_base_that_is_damaged_is_done_without_and_made_anew(
    warehouse: Bench,
    based: Path,
    opened: Callable[..., Store],
    untouched: dict[str, list[tuple[Any, ...]]],
    damage: str,
) -> None:
    path = based
    whole = path.read_bytes()
    cut = {"cut": whole[: len(whole) // 3], "empty": b"", "garbage": b"x" * len(whole)}
    path.unlink()
    path.write_bytes(cut[damage])
    store = opened(warehouse)
    assert store.base is None
    assert everything(store) == untouched
    assert store.make_base(anew=True) == path
    assert store.base is not None
    assert everything(store) == untouched


@pytest.mark.slow
def test_a_base_that_is_damaged_anywhere_never_gives_another_number(
    warehouse: Bench, opened: Callable[..., Store]
) -> None:
    path, expected = opened(warehouse, MANY).make_base(), fresh(warehouse, MANY)
    assert path is not None
    whole, left = path.read_bytes(), 0
    for block in range(12_288, len(whole), 262_144):  # behind the headers, DuckDB's blocks
        damaged = bytearray(whole)
        damaged[block + 20_000 : block + 20_100] = os.urandom(100)
        path.write_bytes(damaged)
        with closing(Store(warehouse.engine, warehouse.lake, MANY, path.parent)) as store:
            try:
                content = everything(store)
            except duckdb.Error as fault:
                left += store.leave_base(fault)
                content = everything(store)
            assert content == expected
        path.write_bytes(whole)
    assert left > 0


@pytest.mark.slow
def test_a_question_outlives_the_base_it_was_put_to(warehouse: Bench, based: Path) -> None:
    path = based
    capacity = metric_question(METRICS["discharge_capacity"], [1])
    whole, survived = path.read_bytes(), 0

    async def ask(store: Store) -> int:
        store.refresh()
        pool = Pool(store, 1, 60)
        table = await pool.table(capacity)
        pool.close()
        return int(table.num_rows)

    for block in range(12_288, len(whole), 262_144):
        path.write_bytes(whole[:block] + os.urandom(262_144) + whole[block + 262_144 :])
        with closing(Store(warehouse.engine, warehouse.lake, SOME, path.parent)) as store:
            store.refresh()  # as whoever asks a pool has done
            assert asyncio.run(ask(store)) == 5
            survived += store.base is None
        path.write_bytes(whole)
    assert survived > 0


@pytest.mark.slow
def test_the_base_of_another_catalog_is_not_read(
    first_base: Path, opened: Callable[..., Store], tmp_path: Path
) -> None:
    path = first_base
    other = OpenBench(tmp_path / "other")
    store = opened(other)
    while store.refresh() != int(path.stem.rpartition("-")[2]):
        with change(other.engine, "nothing"):
            pass
    assert store.snapshot is not None
    shutil.copy(path, path_of(_created(other.settings.store_folder), layout(SOME), store.snapshot))
    store = opened(other)
    assert store.base is None
    assert rows(store, "SELECT * FROM store.test") == []
    other.engine.dispose()


def _created(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.mark.slow
def test_until_the_base_is_made_few_cells_are_answered_and_many_are_told_to_wait(
    warehouse: Bench,
    opened: Callable[..., Store],
    untouched: dict[str, list[tuple[Any, ...]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for room, name in ((following, "LOADED_AT_ONCE"), (store_room, "LOADED_AT_ONCE")):
        monkeypatch.setattr(room, name, 1)
    monkeypatch.setattr(store_room, "FEW", 1)
    store = opened(warehouse)
    assert store.calls_for_base
    capacity = METRICS["discharge_capacity"]
    with store.cursor() as cursor, pytest.raises(StoreNotReady, match="0 of 3 cells"):
        asked(store, cursor, metric_question(SOME["discharge_capacity"], None))
    with store.cursor() as cursor:
        found = asked(store, cursor, metric_question(capacity, [1])).fetchall()
    assert len(found) == 5
    store.make_base()
    assert not store.calls_for_base
    assert everything(store) == untouched


@pytest.mark.slow
def test_what_came_with_a_base_is_in_what_hangs_on_everything(
    warehouse: Bench, opened: Callable[..., Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(warehouse, LIVES)
    store.make_base()
    everything(store)
    for name in ("LOADED_AT_ONCE", "FEW"):
        monkeypatch.setattr(store_room, name, 0)
    monkeypatch.setattr(following, "LOADED_AT_ONCE", 0)
    known = {"configuration": "Li/LATP/Li", "symmetric": True, "area_cm2": 1.0}
    with change(warehouse.engine, "a cell of which nothing was there") as (session, _):
        session.add(Cell(id=3, name="symmetric", **known))
    warehouse.add_test("more.mpr", warehouse.stretches(3), cell_id=3)
    store.refresh()
    assert store.state.absent
    store.make_base()
    content = everything(store)
    assert content["survival"]
    assert content == fresh(warehouse, LIVES)


def test_a_change_of_what_cells_went_through_is_no_change_of_nothing(
    warehouse: Bench, opened: Callable[..., Store]
) -> None:
    drift, store = MANY["activation_energy_drift"], opened(warehouse, MANY)
    before = store.state.sources(drift)
    warehouse.supersede(1, warehouse.stretches(2))
    store.refresh()
    assert store.state.sources(drift)["step"] != before["step"]


@pytest.mark.slow
def test_a_service_makes_the_base_by_itself_though_one_there_is_damaged(
    warehouse: Bench,
    based: Path,
    opened: Callable[..., Store],
    untouched: dict[str, list[tuple[Any, ...]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    based.write_bytes(b"no base")
    monkeypatch.setattr(store_room, "FEW", 1)
    store = opened(warehouse)
    assert store.calls_for_base
    with closing(Upkeep(store)):
        for _ in range(600):
            if store.base is not None:
                break
            sleep(0.1)
    assert store.base is not None
    assert not store.calls_for_base
    assert everything(store) == untouched


@pytest.mark.slow
def test_one_process_at_a_time_makes_a_base(warehouse: Bench, opened: Callable[..., Store]) -> None:
    store, other = opened(warehouse), opened(warehouse)
    attempts: list[object] = []

    def meanwhile(_done: int, _total: int) -> None:
        attempts.append((other.make_base(), progress(warehouse.settings.store_folder)))

    path = store.make_base(meanwhile)
    assert path is not None
    assert {each[0] for each in attempts if isinstance(each, tuple)} == {None}
    assert all(each[1] is not None for each in attempts if isinstance(each, tuple))
    assert progress(warehouse.settings.store_folder) is None
    other.refresh()
    assert other.base is not None
