"""Laws of publishing: whatever happened before, what stands there is what the warehouse answers.

Numbers are held to 1e-10 of each other, everything else must be the same: the engine adds up rows
in no fixed order, and asked twice in a row the same metric differs in the 14th digit. What is left
over where large numbers cancel, as a slope of 0.06 V/(A·h) among some of 3,000, is held to 1e-13 of
the largest.
"""

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import strategies as st
from sqlalchemy import update

from schema.catalog import Substance, Test
from schema.catalog.connection import change
from schema.settings import Settings
from service.graphql.build.table import camel
from service.metric.library import read_metrics
from service.metric.metric import Metric
from service.publish.star import PublishedTable, star
from service.store.question import asked, metric_question
from service.store.store import Store
from tests.law import law
from tests.service.life import EVERYTHING, HAPPENINGS, Happening, Life

Bench = Any
Publisher = Any
Publishing = Callable[..., Publisher]

METRICS = read_metrics()
STAR = star(METRICS)
OF_TESTS = [each for each in STAR if each.scope == "test" and isinstance(each.source, Metric)]


def with_below(*names: str) -> dict[str, Metric]:
    """Return metrics of these names, each after those it is built on."""
    found: dict[str, Metric] = {}
    for name in names:
        found |= {each.name: each for each in (*METRICS[name].below, METRICS[name])}
    return found


FEW = with_below(
    "capacity_excess",
    "claimed_capacity",
    "dc_resistance",
    "half_cycle_polarization",
    "real_axis_resistance",
    "replicate_statistic",
)
"""Metrics of every kind: of points, steps, cycles, sweeps, layers, properties, claims and cells."""


def in_order(rows: pa.Table, table: PublishedTable) -> pa.Table:
    """Return rows in the order of their key."""
    names = table.key or rows.column_names
    return rows.cast(table.arrow).sort_by([(name, "ascending") for name in names])


def in_file(path: Path, tables: Iterable[PublishedTable]) -> dict[str, pa.Table]:
    """Return all that a .duckdb file holds."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{path}' AS star (READ_ONLY)")
        return {
            each.name: in_order(connection.sql(f"FROM star.{each.name}").to_arrow_table(), each)
            for each in tables
        }


def in_database(url: str, tables: Iterable[PublishedTable]) -> dict[str, pa.Table]:
    """Return all that a PostgreSQL database holds."""
    found = {}
    with psycopg.connect(url) as connection:
        for each in tables:
            rows = connection.execute(f"SELECT * FROM bi.{each.name}".encode()).fetchall()
            columns = zip(*rows, strict=True) if rows else ([] for _ in each.columns)
            arrays = [pa.array(v, f.type) for v, f in zip(columns, each.arrow, strict=True)]
            found[each.name] = in_order(pa.table(arrays, schema=each.arrow), each)
    return found


def difference(one: pa.Table, other: pa.Table) -> str:
    """Return where two tables are not the same, or nothing."""
    if one.schema != other.schema or one.num_rows != other.num_rows:
        return f"{one.num_rows} and {other.num_rows} rows"
    for name in one.column_names:
        ours, theirs = one[name].combine_chunks(), other[name].combine_chunks()
        if pa.types.is_floating(ours.type) and ours.is_null().equals(theirs.is_null()):
            a, b = (pc.fill_null(each, 0.0).to_numpy() for each in (ours, theirs))
            largest = max(1.0, np.abs(a).max(initial=0.0, where=np.isfinite(a)))
            same = np.allclose(a, b, rtol=1e-10, atol=1e-13 * largest)
        else:
            same = ours.equals(theirs)
        if not same:
            return f"{name}: {ours.to_pylist()} and {theirs.to_pylist()}"[:400]
    return ""


def differences(one: Mapping[str, pa.Table], other: Mapping[str, pa.Table]) -> dict[str, str]:
    """Return where things published twice differ, by table."""
    assert one.keys() == other.keys()
    found = {name: difference(one[name], other[name]) for name in one}
    return {name: where for name, where in found.items() if where}


def published_rows(path: Path) -> dict[str, dict[str, Any]]:
    """Return what ``published`` states of each table."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{path}' AS star (READ_ONLY)")
        rows = connection.sql("SELECT * EXCLUDE published_at FROM star.published").to_arrow_table()
    return {row["table_name"]: row for row in rows.to_pylist()}


