"""Exports that people removed stay so when they arrive again, and are erased for good."""

from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from ingest.intake import take_again, take_in
from ingest.outdated import outdated
from ingest.report import as_json, as_line
from schema.catalog import Cell, LakeFile, RawFile, Revision, Table, Test
from schema.catalog.connection import change, look
from schema.error import UnknownRecord
from schema.inspection import inspect
from schema.record.called import removed_called
from schema.record.erasure import erase
from schema.record.removal import remove
from schema.record.revert import revert
from schema.warehouse import Warehouse
from tests.ingest.test_intake import lake_files, write_cycling
from tests.ingest.working import small_export


def removing(warehouse: Warehouse, kind: str, identity: int, *, with_all: bool = False) -> None:
    with change(warehouse.engine, f"remove {kind}") as (session, snapshot):
        remove(session, snapshot, kind, identity, with_all=with_all)


def reverting(warehouse: Warehouse, kind: str, identity: int) -> None:
    with change(warehouse.engine, f"revert {kind}") as (session, snapshot):
        revert(session, snapshot, kind, str(identity))


def living(warehouse: Warehouse) -> set[int]:
    with look(warehouse.engine) as session:
        return {*session.scalars(select(Test.id).where(Test.removed_snapshot.is_(None)))}


def counts(warehouse: Warehouse) -> list[int]:
    """Return the number of records of each living test."""
    living_tests = Test.removed_snapshot.is_(None)
    with look(warehouse.engine) as session:
        return [*session.scalars(select(Test.point_count).where(living_tests).order_by(Test.id))]


def two_channels(path: Path, count: int = 30) -> Path:
    """Write a table of two channels, which are two tests."""
    lines = ["Test Time / s,Voltage / V,Current / A,Step Count / 1,Channel_ID"]
    lines += [f"{10 * n},{3.5 + n / 1000 + c},{1.0},1,{c}" for c in (1, 2) for n in range(count)]
    path.write_text("\n".join(lines) + "\n")
    return path


