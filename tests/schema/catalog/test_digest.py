"""A table whose rows turned into others is told from one that somebody changed."""

import pytest
from sqlalchemy import Engine, update

from schema.catalog import Cell
from schema.catalog.connection import change, look
from schema.catalog.digest import altered
from schema.catalog.integrity import amiss


@pytest.fixture
def cells(engine: Engine) -> Engine:
    """Return a catalog of two cells that was checked."""
    with change(engine, "enter cells") as (session, _):
        session.add_all([Cell(name="A", area_cm2=1.5), Cell(name="B", area_cm2=2.0)])
    assert altered(engine) == []
    return engine


def rot(engine: Engine) -> None:
    """Let a number turn into another, as a disk does: no change says so."""
    with engine.execution_options(mode="change").begin() as connection:
        connection.execute(update(Cell).where(Cell.name == "A").values(area_cm2=3.5))


def test_a_number_that_turned_into_another_is_told_until_it_is_mended(cells: Engine) -> None:
    rot(cells)
    for _ in range(2):
        (line,) = altered(cells)
        assert line.startswith("table cell holds other rows than at snapshot 1, though nothing")
    with cells.execution_options(mode="change").begin() as connection:
        connection.execute(update(Cell).where(Cell.name == "A").values(area_cm2=1.5))
    assert altered(cells) == []


def test_what_somebody_changed_is_no_damage(cells: Engine) -> None:
    with change(cells, "weigh") as (session, _):
        session.execute(update(Cell).values(area_cm2=9.0))
    assert altered(cells) == []
    rot(cells)
    assert len(altered(cells)) == 1


def test_a_catalog_that_is_whole_has_nothing_amiss(cells: Engine) -> None:
    with look(cells) as session:
        assert amiss(session) == []