def names(publication: Any) -> set[str]:  # noqa: ANN401 # of service.publish
    """Return the tables that were touched."""
    return {each.table.name for each in publication.outcomes}


@pytest.mark.slow
@law(4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    happenings=st.lists(
        st.tuples(HAPPENINGS, st.sampled_from(("", "published", "restarted"))), max_size=5
    )
)
@example(happenings=[(each, ("", "published")[place % 2]) for place, each in enumerate(EVERYTHING)])
@example(happenings=[(("removes", which, 1.0), "") for which in (0, 0, 0)])
def test_whatever_happened_in_between_it_stands_there_as_if_published_afresh(
    warehouse: Bench,
    publishing: Publishing,
    tmp_path_factory: pytest.TempPathFactory,
    happenings: list[tuple[Happening, str]],
) -> None:
    folder = tmp_path_factory.mktemp("life")
    shutil.copytree(warehouse.settings.home, folder / "home")
    bench = type(warehouse)(folder / "home")
    life, path = Life(bench), folder / "again.duckdb"
    publisher = publishing(bench.settings, FEW)
    publisher.to(path)
    for happening, then in happenings:
        life.goes_on(happening)
        if then == "restarted":
            publisher.close()
            publisher = publishing(bench.settings, FEW)
        if then:
            publisher.to(path)
    assert publisher.to(path).failed == ()
    afresh = publishing(bench.settings, FEW)
    afresh.to(folder / "afresh.duckdb")
    tables = star(FEW)
    assert differences(in_file(path, tables), in_file(folder / "afresh.duckdb", tables)) == {}
    for each in (publisher, afresh):
        each.close()
    bench.engine.dispose()


HIDDEN: list[list[Happening]] = [
    [("hides_a_test", 2, 1.0), ("knows", 0, 1.0), ("claims", 0, 1.0), ("hides_a_cell", 0, 1.0)],
    [("weighs_a_cell", 0, 1.0), ("hides_a_cell", 0, 1.0), ("brings_back", 0, 2.0)],
    [("hides_a_test", 0, 1.0), ("hides_a_cell", 0, 1.0), ("brings_back", 0, 1.0)],
]


@pytest.mark.slow
@law(4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happenings=st.lists(HAPPENINGS, min_size=3, max_size=6))
@example(happenings=HIDDEN[0])
@example(happenings=HIDDEN[1])
@example(happenings=HIDDEN[2])
def test_what_is_hidden_leaves_everything_as_if_there_had_only_been_what_lives(
    warehouse: Bench,
    publishing: Publishing,
    tmp_path_factory: pytest.TempPathFactory,
    happenings: list[Happening],
) -> None:
    folder = tmp_path_factory.mktemp("hidden")
    shutil.copytree(warehouse.settings.home, folder / "home")
    bench = type(warehouse)(folder / "home")
    life = Life(bench)
    publisher = publishing(bench.settings, FEW)
    publisher.to(folder / "first.duckdb")
    for happening in happenings:
        life.goes_on(happening)
    publisher.to(folder / "hidden.duckdb")
    publisher.close()
    life.forgets()
    shutil.rmtree(bench.settings.store_folder, ignore_errors=True)
    living = publishing(bench.settings, FEW)
    living.to(folder / "living.duckdb")
    living.close()
    tables = star(FEW)
    one, other = (in_file(folder / f"{name}.duckdb", tables) for name in ("hidden", "living"))
    assert differences(one, other) == {}
    bench.engine.dispose()


@pytest.mark.postgres
def test_on_postgres_too_with_every_metric(
    warehouse: Bench, publisher: Publisher, publishing: Publishing, database: str, tmp_path: Path
) -> None:
    life = Life(warehouse)
    publisher.to(database)
    for place, happening in enumerate(EVERYTHING, 1):
        life.goes_on(happening)
        if place % 3 == 0:
            publisher.to(database)
    publisher.to(database)
    publishing(warehouse.settings).to(tmp_path / "afresh.duckdb")
    afresh = in_file(tmp_path / "afresh.duckdb", STAR)
    assert differences(in_database(database, STAR), afresh) == {}


