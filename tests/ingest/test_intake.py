"""An export is taken in whole or not at all, once, and superseded by new bytes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from sqlalchemy import select, update

from ingest.intake import take_again, take_in
from ingest.lot import ingest
from ingest.outdated import outdated
from ingest.report import as_json, as_line
from schema.catalog import Cell, Finding, LakeFile, Protocol, RawFile, Snapshot, Test
from schema.catalog.connection import change, look
from schema.inspection import inspect, sweep
from schema.lake import hash_of
from schema.settings import Settings
from schema.warehouse import Warehouse, open_warehouse
from tests.ingest.readers.samples.neware_nda import ndax_bytes


def write_cycling(path: Path, cycles: int = 2, current: float = 1.0) -> Path:
    """Write a Battery Data Format csv: an hour of charge and an hour of discharge a cycle."""
    lines = ["Test Time / s,Voltage / V,Current / A,Step Count / 1"]
    for half in range(2 * cycles):
        sign = 1 if half % 2 == 0 else -1
        for minute in range(61):
            voltage = 3.5 + sign * 0.1 + sign * 0.001 * minute
            time = half * 3600 + minute * 60
            lines.append(f"{time},{voltage:.4f},{sign * current},{half + 1}")
    path.write_text("\n".join(lines) + "\n")
    return path


def lake_files(warehouse: Warehouse) -> set[str]:
    found = (path for path in warehouse.lake.folder.rglob("*") if path.is_file())
    return {str(path.relative_to(warehouse.lake.folder)) for path in found}


def living(warehouse: Warehouse) -> list[LakeFile]:
    with look(warehouse.engine) as session:
        return list(session.scalars(select(LakeFile).where(LakeFile.removed_snapshot.is_(None))))


def test_an_export_becomes_a_test_with_points_steps_and_its_raw_bytes(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    export = write_cycling(tmp_path / "cell.bdf.csv")
    outcome = take_in(empty_warehouse, export)
    assert outcome.reason is None
    assert (outcome.status, outcome.reader, outcome.points) == (
        "ingested",
        "battery_data_format",
        244,
    )
    with look(empty_warehouse.engine) as session:
        test = session.get_one(Test, outcome.tests[0])
        raw = session.scalars(select(RawFile)).one()
        assert (test.name, test.point_count, test.step_count, test.cycle_count) == (
            "cell",
            244,
            4,
            2,
        )
        assert empty_warehouse.lake.raw(raw.sha256).read_bytes() == export.read_bytes()
    by_kind = {file.kind: file for file in living(empty_warehouse)}
    assert by_kind.keys() == {"points", "steps"}
    steps = pq.read_table(empty_warehouse.lake.path(by_kind["steps"].path)).to_pydict()
    assert steps["mode"] == ["charge", "discharge"] * 2
    np.testing.assert_allclose(steps["charge_capacity_ah"], [1, 0, 1, 0])
    assert steps["test_id"] == [outcome.tests[0]] * 4


def test_the_same_bytes_are_already_there_wherever_they_come_from(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    first = take_in(empty_warehouse, write_cycling(tmp_path / "one.bdf.csv"))
    before = lake_files(empty_warehouse)
    again = take_in(empty_warehouse, tmp_path / "one.bdf.csv")
    copied = take_in(empty_warehouse, write_cycling(tmp_path / "two.bdf.csv"))
    assert [again.status, copied.status] == ["already", "already"]
    assert again.tests == copied.tests == first.tests
    assert lake_files(empty_warehouse) == before


def test_new_bytes_supersede_the_old_and_keep_the_test_and_its_cell(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    export = write_cycling(tmp_path / "grows.bdf.csv", cycles=1)
    (test_id,) = take_in(empty_warehouse, export).tests
    old = {file.path for file in living(empty_warehouse)}
    with change(empty_warehouse.engine, "assign") as (session, _):
        session.get_one(Test, test_id).cell = Cell(name="A1")
    grown = take_in(empty_warehouse, write_cycling(export, cycles=3))
    assert (grown.status, grown.tests) == ("ingested", (test_id,))
    new = {file.path for file in living(empty_warehouse)}
    assert not old & new
    assert old <= lake_files(empty_warehouse), "nothing is overwritten"
    with look(empty_warehouse.engine) as session:
        test = session.get_one(Test, test_id)
        assert (test.cycle_count, test.cell and test.cell.name) == (3, "A1")
        raws = session.scalars(select(RawFile).order_by(RawFile.id)).all()
        assert [raw.removed_snapshot is None for raw in raws] == [False, True]


def test_a_newer_reader_reads_the_same_bytes_again(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    export = write_cycling(tmp_path / "cell.bdf.csv")
    (test_id,) = take_in(empty_warehouse, export).tests
    with change(empty_warehouse.engine, "as if an older reader had read it") as (session, _):
        session.execute(update(RawFile).values(reader_version="0"))
    again = take_in(empty_warehouse, export)
    assert (again.status, again.tests) == ("ingested", (test_id,))
    assert {file.kind for file in living(empty_warehouse)} == {"points", "steps"}


def test_what_a_former_version_read_is_read_again_from_the_lake(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    export = write_cycling(tmp_path / "cell.bdf.csv", cycles=2)
    (test_id,) = take_in(empty_warehouse, export).tests
    assert outdated(empty_warehouse) == []
    with change(empty_warehouse.engine, "as a former version left it") as (session, _):
        session.execute(update(RawFile).values(reader_version="1"))
        session.execute(update(Test).values(cycle_count=77, turn_count=77))
    export.unlink()  # the lake has its bytes
    (raw,) = outdated(empty_warehouse)
    again = take_again(empty_warehouse, raw)
    assert (again.status, again.tests, again.path) == ("ingested", (test_id,), export)
    assert outdated(empty_warehouse) == []
    with look(empty_warehouse.engine) as session:
        assert session.get_one(Test, test_id).cycle_count == 2


def test_what_an_export_states_is_told_by_its_test_and_forgotten_with_it(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    export, sidecar = tmp_path / "a.csv", tmp_path / "a.csv.leyden.yaml"
    export.write_text("f,re,im\n10,3,-1\n1,4,-2\n")
    columns = """