def test_a_removed_export_that_arrives_again_stays_removed_and_says_so(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    export = write_cycling(tmp_path / "cell.bdf.csv")
    (test,) = take_in(empty_warehouse, export).tests
    before = lake_files(empty_warehouse)
    removing(empty_warehouse, "test", test)
    copy = write_cycling(tmp_path / "copy.bdf.csv")
    for path in (export, copy):
        outcome = take_in(empty_warehouse, path)
        assert (outcome.status, outcome.tests) == ("removed", ())
        assert "cell.bdf.csv was removed on" in str(outcome.reason)
        assert "leyden revert file 1 brings it back" in as_line(outcome)
        assert as_json([outcome])["removed"] == 1
    assert living(empty_warehouse) == set()
    assert lake_files(empty_warehouse) == before
    assert inspect(empty_warehouse.engine, empty_warehouse.lake).sound
    reverting(empty_warehouse, "file", 1)
    assert living(empty_warehouse) == {test}
    assert take_in(empty_warehouse, export).status == "already"


@pytest.mark.parametrize("growing", [True, False])
def test_a_removed_measurement_that_has_grown_stays_removed_until_that_is_reverted(
    empty_warehouse: Warehouse, tmp_path: Path, growing: bool
) -> None:
    export = write_cycling(tmp_path / "grows.bdf.csv", cycles=1)
    (test,) = take_in(empty_warehouse, export, growing=growing).tests
    with change(empty_warehouse.engine, "assign") as (session, _):
        session.add(Cell(id=31, name="K1"))
        session.get_one(Test, test).cell_id = 31
    removing(empty_warehouse, "test", test)
    before = lake_files(empty_warehouse)
    elsewhere = write_cycling(tmp_path / "moved.bdf.csv", cycles=3)
    for path in (write_cycling(export, cycles=2), elsewhere):
        outcome = take_in(empty_warehouse, path, growing=growing)
        assert (outcome.status, outcome.tests) == ("removed", ())
        assert f"leyden revert test {test} brings it back" in as_line(outcome)
    assert living(empty_warehouse) == set()
    assert lake_files(empty_warehouse) == before
    reverting(empty_warehouse, "test", test)
    assert take_in(empty_warehouse, export, growing=growing).tests == (test,)
    with look(empty_warehouse.engine) as session:
        grown = session.get_one(Test, test)
        assert (grown.point_count, grown.cell_id) == (244, 31)
    assert inspect(empty_warehouse.engine, empty_warehouse.lake).sound


def test_another_measurement_at_the_path_of_a_removed_one_is_a_test(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    export = write_cycling(tmp_path / "cell.bdf.csv", cycles=1)
    (test,) = take_in(empty_warehouse, export).tests
    removing(empty_warehouse, "test", test)
    (other,) = take_in(empty_warehouse, write_cycling(export, cycles=2, current=2.0)).tests
    assert living(empty_warehouse) == {other} != {test}


def test_a_removed_test_whose_export_was_written_anew_comes_back_beside_it(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    export = two_channels(tmp_path / "two.bdf.csv")
    first, second = take_in(empty_warehouse, export).tests
    removing(empty_warehouse, "test", first)
    assert take_in(empty_warehouse, two_channels(export, 60)).tests == (second,)
    reverting(empty_warehouse, "test", first)
    assert counts(empty_warehouse) == [30, 60]
    assert inspect(empty_warehouse.engine, empty_warehouse.lake).sound
    assert take_in(empty_warehouse, two_channels(export, 90)).tests == (first, second)
    assert counts(empty_warehouse) == [90, 90]


def test_of_two_tests_that_grow_the_removed_one_stays_so_and_the_other_grows(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    export = two_channels(tmp_path / "two.bdf.csv")
    first, second = take_in(empty_warehouse, export, growing=True).tests
    removing(empty_warehouse, "test", first)
    for count in (60, 45):  # the second time it has lost records
        assert take_in(empty_warehouse, two_channels(export, count)).tests == (second,)
        assert living(empty_warehouse) == {second}
    reverting(empty_warehouse, "test", first)
    (behind,) = outdated(empty_warehouse)  # it has more records of that test than are read
    assert take_again(empty_warehouse, behind).tests == (first, second)
    assert counts(empty_warehouse) == [60, 60]
    assert take_in(empty_warehouse, two_channels(export, 90)).tests == (first, second)
    assert counts(empty_warehouse) == [90, 90]
    assert inspect(empty_warehouse.engine, empty_warehouse.lake).sound


def test_what_was_superseded_by_more_records_and_not_removed_is_there_already(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    export = write_cycling(tmp_path / "cell.bdf.csv", cycles=1)
    take_in(empty_warehouse, export)
    take_in(empty_warehouse, write_cycling(export, cycles=2))
    assert take_in(empty_warehouse, write_cycling(export, cycles=1)).status == "already"


def test_a_removed_test_of_several_in_an_export_stays_so_when_that_is_read_again(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    export = two_channels(tmp_path / "two.bdf.csv")
    first, second = take_in(empty_warehouse, export).tests
    removing(empty_warehouse, "test", first)
    assert take_in(empty_warehouse, export).tests == (second,)
    with change(empty_warehouse.engine, "as a former version left it") as (session, _):
        session.execute(update(RawFile).values(reader_version="1"))
    (old,) = outdated(empty_warehouse)
    assert take_again(empty_warehouse, old).tests == (second,)
    assert living(empty_warehouse) == {second}
    assert outdated(empty_warehouse) == []
    reverting(empty_warehouse, "test", first)
    assert living(empty_warehouse) == {first, second}
    (old,) = outdated(empty_warehouse)  # its numbers are those of the former version
    assert take_again(empty_warehouse, old).tests == (first, second)


def test_erased_are_rows_files_and_bytes_and_the_change_keeps_that_and_when(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    with change(empty_warehouse.engine, "cell") as (session, _):
        session.add(Cell(id=31, name="K1", note="nobody is to read this"))
    (test,) = take_in(empty_warehouse, write_cycling(tmp_path / "secret.bdf.csv")).tests
    other = take_in(empty_warehouse, small_export(tmp_path / "other.bdf.csv", 3))
    with change(empty_warehouse.engine, "assign") as (session, _):
        session.get_one(Test, test).cell_id = 31
    with pytest.raises(UnknownRecord):
        erase(empty_warehouse.engine, empty_warehouse.lake, "cell", "K1")
    removing(empty_warehouse, "cell", 31, with_all=True)
    before = lake_files(empty_warehouse)
    done = erase(empty_warehouse.engine, empty_warehouse.lake, "cell", "K1", with_all=True)
    assert {(kind, name) for kind, _, name in done.entries} == {
        ("cell", "K1"),
        ("test", "secret"),
        ("file", "secret.bdf.csv"),
    }
    assert lake_files(empty_warehouse) == before - {*done.paths}
    assert {path.partition("/")[0] for path in done.paths} == {"points", "steps", "raw"}
    with look(empty_warehouse.engine) as session:
        assert [*session.scalars(select(Test.id))] == [*other.tests]
        assert {*session.scalars(select(LakeFile.test_id))} == {*other.tests}
        revisions = session.scalars(select(Revision).where(Revision.entry_id == 31)).all()
        assert [(each.action, each.before, each.after) for each in revisions] == [
            ("enter", None, None),
            ("remove", None, None),
            ("erase", None, None),
        ]
        with pytest.raises(UnknownRecord, match=r"was erased on .*, for good"):
            removed_called(session, "cell", "31")
    assert inspect(empty_warehouse.engine, empty_warehouse.lake).faults == ()
    assert take_in(empty_warehouse, tmp_path / "secret.bdf.csv").status == "ingested"


def test_what_was_erased_is_nowhere_in_the_file_of_the_catalog(
    empty_warehouse: Warehouse,
) -> None:
    engine = empty_warehouse.engine
    if engine.dialect.name != "sqlite":
        pytest.skip("what a server writes is its own")
    with change(engine, "cell") as (session, _):
        session.add(Cell(id=31, name="K1", note="nobody is to read this"))
    removing(empty_warehouse, "cell", 31)
    folder = Path(str(engine.url.database)).parent

    def written() -> bytes:
        return b"".join(path.read_bytes() for path in folder.glob("catalog.sqlite*"))

    assert b"nobody is to read this" in written()
    assert erase(engine, empty_warehouse.lake, "cell", "K1").overwritten
    assert b"nobody is to read this" not in written()
    assert b"K1" in written()


def test_what_somebody_reads_meanwhile_is_erased_and_said_to_be_in_the_file_still(
    empty_warehouse: Warehouse,
) -> None:
    engine = empty_warehouse.engine
    if engine.dialect.name != "sqlite":
        pytest.skip("what a server writes is its own")
    with change(engine, "cell") as (session, _):
        session.add(Cell(id=31, name="K1"))
    removing(empty_warehouse, "cell", 31)
    with look(engine) as reading:
        assert reading.scalars(select(Cell.id)).all() == []
        assert not erase(engine, empty_warehouse.lake, "cell", "K1").overwritten
    with look(engine) as session:
        last = session.scalars(select(Revision).order_by(Revision.id.desc())).first()
        assert last is not None
        assert last.action == "erase"


def test_bytes_that_another_row_names_stay(empty_warehouse: Warehouse, tmp_path: Path) -> None:
    export = two_channels(tmp_path / "two.bdf.csv")
    first, second = take_in(empty_warehouse, export).tests
    removing(empty_warehouse, "test", first)
    done = erase(empty_warehouse.engine, empty_warehouse.lake, "test", str(first))
    assert {path.partition("/")[0] for path in done.paths} == {"points", "steps"}
    assert living(empty_warehouse) == {second}
    assert inspect(empty_warehouse.engine, empty_warehouse.lake).faults == ()
    removing(empty_warehouse, "file", 1)
    done = erase(empty_warehouse.engine, empty_warehouse.lake, "file", "1")
    assert [*empty_warehouse.lake.files()] == []
    with look(empty_warehouse.engine) as session:
        for table in ("test", "raw_file", "lake_file", "finding", "sweep", "analysis"):
            count = text(f"SELECT count(*) FROM {Table.metadata.tables[table].name}")  # ours
            assert session.scalar(count) == 0, table