@pytest.mark.slow
def test_rows_of_a_test_hang_on_its_cell_alone(demo_publisher: Publisher) -> None:
    store: Store = demo_publisher.store
    store.refresh()

    def rows(table: PublishedTable, tests: Sequence[int] | None) -> pa.Table:
        assert isinstance(table.source, Metric)
        with store.cursor() as cursor:
            question = metric_question(table.source, tests)
            return asked(store, cursor, question).to_arrow_table()

    with store.cursor() as cursor:
        # replicates have numbers next to each other: they are torn apart
        parts = cursor.execute(
            "SELECT list(test_id) FROM store.test GROUP BY coalesce(cell_id, test_id) % 2"
        ).fetchall()
    found = {
        each.name: difference(
            in_order(rows(each, None), each),
            in_order(pa.concat_tables([rows(each, tests) for (tests,) in parts]), each),
        )
        for each in OF_TESTS
    }
    assert {name: where for name, where in found.items() if where} == {}
    assert len(parts) == 2
    assert len(found) > 25


@pytest.mark.slow
def test_every_published_number_is_what_graphql_answers(
    demo_warehouse: Settings, demo_file: Path, ask: Callable[..., Any]
) -> None:
    service = ask(demo_warehouse)
    tables = [each for each in STAR if isinstance(each.source, Metric)]
    published = in_file(demo_file, tables)
    answered = {}
    for table in tables:
        fields = " ".join(camel(name) for name in table.arrow.names)
        field = f"{camel(table.name)} {{ {fields} }}"
        if table.scope == "test":
            data = service.data(f"{{ tests(first: 500) {{ nodes {{ {field} }} }} }}")
            answers = [node[camel(table.name)] for node in data["tests"]["nodes"]]
        else:
            answers = [service.data(f"{{ {field} }}")[camel(table.name)]]
        columns = {
            each.name: pa.array(
                [
                    int(value) if each.kind == "BIGINT" and value is not None else value
                    for answer in answers
                    for value in answer[camel(each.name)]
                ],
                table.arrow.field(each.name).type,
            )
            for each in table.columns
        }
        answered[table.name] = in_order(pa.table(columns, table.arrow), table)
    assert differences(published, answered) == {}
    assert sum(each.num_rows for each in published.values()) > 10_000


WIDTH = """-- Width
--
-- How wide a test is.
--
-- grain:   test_id
-- column:  width_volt | V | {meaning}
-- column:  status | | ok
-- column:  reason | | null
-- main:    width_volt
-- needs:   test
-- reference:  none
SELECT
    test_id, CAST({width} AS DOUBLE) AS width_volt,
    'ok' AS status, CAST(NULL AS VARCHAR) AS reason
FROM test;

-- example: it is
WITH test(test_id, test_name) AS (VALUES (1, '1'))
SELECT count(*) = 1 FROM width;
"""
TWICE = """-- Twice
--
-- Twice the width.
--
-- grain:   test_id
-- column:  twice_volt | V | twice the width
-- column:  status | | ok
-- column:  reason | | null
-- main:    twice_volt
-- needs:   width
-- reference:  none
SELECT test_id, 2 * width_volt AS twice_volt, status, reason FROM width;

-- example: it is
WITH test(test_id, test_name) AS (VALUES (1, '1'))
SELECT count(*) = 1 FROM twice;
"""
APART = """-- Apart
--
-- What has nothing to do with it.
--
-- grain:   cell_id
-- column:  apart_cm2 | cm² | area of the cell
-- column:  status | | ok
-- column:  reason | | null
-- main:    apart_cm2
-- needs:   cell
-- reference:  none
SELECT
    cell_id, area_cm2 AS apart_cm2,
    'ok' AS status, CAST(NULL AS VARCHAR) AS reason
FROM cell;

-- example: it is
WITH cell(cell_id) AS (VALUES (1))
SELECT count(*) = 1 FROM apart;
"""


