"""A measurement is one test, however its exports lie, are called and come."""

from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from ingest.identity.mean import VERSION
from ingest.intake import take_again
from ingest.study.link import TestNames
from schema.catalog import Cell, RawFile, RecordMean, Test, Twin
from schema.catalog.connection import change, look
from schema.inspection import inspect
from schema.warehouse import Warehouse
from tests.ingest.identity.arriving import (
    REST,
    STARTED,
    arrive,
    findings,
    living,
    nothing_yet,
    volts,
    write_mpr,
    write_mpt,
    write_table,
)
from tests.law import law

SHORT, LONG = 60, 90
_BY_FORM: Final = {
    "original": lambda folder: write_mpr(folder / "run.mpr", volts(LONG)[:SHORT]),
    "copy": lambda folder: write_mpr(folder / "copies" / "run.mpr", volts(LONG)[:SHORT]),
    "longer": lambda folder: write_mpr(folder / "later" / "run.mpr", volts(LONG)),
    "renamed": lambda folder: write_mpt(folder / "cell 7.mpt", volts(LONG)[:SHORT]),
    "twin": lambda folder: write_mpt(folder / "texts" / "run.mpt", volts(LONG)),
}
_TABLES: Final = {
    "original": lambda folder: write_table(folder / "run.bdf.csv", volts(LONG)[:SHORT]),
    "copy": lambda folder: write_table(folder / "copies" / "run.bdf.csv", volts(LONG)[:SHORT]),
    "longer": lambda folder: write_table(folder / "later" / "run.bdf.csv", volts(LONG)),
    "renamed": lambda folder: write_table(folder / "cell 7.bdf.csv", volts(LONG)[:SHORT], "b"),
    "twin": lambda folder: write_mpr(folder / "instrument" / "run.mpr", volts(LONG)),
}


@pytest.mark.slow
@pytest.mark.parametrize("forms", [_BY_FORM, _TABLES], ids=["with a start", "without"])
@law(60)
@given(order=st.permutations(sorted(_BY_FORM)), again=st.sampled_from(sorted(_BY_FORM)))
def test_whatever_comes_first_it_is_one_test_with_the_records_of_the_longest(
    forms: dict[str, Any], order: list[str], again: str
) -> None:
    with nothing_yet() as (warehouse, folder):
        outcomes = [arrive(warehouse, forms[form](folder)) for form in [*order, again]]
        assert {outcome.tests for outcome in outcomes} == {(1,)}
        (test,) = living(warehouse)
        assert (test.point_count, test.origin) == (LONG, str(_best(forms, folder)))
        assert inspect(warehouse.engine, warehouse.lake).faults == ()


def _best(forms: dict[str, Any], folder: Path) -> Path:
    """Return the export that counts: of those with all records the binary one."""
    return folder / ("later/run.mpr" if forms is _BY_FORM else "instrument/run.mpr")


@pytest.mark.slow
@law(40)
@given(st.permutations(range(4)))
def test_measurements_that_rest_alike_stay_apart_in_any_order(order: list[int]) -> None:
    with nothing_yet() as (warehouse, folder):
        for seed in order:
            volt = volts(SHORT, seed)
            volt[:REST] = 3.4
            arrive(warehouse, write_table(folder / f"{seed}.bdf.csv", volt))
        assert len(living(warehouse)) == 4
        assert findings(warehouse, "maybe_same") == {}


def assign(warehouse: Warehouse, test_id: int) -> None:
    with change(warehouse.engine, "assign") as (session, _):
        session.get_one(Test, test_id).cell = Cell(name="A1")


