"""Which dimensions of the store are read again after a change."""

import re
from typing import Any

import pytest
from sqlalchemy import event, update

from schema.catalog import Cell, CellLayer, Process, Snapshot, Table, Test
from schema.catalog.connection import change, current_snapshot, look
from service.store.dimension import SOURCES, dimensions
from service.store.store import Store

Bench = Any
MAKING = {"layer", "substance", "constituent", "treatment"}
OF_TESTS = {"sweep", "diffraction_scan", "photoemission_region", "image"}


@pytest.mark.parametrize("place", range(len(SOURCES)))
def test_every_table_that_a_dimension_is_read_from_is_named(warehouse: Bench, place: int) -> None:
    asked: list[str] = []

    @event.listens_for(warehouse.engine, "before_cursor_execute")
    def note(*arguments: Any) -> None:  # noqa: ANN401 # connection, cursor, statement and more
        asked.append(arguments[2])

    sources, read = SOURCES[place]
    with look(warehouse.engine) as session:
        read(session)
    names = set(re.findall(r"(?:FROM|JOIN) (\w+)", " ".join(asked))) & set(Table.metadata.tables)
    assert names == sources


def test_what_was_not_written_to_is_not_read_again(warehouse: Bench) -> None:
    def read_after(model: type[Any], **values: object) -> set[str]:
        with look(warehouse.engine) as session:
            before = current_snapshot(session)
        with change(warehouse.engine, "change") as (session, _):
            session.add(model(**values))
        with look(warehouse.engine) as session:
            return set(dimensions(session, before))

    counts = {"point_count": 0, "step_count": 0, "cycle_count": 0, "spectrum_count": 0}
    test = {"id": 9, "name": "t", "origin": "t", "position": 1, "facts": {}, "added_snapshot": 1}
    assert read_after(Test, **test, **counts) == {
        "test",
        *OF_TESTS,
        "image_object",
        "claim",
        "property",
    }
    assert read_after(Cell, name="C") == {"cell", "claim", "property"}
    assert read_after(CellLayer, cell_id=1, position=9) == MAKING
    assert read_after(Process, name="p", kind="mill") == MAKING
    assert read_after(Snapshot, action="nothing") == set()


def test_after_a_change_that_does_not_tell_everything_is_read_again(warehouse: Bench) -> None:
    with look(warehouse.engine) as session:
        before = current_snapshot(session)
        assert dimensions(session, before) == {}
        everything = set(dimensions(session, None))
    with change(warehouse.engine, "by an older program") as (_, snapshot):
        pass
    with warehouse.engine.begin() as connection:
        untold = update(Snapshot).where(Snapshot.id == snapshot).values(touched=None)
        connection.execute(untold)
    with look(warehouse.engine) as session:
        assert set(dimensions(session, before)) == everything


@pytest.mark.slow
def test_a_store_that_follows_is_a_store_that_begins(warehouse: Bench) -> None:
    following = Store(warehouse.engine, warehouse.lake)
    following.refresh()
    with change(warehouse.engine, "layer") as (session, _):
        session.add(CellLayer(cell_id=1, position=1, role="negative"))
    warehouse.supersede(1, warehouse.stretches(2))
    following.refresh()
    beginning = Store(warehouse.engine, warehouse.lake)
    beginning.refresh()
    for name in ("test", "cell", "layer", "step", "cycle", "treatment"):
        stored = [
            store.cursor().execute(f"SELECT * FROM store.{name} ORDER BY ALL").fetchall()
            for store in (following, beginning)
        ]
        assert stored[0] == stored[1]
    following.close()
    beginning.close()