def written(folder: Path, width: str, meaning: str = "how wide") -> Mapping[str, Metric]:
    """Return three metrics, the second built on the first."""
    folder.mkdir(exist_ok=True)
    (folder / "width.sql").write_text(WIDTH.format(width=width, meaning=meaning), "utf-8")
    (folder / "twice.sql").write_text(TWICE, "utf-8")
    (folder / "apart.sql").write_text(APART, "utf-8")
    return read_metrics(folder)


@pytest.mark.slow
def test_a_metric_that_fails_is_told_the_others_go_on_and_mended_it_is_published(
    warehouse: Bench, publishing: Publishing, tmp_path: Path
) -> None:
    path = tmp_path / "star.duckdb"
    failing = publishing(warehouse.settings, written(tmp_path / "metrics", "test_name"))
    first = failing.to(path)
    assert {each.table.name for each in first.failed} == {"width", "twice"}
    assert all("gcpl.mpr" in (each.reason or "") for each in first.failed)
    assert {(of := published_rows(path)[name])["status"] for name in ("width", "twice")} == {
        "failed"
    }
    assert "gcpl.mpr" in of["reason"]
    assert published_rows(path)["apart"]["status"] == "published"
    with pytest.raises(duckdb.CatalogException):
        in_file(path, [each for each in star(failing.metrics) if each.name == "width"])

    again = failing.to(path)
    assert names(again) == {"width", "twice"}

    mended = publishing(warehouse.settings, written(tmp_path / "metrics", "test_id"))
    assert names(mended.to(path)) == {"width", "twice"}
    tables = star(mended.metrics)
    assert in_file(path, tables)["twice"]["twice_volt"].to_pylist() == [2, 4, 6]
    assert published_rows(path)["twice"]["status"] == "published"
    assert published_rows(path)["twice"]["reason"] is None


@pytest.mark.slow
def test_a_table_that_begins_to_fail_stands_as_it_stood_until_it_is_mended(
    warehouse: Bench, publishing: Publishing, tmp_path: Path
) -> None:
    path = tmp_path / "star.duckdb"
    digits = "regexp_replace(test_name, '[a-z.]', '', 'g') || test_id"
    publisher = publishing(warehouse.settings, written(tmp_path / "metrics", digits))
    assert publisher.to(path).failed == ()
    tables = star(publisher.metrics)
    before, stood = in_file(path, tables), published_rows(path)["twice"]
    bad = warehouse.add_test("NOT-A-NUMBER", warehouse.stretches(1))
    assert {each.table.name for each in publisher.to(path).failed} == {"width", "twice"}
    now = published_rows(path)["twice"]
    assert now["status"] == "failed"
    assert (now["snapshot"], now["row_count"]) == (stood["snapshot"], stood["row_count"])
    after = in_file(path, tables)
    assert set(differences(before, after)) >= {"test", "series", "cycle"}
    assert not {"width", "twice"} & differences(before, after).keys()
    with change(warehouse.engine, "renamed") as (session, _):
        session.execute(update(Test).where(Test.id == bad).values(name="number"))
    assert publisher.to(path).failed == ()
    assert in_file(path, tables)["twice"].num_rows == 4
    assert published_rows(path)["twice"]["status"] == "published"


@pytest.mark.slow
def test_where_nothing_changed_nothing_is_written(
    warehouse: Bench, publishing: Publishing, tmp_path: Path
) -> None:
    publisher, path = publishing(warehouse.settings, FEW), tmp_path / "star.duckdb"
    assert publisher.to(path).outcomes != ()
    before = path.stat()
    for each in (publisher, publishing(warehouse.settings, FEW)):
        assert each.to(path).outcomes == ()
    after = path.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.slow
def test_a_new_version_of_a_metric_is_computed_again_and_what_is_built_on_it(
    warehouse: Bench, publishing: Publishing, tmp_path: Path
) -> None:
    path = tmp_path / "star.duckdb"
    publishing(warehouse.settings, written(tmp_path / "metrics", "test_id")).to(path)
    newer = publishing(warehouse.settings, written(tmp_path / "metrics", "test_id * 10"))
    assert names(newer.to(path)) == {"width", "twice"}
    twice = in_file(path, star(newer.metrics))["twice"]
    assert twice["twice_volt"].to_pylist() == [20, 40, 60]


