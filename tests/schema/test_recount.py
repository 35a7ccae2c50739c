"""How cycles are counted is declared, and changed without reading exports again."""

import pytest
from sqlalchemy import select

from schema.catalog import Cell, Test
from schema.catalog.connection import change, look
from schema.cycle_range import cycle_ranges
from schema.error import InvalidArgument, UnknownName
from schema.recount import recount, recounted
from schema.warehouse import Warehouse


@pytest.fixture
def warehouse(empty_warehouse: Warehouse) -> Warehouse:
    """Return a warehouse with a test of 3 cycles by turns and 5 by the instrument, on a cell."""
    known = {"position": 1, "point_count": 1, "step_count": 1, "spectrum_count": 0, "facts": {}}
    with change(empty_warehouse.engine, "tests") as (session, snapshot):
        session.add(cell := Cell(name="A"))
        session.flush()
        for number, instrument in enumerate((5, None), start=1):
            session.add(
                Test(
                    id=number,
                    name=f"t{number}",
                    origin=f"t{number}",
                    cycle_count=3,
                    turn_count=3,
                    instrument_count=instrument,
                    cell_id=cell.id,
                    added_snapshot=snapshot,
                    **known,
                )
            )
    return empty_warehouse


def counts(warehouse: Warehouse) -> list[int]:
    with look(warehouse.engine) as session:
        return list(session.scalars(select(Test.cycle_count).order_by(Test.id)))


def test_what_is_declared_of_a_cell_holds_for_its_tests_where_the_instrument_counts(
    warehouse: Warehouse,
) -> None:
    lines = recounted(warehouse.engine, "instrument", [], ["A"])
    assert counts(warehouse) == [5, 3]
    assert lines[0] == "t1: 5 cycles, 3 before (by turns 3, by the instrument 5)"
    assert "by the instrument none" in lines[1]


def test_what_is_declared_of_a_test_wins_over_its_cell(warehouse: Warehouse) -> None:
    recounted(warehouse.engine, "instrument", [], ["A"])
    recounted(warehouse.engine, "turns", ["t1"], [])
    assert counts(warehouse) == [3, 3]
    recounted(warehouse.engine, None, ["t1"], [])
    assert counts(warehouse) == [5, 3]


def test_a_test_counts_as_its_new_cell_declares(warehouse: Warehouse) -> None:
    with change(warehouse.engine, "another cell") as (session, _):
        session.add(cell := Cell(name="B", cycle_convention="instrument"))
        session.flush()
        test = session.get_one(Test, 1)
        test.cell_id = cell.id
        recount(session, [test])
    assert counts(warehouse) == [5, 3]


def test_a_convention_nobody_knows_or_said_of_nothing_is_refused(warehouse: Warehouse) -> None:
    with pytest.raises(InvalidArgument, match="turns or instrument"):
        recounted(warehouse.engine, "vendor", ["t1"], [])
    with pytest.raises(InvalidArgument, match="--test or --cell"):
        recounted(warehouse.engine, "turns", [], [])
    with pytest.raises(UnknownName, match="t9"):
        recounted(warehouse.engine, "turns", ["t9"], [])
    assert counts(warehouse) == [3, 3]


def test_cycles_are_written_as_numbers_and_ranges() -> None:
    assert cycle_ranges("1-4, 6") == ((1, 4), (6, 6))
    for text in ("", "0", "4-1", "1-", "a", "1;2"):
        with pytest.raises(InvalidArgument):
            cycle_ranges(text)