columns:
  f: {quantity: frequency_hertz, unit: Hz}
  re: {quantity: real_impedance_ohm, unit: Ohm}
  im: {quantity: imaginary_impedance_ohm, unit: Ohm}
"""
    facts = "technique: PEIS\nstarted_at: 2026-03-01 09:30:00\nfacts: {operator: AB, area: 95 mm²}"
    sidecar.write_text(facts + columns, encoding="utf-8")
    (test_id,) = take_in(empty_warehouse, export).tests
    with look(empty_warehouse.engine) as session:
        test = session.get_one(Test, test_id)
        assert (test.technique, test.technique_label) == ("EIS", "PEIS")
        assert (test.operator, test.stated_area_cm2, test.comment) == ("AB", 0.95, None)
        assert test.facts == {"operator": "AB", "area": "95 mm²"}
    sidecar.write_text(columns, encoding="utf-8")
    assert take_in(empty_warehouse, export).tests == (test_id,)
    with look(empty_warehouse.engine) as session:
        test = session.get_one(Test, test_id)
        assert (test.technique, test.technique_label) == ("EIS", None)
        assert (test.operator, test.stated_area_cm2, test.started_at) == (None, None, None)


def test_a_program_is_entered_once_for_all_tests_that_ran_it(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    for name, seconds in (("a.ndax", 5), ("b.ndax", 9)):
        (tmp_path / name).write_bytes(ndax_bytes(list(range(seconds))))
        assert take_in(empty_warehouse, tmp_path / name).status == "ingested"
    with change(empty_warehouse.engine, "somebody changes it") as (session, _):
        (protocol,) = session.scalars(select(Protocol)).all()
        assert [step.mode for step in protocol.steps][:3] == ["rest", "charge", "discharge"]
        assert {test.program_id for test in session.scalars(select(Test))} == {protocol.id}
        protocol.steps[0].duration_second = 7.0
    for seconds in (6, 7):
        (tmp_path / "a.ndax").write_bytes(ndax_bytes(list(range(seconds))))
        take_in(empty_warehouse, tmp_path / "a.ndax")
    with look(empty_warehouse.engine) as session:
        changed, fresh = session.scalars(select(Protocol).order_by(Protocol.id)).all()
        assert (changed.steps[0].duration_second, fresh.steps[0].duration_second) == (7.0, 60.0)
        assert fresh.name != changed.name
        known = {test.name: test.program_id for test in session.scalars(select(Test))}
        assert known == {"a": fresh.id, "b": changed.id}


def test_a_former_export_that_is_refused_now_keeps_its_old_numbers(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    export = write_cycling(tmp_path / "cell.bdf.csv")
    take_in(empty_warehouse, export)
    with change(empty_warehouse.engine, "as a former version left it") as (session, _):
        session.execute(update(RawFile).values(reader_version="1"))
    before = living(empty_warehouse)
    (raw,) = outdated(empty_warehouse)
    empty_warehouse.lake.raw(hash_of(export)).unlink()
    again = take_again(empty_warehouse, raw)
    assert again.status == "refused"
    assert {file.path for file in living(empty_warehouse)} == {file.path for file in before}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.mpr", b""),
        ("unknown.bin", b"\x00\x01\x02" * 100),
        ("corrupt.mpr", b"BIO-LOGIC MODULAR FILE\x1a" + b"\xff" * 500),
        ("half.ndax", b"PK\x03\x04" + b"\x00" * 300),
        ("missing.bdf.csv", b"Test Time / s,Voltage / V\n1,2\n"),
        ("words.bdf.csv", b"Test Time / s,Voltage / V,Current / A\n1,2,3\n2,two,3\n3,2,3\n"),
    ],
)
def test_a_refused_file_says_why_and_leaves_nothing_behind(
    empty_warehouse: Warehouse, tmp_path: Path, name: str, content: bytes
) -> None:
    export = tmp_path / name
    export.write_bytes(content)
    outcome = take_in(empty_warehouse, export)
    assert outcome.status == "refused"
    assert outcome.reason
    assert "fault of Leyden" not in outcome.reason
    assert lake_files(empty_warehouse) == set()
    with look(empty_warehouse.engine) as session:
        assert session.scalars(select(Snapshot)).all() == []


def test_a_file_that_is_not_there_is_refused_by_name(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    outcome = take_in(empty_warehouse, tmp_path / "nowhere.mpr")
    assert (outcome.status, outcome.reason) == (
        "refused",
        "cannot be read: No such file or directory",
    )


def test_findings_are_kept_with_their_place(empty_warehouse: Warehouse, tmp_path: Path) -> None:
    export = tmp_path / "back.bdf.csv"
    export.write_text("Test Time / s,Voltage / V,Current / A\n0,3,1\n10,3,1\n5,3,1\n20,3,1\n")
    take_in(empty_warehouse, export)
    with look(empty_warehouse.engine) as session:
        found = {one.kind: one.place for one in session.scalars(select(Finding))}
    assert found["time_reversed"] == "record 3"


@pytest.mark.slow
def test_many_files_are_taken_in_by_several_processes(nowhere: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    good = [write_cycling(folder / f"{n}.bdf.csv", current=n + 1) for n in range(6)]
    (folder / "bad.mpr").write_bytes(b"nothing")
    files = sorted(folder.iterdir())
    first, *rest = good
    warehouse = open_warehouse(nowhere)
    assert take_in(warehouse, first).status == "ingested"
    warehouse.engine.dispose()
    outcomes = list(ingest(nowhere.model_copy(update={"ingest_processes": 2}), files))
    status = {outcome.path: outcome.status for outcome in outcomes}
    assert status == {
        first: "already",
        **dict.fromkeys(rest, "ingested"),
        folder / "bad.mpr": "refused",
    }
    again = [take_in(warehouse, file) for file in files]
    warehouse.engine.dispose()
    assert sorted(outcome.status for outcome in again) == ["already"] * 6 + ["refused"]


@pytest.mark.slow
def test_two_ingests_at_once_lose_nothing_and_take_nothing_twice(
    nowhere: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    for number in range(12):
        write_cycling(folder / f"{number}.bdf.csv", current=1 + number)
    environment = {
        **os.environ,
        "LEYDEN_HOME": str(nowhere.home),
        "LEYDEN_DATABASE_URL": nowhere.database_url,
        "LEYDEN_INGEST_PROCESSES": "1",
    }
    command = [sys.executable, "-m", "leyden", "ingest", str(folder), "--json"]
    both = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)  # noqa: S603 — ours
        for _ in range(2)
    ]
    documents = [json.loads(process.communicate()[0]) for process in both]
    assert sum(document["ingested"] for document in documents) == 12
    assert sum(document["already"] for document in documents) == 12
    by_path = [
        {file["path"]: file["tests"] for file in document["files"]} for document in documents
    ]
    assert by_path[0] == by_path[1]
    warehouse = open_warehouse(nowhere)
    with look(warehouse.engine) as session:
        assert len(session.scalars(select(Test)).all()) == 12
        assert len(session.scalars(select(RawFile)).all()) == 12
    sweep(warehouse.engine, warehouse.lake, 0)
    assert inspect(warehouse.engine, warehouse.lake).faults == ()
    warehouse.engine.dispose()


def test_a_name_that_is_no_text_is_told_byte_by_byte(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    name = os.fsdecode(b"caf\xe9.csv")
    try:
        write_cycling(tmp_path / name)
    except OSError:
        pytest.skip("this file system takes text only")
    first, second = (
        take_in(empty_warehouse, tmp_path / name),
        take_in(empty_warehouse, tmp_path / name),
    )
    assert (first.status, second.status) == ("ingested", "already")
    (told,) = as_json([first])["files"]
    assert told["path"].endswith("caf\\xe9.csv")
    assert json.dumps(told).isascii()
    assert "caf\\xe9.csv" in as_line(first)
    (tmp_path / name).write_text("nothing")
    assert "no reader knows this file" in as_line(take_in(empty_warehouse, tmp_path / name))
