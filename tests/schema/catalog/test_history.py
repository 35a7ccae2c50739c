"""What people change of entries is in one table that is only ever added to."""

from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, select, text, update
from sqlalchemy.exc import DatabaseError

from schema.catalog import Cell, CellLayer, Revision, Snapshot, Substance, Test
from schema.catalog.connection import alone, change, look
from schema.catalog.entry import ENTRIES, OWNER_OF
from schema.catalog.table import Table

_AT_NO_ENTRY = {
    *("allocation", "ancestor", "snapshot", "job", "revision", "lake_file", "finding", "sweep"),
    *("analysis", "diffraction_scan", "photoemission_region", "transport_node"),
    *("arrival", "file_check", "record_mean", "table_digest", "twin"),
}
"""Tables that no person enters anything into: what follows from others, and what ingest writes."""


def revisions(engine: Engine) -> list[Revision]:
    with look(engine) as session:
        return list(session.scalars(select(Revision).order_by(Revision.id)))


def entered(engine: Engine, *rows: Table) -> None:
    with change(engine, "enter") as (session, _):
        session.add_all(rows)


def test_every_table_is_of_entries_or_of_what_no_person_enters() -> None:
    of_entries = {str(model.__tablename__) for model in OWNER_OF}
    assert of_entries | _AT_NO_ENTRY == set(Table.metadata.tables)
    assert not of_entries & _AT_NO_ENTRY


def test_an_entry_a_change_and_a_removal_are_known_by_what_it_was_and_is(engine: Engine) -> None:
    layer = CellLayer(position=1, role="negative")
    entered(engine, Cell(id=31, name="K1", area_cm2=1.0, layers=[layer]))
    with change(engine, "weigh", "10.0.0.7") as (session, _):
        session.get_one(Cell, 31).area_cm2 = 2.0
    with change(engine, "remove") as (session, _):
        session.delete(session.get_one(Cell, 31))
    first, second, third = revisions(engine)
    assert [each.action for each in (first, second, third)] == ["enter", "change", "remove"]
    assert {(each.kind, each.entry_id, each.name) for each in (first, second, third)} == {
        ("cell", 31, "K1")
    }
    assert (first.before, third.after) == (None, None)
    assert first.after == second.before
    assert second.after == third.before == {**(first.after or {}), "area_cm2": 2.0}
    assert (first.after or {})["layers"] == [
        {
            "position": 1,
            "role": "negative",
            "substance_id": None,
            "material_id": None,
            "thickness_um": None,
            "loading_mg_per_cm2": None,
        }
    ]
    assert [each.address for each in (first, second, third)] == [None, "10.0.0.7", None]
    assert [each.snapshot_id for each in (first, second, third)] == [1, 2, 3]


def test_a_part_that_changes_is_a_change_of_its_entry(engine: Engine) -> None:
    entered(engine, Cell(id=31, name="K1", layers=[CellLayer(position=1)]), Cell(id=32, name="K2"))
    with change(engine, "move a layer") as (session, _):
        session.scalars(select(CellLayer)).one().cell_id = 32
    *_, first, second = revisions(engine)
    assert [(each.entry_id, each.action) for each in (first, second)] == [
        (31, "change"),
        (32, "change"),
    ]
    assert [len((each.after or {})["layers"]) for each in (first, second)] == [0, 1]


def test_what_a_statement_changes_beside_the_rows_at_hand_is_known_too(engine: Engine) -> None:
    entered(engine, Cell(id=31, name="K1"), Cell(id=32, name="K2"), Cell(id=33, name="K3"))
    with change(engine, "weigh some") as (session, _):
        some = update(Cell).where(Cell.name.in_(["K1", "K3"]))
        session.execute(some.values(area_cm2=2.0))
        session.execute(insert(CellLayer), [{"cell_id": 32, "position": 1}])
        session.execute(update(Cell), [{"id": 33, "note": "by its key"}])
    with change(engine, "remove one") as (session, _):
        session.execute(delete(CellLayer))
        session.execute(delete(Cell).where(Cell.id == 32))
    changes = [(each.entry_id, each.action) for each in revisions(engine)[3:]]
    assert changes == [(31, "change"), (32, "change"), (33, "change"), (32, "remove")]
    assert (revisions(engine)[5].after or {})["note"] == "by its key"


def test_what_comes_to_the_same_or_is_rolled_back_is_no_change(engine: Engine) -> None:
    entered(engine, Cell(id=31, name="K1", note="a"))

    def breaks() -> None:
        with change(engine, "break") as (session, _):
            session.get_one(Cell, 31).note = "c"
            session.flush()
            raise ValueError

    with change(engine, "there and back") as (session, _):
        session.get_one(Cell, 31).note = "b"
        session.flush()
        session.get_one(Cell, 31).note = "a"
    with pytest.raises(ValueError):  # noqa: PT011 # ours
        breaks()
    assert len(revisions(engine)) == 1


