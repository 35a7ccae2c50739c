"""One test in one file or in several: the numbers of its cell are the same."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import select, update

from ingest.intake import take_in
from schema.catalog import Cell, Test
from schema.catalog.connection import change, look
from schema.recount import recounted
from schema.settings import Settings
from schema.warehouse import Warehouse, open_warehouse
from service.store.points import points_question
from service.store.question import asked
from service.store.store import Store
from tests.law import law

LAW = law(12)
BEAT_SECOND = 60.0
BEGIN = datetime(2026, 3, 1, 8, tzinfo=UTC).timestamp()
HEAD = "Test Time / s,Unix Time / s,Voltage / V,Current / A,Cycle Count / 1,Step ID,Step Type\n"


@dataclass(frozen=True)
class Program:
    """A step: what the instrument calls it, A, minutes, its number, its cycle."""

    label: str
    ampere: float
    minutes: int
    step: int
    cycle: int


def cycles(count: int, *, pulse_minutes: int = 1, fade: float = 0.0) -> list[Program]:
    """Return cycles of an hour each way at 1 A, with a pulse of charge amid each discharge."""
    found = []
    for number in range(1, count + 1):
        minutes = round(60 * (1 - fade * (number - 1)))
        found += [
            Program("CC Chg", 1.0, minutes, 1, number),
            Program("Rest", 0.0, 10, 2, number),
            Program("CC DChg", -1.0, minutes // 2, 3, number),
            Program("CC Chg", 1.0, pulse_minutes, 4, number),
            Program("CC DChg", -1.0, minutes - minutes // 2, 5, number),
            Program("Rest", 0.0, 10, 6, number),
        ]
    return found


def records(program: Sequence[Program]) -> list[tuple[float, str]]:
    """Return the records of a program: when, and the rest of the line; a step has its first."""
    lines, begin, charge = [], 0.0, 0.0
    for each in program:
        for beat in range(each.minutes + 1):
            passed = charge + each.ampere * beat / 60
            volt = 3.2 + 0.9 * passed + 0.05 * np.sign(each.ampere)
            text = f"{volt:.5f},{each.ampere:g},{each.cycle},{each.step},{each.label}"
            lines.append((begin + BEAT_SECOND * beat, text))
        begin += BEAT_SECOND * each.minutes
        charge += each.ampere * each.minutes / 60
    return lines


def write(path: Path, lines: Sequence[tuple[float, str]]) -> None:
    start = lines[0][0]
    body = "".join(f"{at - start:g},{BEGIN + at:.1f},{text}\n" for at, text in lines)
    path.write_text(HEAD + body, encoding="utf-8")


def ingested(home: Path, parts: Sequence[Sequence[tuple[float, str]]]) -> Warehouse:
    """Return a warehouse with these parts as files of one cell."""
    warehouse = open_warehouse(Settings(home=home))
    for number, lines in enumerate(parts):
        file = home / f"part{number}.bdf.csv"
        write(file, lines)
        outcome = take_in(warehouse, file)
        assert outcome.status == "ingested", outcome.reason
    with change(warehouse.engine, "one cell") as (session, _):
        session.add(cell := Cell(name="A"))
        session.flush()
        session.execute(update(Test).values(cell_id=cell.id))
    return warehouse


def cell_cycles(warehouse: Warehouse) -> list[dict[str, Any]]:
    """Return the cycles of the one cell by their number in it."""
    store = Store(warehouse.engine, warehouse.lake, {})
    try:
        store.refresh()
        cursor = store.cursor()
        rows = cursor.sql("SELECT * FROM store.cycle ORDER BY cell_cycle_count").to_arrow_table()
        return rows.to_pylist()  # type: ignore[no-any-return] # pyarrow ships no types
    finally:
        store.close()


def compared(whole: list[dict[str, Any]], parted: list[dict[str, Any]], *, exact: bool) -> None:
    counts = [row["cell_cycle_count"] for row in whole]
    assert [row["cell_cycle_count"] for row in parted] == counts
    for one, other in zip(whole, parted, strict=True):
        for side in ("charge", "discharge"):
            error = 0.0 if exact else one[f"{side}_error_ah"] + other[f"{side}_error_ah"]
            apart = abs(one[f"{side}_capacity_ah"] - other[f"{side}_capacity_ah"])
            assert apart <= error + 1e-9, (one["cell_cycle_count"], side)
        assert (one["complete"], one["kind"], one["kind_role"]) == (
            other["complete"],
            other["kind"],
            other["kind_role"],
        )


@pytest.mark.slow
@given(st.integers(1, 8), st.lists(st.floats(0.02, 0.98), min_size=1, max_size=3), st.booleans())
@example(count=7, cuts=[0.587890625], between_steps=False)  # behind the first record of a charge
@LAW
def test_a_test_cut_anywhere_into_files_gives_its_cell_the_same_cycles(
    count: int,
    cuts: list[float],
    between_steps: bool,  # drawn
) -> None:
    lines = records(cycles(count, fade=0.02))
    starts = [n for n in range(1, len(lines)) if lines[n][1][-7:] != lines[n - 1][1][-7:]]
    places = sorted({round(cut * (len(lines) - 1)) for cut in cuts} - {0})
    if between_steps:
        nearest = [int(np.argmin(np.abs(np.array(starts) - place))) for place in places]
        places = sorted({starts[near] for near in nearest})
    edges = [0, *places, len(lines)]
    parts = [lines[a:b] for a, b in itertools.pairwise(edges) if b > a]
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        first, second = ingested(Path(one), [lines]), ingested(Path(other), parts)
        compared(cell_cycles(first), cell_cycles(second), exact=between_steps)
        first.engine.dispose()
        second.engine.dispose()


@pytest.mark.slow
def test_a_rest_that_is_small_only_beside_another_file_is_a_rest_in_the_cell(
    tmp_path: Path,
) -> None:
    program = [
        Program("1", 1.0, 60, 1, 1),
        Program("2", 5e-4, 600, 2, 1),
        Program("3", -1.0, 60, 3, 1),
        Program("4", 5e-4, 600, 4, 1),
    ]
    lines = records(program)
    cut = next(n for n, (at, _) in enumerate(lines) if at == 60 * 60.0) + 1
    both = ingested(tmp_path, [lines[:cut], lines[cut : cut + 601], lines[cut + 601 :]])
    (cycle,) = cell_cycles(both)
    assert cycle["charge_capacity_ah"] == pytest.approx(1.0, rel=1e-6)
    assert cycle["rest_charge_ah"] == pytest.approx(0.01, rel=1e-3)


@pytest.mark.slow
def test_a_test_taken_from_its_cell_has_the_numbers_it_had_alone(tmp_path: Path) -> None:
    lines = records(cycles(3))
    cut = len(lines) // 2 + 5
    warehouse = ingested(tmp_path, [lines[:cut], lines[cut:]])
    store = Store(warehouse.engine, warehouse.lake, {})

    def of_tests() -> list[tuple[Any, ...]]:
        store.refresh()
        query = (
            "SELECT test_id, cycle_count, round(charge_capacity_ah, 9), "
            "round(discharge_capacity_ah, 9) FROM store.cycle ORDER BY ALL"
        )
        return store.cursor().sql(query).fetchall()

    joined = of_tests()
    with change(warehouse.engine, "apart") as (session, _):
        session.execute(update(Test).values(cell_id=None))
    apart = of_tests()
    assert apart != joined
    fresh = Store(warehouse.engine, warehouse.lake, {})
    fresh.refresh()
    query = "SELECT * FROM store.step ORDER BY test_id, step_count"
    assert store.cursor().sql(query).fetchall() == fresh.cursor().sql(query).fetchall()
    with change(warehouse.engine, "together") as (session, _):
        session.execute(update(Test).values(cell_id=1))
    assert of_tests() == joined
    store.close()
    fresh.close()


@pytest.mark.slow
def test_the_count_of_the_instrument_is_taken_where_it_is_declared_and_back(
    tmp_path: Path,
) -> None:
    program = [
        Program("CC Chg", 1.0, 60, 1, 1),
        Program("CC DChg", -1.0, 60, 2, 1),
        Program("CC Chg", 1.0, 60, 1, 1),
        Program("CC DChg", -1.0, 60, 2, 2),
    ]
    warehouse = ingested(tmp_path, [records(program)])
    turns = [row["charge_capacity_ah"] for row in cell_cycles(warehouse)]
    assert turns == pytest.approx([1.0, 1.0])
    (line,) = recounted(warehouse.engine, "instrument", [], ["A"])
    assert "2 cycles" in line
    counted = cell_cycles(warehouse)
    assert [row["charge_capacity_ah"] for row in counted] == pytest.approx([2.0, 0.0])
    assert [row["discharge_capacity_ah"] for row in counted] == pytest.approx([1.0, 1.0])
    recounted(warehouse.engine, None, [], ["A"])
    assert [row["charge_capacity_ah"] for row in cell_cycles(warehouse)] == turns


@pytest.mark.slow
def test_the_instrument_may_change_its_cycle_inside_a_step(tmp_path: Path) -> None:
    lines = records([Program("CC Chg", 1.0, 60, 1, 1), Program("CC DChg", -1.0, 60, 2, 1)])
    changed = [
        (at, text.replace(",1,1,CC", ",2,1,CC")) if 1800 < at <= 3600 else (at, text)
        for at, text in lines
    ]
    changed = [(at, t.replace(",1,2,CC", ",2,2,CC")) for at, t in changed]
    warehouse = ingested(tmp_path, [changed])
    recounted(warehouse.engine, "instrument", ["part0"], [])
    counted = cell_cycles(warehouse)
    assert [row["cycle_count"] for row in counted] == [1, 2]
    assert sum(row["charge_capacity_ah"] for row in counted) == pytest.approx(1.0)
    assert counted[0]["charge_capacity_ah"] == pytest.approx(0.5, abs=0.02)
    assert counted[1]["discharge_capacity_ah"] == pytest.approx(1.0)


@pytest.mark.slow
def test_a_role_that_is_declared_wins(tmp_path: Path) -> None:
    warehouse = ingested(tmp_path, [records(cycles(6))])
    with change(warehouse.engine, "declare") as (session, _):
        session.execute(update(Cell).values(formation_cycles="1-2", check_up_cycles="5"))
    roles = [row["kind_role"] for row in cell_cycles(warehouse)]
    assert roles == ["formation", "formation", "main", "main", "check_up", "main"]


def test_points_tell_the_cycle_that_their_step_has_now(tmp_path: Path) -> None:
    lines = records(cycles(2))
    cut = next(n for n, (_, text) in enumerate(lines) if text.endswith("3,CC DChg")) + 5
    warehouse = ingested(tmp_path, [lines[:cut], lines[cut:]])
    with look(warehouse.engine) as session:
        second = session.scalars(select(Test.id).order_by(Test.started_at.desc())).first()
    store = Store(warehouse.engine, warehouse.lake, {})
    store.refresh()
    cursor = store.cursor()
    question = points_question(store, int(second or 0), ["step_count", "cycle_count"])
    rows = asked(store, cursor, question).fetchall()
    steps = cursor.execute(
        "SELECT step_count, cycle_count FROM store.step WHERE test_id = $test", {"test": second}
    ).fetchall()
    assert dict(rows) == dict(steps)
    # alone it begins with a discharge, and its second charge would stand in its first cycle
    assert [cycle for _, cycle in sorted(steps)] == [1, 1, 1, 1, 2, 2, 2, 2, 2, 2]
    cursor.close()
    store.close()