@pytest.mark.slow
def test_a_metric_that_only_serves_others_is_computed_and_not_published(
    warehouse: Bench, publishing: Publishing, tmp_path: Path
) -> None:
    path, folder = tmp_path / "star.duckdb", tmp_path / "metrics"
    publishing(warehouse.settings, written(folder, "test_id")).to(path)
    assert "width" in published_rows(path)
    silent = (
        (folder / "width.sql").read_text("utf-8").replace("-- needs:", "-- shown: no\n-- needs:")
    )
    (folder / "width.sql").write_text(silent.replace("CAST(test_id", "CAST(test_id * 10"), "utf-8")
    later = publishing(warehouse.settings, read_metrics(folder))
    assert later.to(path).failed == ()
    assert "width" not in published_rows(path)
    assert in_file(path, star(later.metrics))["twice"]["twice_volt"].to_pylist() == [20, 40, 60]


@pytest.mark.slow
def test_a_metric_that_is_gone_is_published_no_longer(
    warehouse: Bench, publishing: Publishing, tmp_path: Path
) -> None:
    path = tmp_path / "star.duckdb"
    metrics = written(tmp_path / "metrics", "test_id")
    publishing(warehouse.settings, metrics).to(path)
    fewer = publishing(warehouse.settings, {"apart": metrics["apart"]})
    warehouse.add_cell("another")
    fewer.to(path)
    assert not {"width", "twice"} & published_rows(path).keys()
    assert in_file(path, star(fewer.metrics))["apart"].num_rows == 3


@pytest.fixture
def swapped(bare_warehouse: Bench, tmp_path: Path) -> tuple[Bench, Bench]:
    """Return two warehouses alike in all numbers and names, but for what one test measured."""
    shutil.copytree(bare_warehouse.settings.home, tmp_path / "other")
    orphan = tmp_path / "other" / "lake" / "points" / "orphan.parquet"
    orphan.parent.mkdir(parents=True, exist_ok=True)
    orphan.touch()  # names of files are drawn by lot: no two warehouses have the same
    benches = bare_warehouse, type(bare_warehouse)(tmp_path / "other")
    for bench, volt in zip(benches, (0.0, 0.5), strict=True):
        stretches = bench.stretches(2)
        points = bench.points(stretches)
        place = points.column_names.index("voltage_volt")
        higher = pc.add(points["voltage_volt"], volt)
        points = points.set_column(place, "voltage_volt", higher)
        bench.add_test("a.mpr", stretches, points=points)
        with change(bench.engine, "substance") as (session, _):
            session.add(Substance(name=f"S{volt:g}"))
    return benches


@pytest.mark.slow
def test_another_warehouse_at_the_same_snapshot_is_published_anew(
    swapped: tuple[Bench, Bench], publishing: Publishing, tmp_path: Path
) -> None:
    few = with_below("mean_voltage", "theoretical_capacity")
    one, other = (publishing(bench.settings, few) for bench in swapped)
    path, tables = tmp_path / "star.duckdb", star(few)
    of_each = []
    for publisher, alone in ((one, "one.duckdb"), (other, "other.duckdb")):
        publisher.to(tmp_path / alone)
        of_each.append(in_file(tmp_path / alone, tables))
    assert differences(*of_each).keys() == {"cycle", "series", "mean_voltage", "substance"}
    for place in (0, 1, 0):  # the third finds what somebody else wrote over its own
        assert names((one, other)[place].to(path)) == {each.name for each in tables}
        assert differences(in_file(path, tables), of_each[place]) == {}


@pytest.mark.slow
def test_what_another_publisher_wrote_meanwhile_is_not_taken_for_our_own(
    swapped: tuple[Bench, Bench], publishing: Publishing, tmp_path: Path
) -> None:
    few = with_below("mean_voltage", "theoretical_capacity")
    one, other = (publishing(bench.settings, few) for bench in swapped)
    path, tables = tmp_path / "star.duckdb", star(few)
    one.to(path)
    other.to(path)
    swapped[0].add_cell("B-2")
    one.to(path)
    publishing(swapped[0].settings, few).to(tmp_path / "afresh.duckdb")
    assert differences(in_file(path, tables), in_file(tmp_path / "afresh.duckdb", tables)) == {}