def test_a_test_that_comes_by_itself_is_no_change_but_what_it_ran_on_is(engine: Engine) -> None:
    entered(engine, Cell(id=31, name="K1"))
    with change(engine, "ingest") as (session, snapshot):
        session.add(
            Test(
                id=7,
                name="a.mpr",
                origin="/a.mpr",
                position=1,
                point_count=0,
                step_count=0,
                cycle_count=0,
                spectrum_count=0,
                facts={},
                added_snapshot=snapshot,
            )
        )
    with change(engine, "assign") as (session, _):
        session.get_one(Test, 7).cell_id = 31
    with change(engine, "superseded") as (session, snapshot):
        session.get_one(Test, 7).removed_snapshot = snapshot
    *_, last = revisions(engine)
    assert len(revisions(engine)) == 2
    assert (last.kind, last.name, last.action) == ("test", "a.mpr", "change")
    assert ((last.before or {})["cell_id"], (last.after or {})["cell_id"]) == (None, 31)


def test_a_key_is_never_given_again(engine: Engine) -> None:
    entered(engine, Cell(name="K1"), Cell(name="K2"))
    with change(engine, "remove") as (session, _):
        last = session.scalars(select(Cell).where(Cell.name == "K2")).one()
        session.delete(last)
    entered(engine, Cell(name="K3"))
    with look(engine) as session:
        assert session.scalars(select(Cell.id).where(Cell.name == "K3")).one() > last.id


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE revision SET action = 'enter'",
        "UPDATE revision SET before = NULL, after = NULL",
        "DELETE FROM revision",
        "UPDATE revision SET person = 'nobody'",
    ],
)
def test_the_database_itself_refuses_to_alter_what_was_changed(
    engine: Engine, statement: str
) -> None:
    entered(engine, Substance(name="LATP"))
    with (
        pytest.raises(DatabaseError, match="only ever added to"),
        alone(engine) as session,
    ):
        session.connection().execute(text(statement))
    assert [(each.name, each.action) for each in revisions(engine)] == [("LATP", "enter")]


def test_the_database_itself_refuses_to_replace_what_was_changed(engine: Engine) -> None:
    entered(engine, Substance(name="LATP"))
    other = (
        "TRUNCATE revision"
        if engine.dialect.name == "postgresql"
        else (
            "INSERT OR REPLACE INTO revision"
            " (id, snapshot_id, changed_at, kind, entry_id, name, action)"
            " VALUES (1, 1, '2026-01-01', 'cell', 1, 'x', 'enter')"
        )
    )
    with pytest.raises(DatabaseError, match="only ever added to"), alone(engine) as session:
        session.connection().execute(text(other))
    assert [each.name for each in revisions(engine)] == ["LATP"]


def test_values_are_taken_away_of_what_was_erased_and_of_nothing_else(engine: Engine) -> None:
    entered(engine, Substance(id=1, name="LATP"), Substance(id=2, name="LLZO"))
    table: Any = Revision.__table__
    with change(engine, "erase") as (session, snapshot):
        row = {"snapshot_id": snapshot, "kind": "substance", "entry_id": 1, "name": "LATP"}
        session.connection().execute(insert(table), {**row, "action": "erase"})
        blank = "UPDATE revision SET before = NULL, after = NULL WHERE entry_id = 1"
        session.connection().execute(text(blank))
    assert [(each.name, each.after is None) for each in revisions(engine)] == [
        ("LATP", True),
        ("LLZO", False),
        ("LATP", True),
    ]
    with pytest.raises(DatabaseError, match="only ever added to"), alone(engine) as session:
        session.connection().execute(text("UPDATE revision SET after = NULL WHERE entry_id = 2"))


def test_kinds_stand_after_those_they_may_refer_to() -> None:
    order = [*ENTRIES]
    for kind, entry in ENTRIES.items():
        tables = [entry.model, *(model for model, _ in entry.parts.values())]
        for key in (key for model in tables for key in model.__table__.foreign_keys):
            named = next(
                (
                    of
                    for of, each in ENTRIES.items()
                    if each.model.__tablename__ == key.column.table.name
                ),
                kind,
            )
            assert order.index(named) <= order.index(kind) or (kind, named) == ("property", "test")


def test_a_change_names_its_snapshot_and_no_table_of_its_own(engine: Engine) -> None:
    entered(engine, Substance(name="LATP"))
    with look(engine) as session:
        assert session.scalars(select(Snapshot.touched)).all() == [["substance"]]