def test_a_file_that_was_moved_and_then_grew_keeps_its_test_and_its_cell(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    path = write_table(tmp_path / "run.bdf.csv", volts(LONG)[:SHORT])
    (test_id,) = arrive(empty_warehouse, path).tests
    assign(empty_warehouse, test_id)
    path.unlink()
    moved = write_table(tmp_path / "2026" / "A1.bdf.csv", volts(LONG))
    outcome = arrive(empty_warehouse, moved)
    assert (outcome.status, outcome.tests) == ("ingested", (test_id,))
    (test,) = living(empty_warehouse)
    assert (test.origin, test.name, test.point_count) == (str(moved), "A1", LONG)
    with look(empty_warehouse.engine) as session:
        assert session.get_one(Test, test_id).cell_id is not None
        raws = session.scalars(select(RawFile).order_by(RawFile.id)).all()
        assert [raw.removed_snapshot is None for raw in raws] == [False, True]
    assert findings(empty_warehouse, "twin") == {}


def test_a_file_that_was_moved_is_found_there(empty_warehouse: Warehouse, tmp_path: Path) -> None:
    path = write_mpr(tmp_path / "run.mpr", volts(SHORT))
    (test_id,) = arrive(empty_warehouse, path).tests
    moved = path.rename(tmp_path / "A1.mpr")
    outcome = arrive(empty_warehouse, moved)
    assert (outcome.status, outcome.tests) == ("already", (test_id,))
    (test,) = living(empty_warehouse)
    assert (test.origin, test.name) == (str(moved), "A1")
    arrive(empty_warehouse, write_mpr(path, volts(SHORT)))  # a copy leaves it there
    assert [each.origin for each in living(empty_warehouse)] == [str(moved)]


def test_a_copy_of_fewer_records_is_no_step_back(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    whole = write_mpr(tmp_path / "run.mpr", volts(LONG))
    (test_id,) = arrive(empty_warehouse, whole).tests
    for path in (tmp_path / "old" / "run.mpr", whole):
        for _ in range(2):
            outcome = arrive(empty_warehouse, write_mpr(path, volts(LONG)[:SHORT]))
            assert (outcome.status in {"already", "beside"}, outcome.tests) == (True, (test_id,))
            assert outcome.reason
            assert f"it has {SHORT} of the records" in outcome.reason
    (test,) = living(empty_warehouse)
    assert (test.point_count, test.origin) == (LONG, str(whole))


def test_another_cell_s_file_at_the_same_path_is_a_new_test_and_the_old_one_stays(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    path = write_table(tmp_path / "channel 3.bdf.csv", volts(SHORT))
    (old,) = arrive(empty_warehouse, path).tests
    assign(empty_warehouse, old)
    outcome = arrive(empty_warehouse, write_table(path, volts(LONG, seed=2)))
    (new,) = outcome.tests
    assert (outcome.status, new != old) == ("ingested", True)
    first, second = living(empty_warehouse)
    assert (first.id, first.point_count, first.cell_id is not None) == (old, SHORT, True)
    assert (second.id, second.point_count, second.cell_id) == (new, LONG, None)
    assert second.origin == str(path)
    assert first.origin.startswith(f"{path}@")
    said = findings(empty_warehouse, "path_reused")
    assert said.keys() == {new}
    assert f"test {old} (channel 3, {SHORT} records)" in said[new]
    grown = arrive(empty_warehouse, write_table(path, volts(LONG + 5, seed=2)))
    assert grown.tests == (new,)
    assert findings(empty_warehouse, "path_reused") == said
    back = arrive(empty_warehouse, write_table(path, volts(SHORT)))
    assert (back.status, back.tests) == ("already", (old,))


def test_a_file_that_grows_through_its_first_rest_is_one_test(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    volt = volts(SHORT)
    volt[:REST] = 3.4
    tests = {
        arrive(empty_warehouse, write_table(tmp_path / "a.bdf.csv", volt[:count])).tests
        for count in (1, 2, 5, REST, REST + 1, SHORT)
    }
    assert tests == {(1,)}


def test_two_channels_that_started_the_same_second_are_two_tests(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    volt = volts(SHORT)
    for channel in (3, 4):  # the same records: the channel alone says that they are others
        arrive(empty_warehouse, write_mpt(tmp_path / f"{channel}.mpt", volt, channel=channel))
    assert [test.channel for test in living(empty_warehouse)] == ["3", "4"]
    assert findings(empty_warehouse, "maybe_same") == {}


def test_a_test_started_again_with_the_same_first_rest_is_another(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    volt = volts(SHORT)
    volt[:REST] = 3.4
    path = tmp_path / "run.mpt"
    arrive(empty_warehouse, write_mpt(path, volt[:REST]))
    again = "01/10/2024 11:20:00.000"
    arrive(empty_warehouse, write_mpt(path, volt[:REST], started=again))
    first, second = living(empty_warehouse)
    assert (first.origin.partition("@")[0], second.origin) == (str(path), str(path))
    assert first.started_at != second.started_at


@pytest.mark.parametrize("count", [2, REST])
def test_first_rests_alike_without_start_and_channel_are_two_tests_that_say_so(
    empty_warehouse: Warehouse, tmp_path: Path, count: int
) -> None:
    volt = volts(SHORT)
    volt[:REST] = 3.4
    arrive(empty_warehouse, write_table(tmp_path / "a.bdf.csv", volt))
    (new,) = arrive(empty_warehouse, write_table(tmp_path / "b.bdf.csv", volt[:count])).tests
    assert [test.point_count for test in living(empty_warehouse)] == [SHORT, count]
    said = findings(empty_warehouse, "maybe_same")
    assert said.keys() == {new}
    assert "test 1 (a.bdf.csv, 60 records" in said[new]
    assert "all of them are rests" in said[new]
    other = volts(SHORT, seed=2)
    other[:REST] = 3.4
    arrive(empty_warehouse, write_table(tmp_path / "b.bdf.csv", other))
    assert findings(empty_warehouse, "maybe_same") == {}, "its own records say so now"


def test_the_better_export_takes_the_test_over_and_the_other_rests_beside(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    text = write_mpt(tmp_path / "texts" / "run.mpt", volts(SHORT))
    (test_id,) = arrive(empty_warehouse, text).tests
    assign(empty_warehouse, test_id)
    data = write_mpr(tmp_path / "run.mpr", volts(SHORT))
    assert arrive(empty_warehouse, data).tests == (test_id,)
    (test,) = living(empty_warehouse)
    assert (test.origin, test.cell_id is not None) == (str(data), True)
    said = findings(empty_warehouse, "twin")
    assert said[test_id].startswith(f"{text} has the same measurement, {SHORT} records by")
    assert arrive(empty_warehouse, text).status == "beside"
    with look(empty_warehouse.engine) as session:
        raws = session.scalars(select(RawFile).order_by(RawFile.id)).all()
        assert [raw.removed_snapshot for raw in raws] == [None, None]
        twin = session.scalars(select(Twin)).one()
        assert (twin.raw_file_id, twin.test_id, twin.point_count) == (raws[0].id, test_id, SHORT)


def test_exports_of_several_tests_are_known_again_by_test(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    def write(name: str, *parts: tuple[str, int, int]) -> Path:
        lines = [
            f"{60 * n},{v:.7f},{0.5 if n >= REST else 0.0},{channel}"
            for channel, seed, count in parts
            for n, v in enumerate(volts(count, seed).tolist())
        ]
        path = tmp_path / name
        path.write_text("\n".join(["Test Time / s,Voltage / V,Current / A,Channel", *lines, ""]))
        return path

    both = arrive(empty_warehouse, write("both.bdf.csv", ("1", 1, SHORT), ("2", 2, SHORT)))
    assert both.tests == (1, 2)
    later = arrive(empty_warehouse, write("later.bdf.csv", ("2", 2, LONG), ("3", 3, SHORT)))
    assert later.tests == (2, 3)
    assert [(test.position, test.point_count) for test in living(empty_warehouse)] == [
        (1, SHORT),
        (1, LONG),
        (2, SHORT),
    ]
    files = [Path(test.origin).name for test in living(empty_warehouse)]
    assert files == ["both.bdf.csv", "later.bdf.csv", "later.bdf.csv"]
    assert arrive(empty_warehouse, tmp_path / "both.bdf.csv").status == "already"
    swapped = arrive(empty_warehouse, write("later.bdf.csv", ("3", 3, LONG), ("2", 2, LONG + 1)))
    assert swapped.tests == (3, 2)


def test_a_new_release_of_a_reader_reads_twins_again_and_they_stay_beside(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    arrive(empty_warehouse, write_mpr(tmp_path / "run.mpr", volts(SHORT)))
    arrive(empty_warehouse, write_mpt(tmp_path / "run.mpt", volts(SHORT)))
    said = findings(empty_warehouse, "twin")
    with change(empty_warehouse.engine, "as a former version left it") as (session, _):
        session.execute(update(RawFile).values(reader_version="0"))
        raws = session.scalars(select(RawFile.id).order_by(RawFile.id)).all()
    outcomes = [take_again(empty_warehouse, raw) for raw in raws]
    assert [(one.status, one.tests) for one in outcomes] == [("ingested", (1,)), ("beside", (1,))]
    assert [test.id for test in living(empty_warehouse)] == [1]
    assert findings(empty_warehouse, "twin") == said


def test_tests_of_a_former_version_are_known_again_once_their_means_are_made_up_for(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    path = write_mpt(tmp_path / "run.mpt", volts(SHORT), STARTED)
    arrive(empty_warehouse, path)
    with look(empty_warehouse.engine) as session:
        known = select(RecordMean.record_count, RecordMean.mean, RecordMean.longest)
        before = session.execute(known.order_by(RecordMean.record_count)).all()
    assert [row.record_count for row in before] == [1, 2, 4, 8, 16, 32, SHORT]
    with change(empty_warehouse.engine, "as a former version left it") as (session, _):
        session.query(RecordMean).delete()
        session.execute(update(Test).values(identity_version=0, start_second=None))
    outcome = arrive(empty_warehouse, write_table(tmp_path / "other.bdf.csv", volts(SHORT)))
    assert (outcome.status, outcome.tests) == ("beside", (1,))
    with look(empty_warehouse.engine) as session:
        assert session.execute(known.order_by(RecordMean.record_count)).all() == before
        test = session.get_one(Test, 1)
        assert (test.identity_version, test.start_second) == (VERSION, 2 * 60 + 29)


def test_a_test_whose_points_are_damaged_is_named_and_stops_nobody(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    arrive(empty_warehouse, write_table(tmp_path / "a.bdf.csv", volts(SHORT)))
    (points,) = empty_warehouse.lake.folder.glob("points/*.parquet")
    points.chmod(0o644)
    points.write_bytes(b"damaged")
    outcome = arrive(empty_warehouse, write_table(tmp_path / "b.bdf.csv", volts(SHORT), "b"))
    assert outcome.status == "ingested"
    (said,) = findings(empty_warehouse, "maybe_same").values()
    assert "its records cannot be read" in said


def test_a_study_may_name_a_file_that_rests_beside_and_a_path_that_was_reused(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    arrive(empty_warehouse, write_mpt(tmp_path / "run.mpt", volts(SHORT)))
    arrive(empty_warehouse, write_mpr(tmp_path / "copies" / "run.mpr", volts(SHORT)))
    reused = tmp_path / "a.bdf.csv"
    for seed in (2, 3):
        arrive(empty_warehouse, write_table(reused, volts(SHORT, seed)))
    first = living(empty_warehouse)[1].origin.rpartition("/")[2]
    with look(empty_warehouse.engine) as session:
        names = TestNames(session)
        assert [names.find(name).test_id for name in ("run.mpt", "run.mpr", "run")] == [1, 1, 1]
        assert [names.find(name).test_id for name in (str(reused), first)] == [3, 2]
        with pytest.raises(ValueError, match="is 2 tests, write more of its path"):
            names.find("a.bdf.csv")
