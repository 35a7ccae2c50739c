"""What may happen to a warehouse, drawn: tests come and go, cells are weighed, claims are made.

What people remove is hidden and brought back.
"""

from collections.abc import Sequence
from itertools import count
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import func, select, update

from schema.catalog import Cell, CellLayer, Claim, Property, Revision, Substance, Test
from schema.catalog.connection import change, look
from schema.error import InvalidRecord
from schema.record.called import kind_called, removed_called
from schema.record.erasure import erase
from schema.record.removal import remove
from schema.record.revert import revert

Bench = Any
Happening = tuple[str, int, float]
"""What happens, to which of them, how much."""


class Life:
    """What happens to a warehouse, one change after the other."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self._numbers = count(1)

    def goes_on(self, happening: Happening) -> None:
        """Let something happen: what, to which of them, how much."""
        what, which, amount = happening
        getattr(self, f"_{what}")(which, amount)

    def _ids(self, of: type[Cell | Test]) -> Sequence[int]:
        with look(self.bench.engine) as session:
            query = select(of.id).order_by(of.id)
            if of is Test:
                query = query.where(Test.removed_snapshot.is_(None))
            return session.scalars(query).all()

    def _cell(self, which: int) -> int:
        return (cells := self._ids(Cell))[which % len(cells)]

    def _changed(self, what: str, **rows: object) -> None:
        with change(self.bench.engine, what) as (session, _):
            session.add_all(rows.values())

    def _tests_a_cell(self, which: int, _amount: float) -> None:
        stretches = self.bench.stretches(1 + which % 3)
        name = f"more-{next(self._numbers)}.mpr"
        self.bench.add_test(name, stretches, cell_id=self._cell(which))

    def _supersedes(self, which: int, _amount: float) -> None:
        if tests := self._ids(Test):
            self.bench.supersede(tests[which % len(tests)], self.bench.stretches(1 + which % 4))

    def _removes(self, which: int, _amount: float) -> None:
        if tests := self._ids(Test):
            self.bench.remove(tests[which % len(tests)])

    def _weighs_a_cell(self, which: int, amount: float) -> None:
        values = {"area_cm2": amount, "active_mass_gram": amount / 100}
        with change(self.bench.engine, "weighed") as (session, _):
            session.execute(update(Cell).where(Cell.id == self._cell(which)).values(values))

    def _moves(self, which: int, _amount: float) -> None:
        if tests := self._ids(Test):
            test, cell = tests[which % len(tests)], self._cell(which // 3)
            with change(self.bench.engine, "moved") as (session, _):
                session.execute(update(Test).where(Test.id == test).values(cell_id=cell))

    def _hides_a_test(self, which: int, _amount: float) -> None:
        if tests := self._ids(Test):
            self._hidden("test", tests[which % len(tests)])

    def _hides_a_cell(self, which: int, _amount: float) -> None:
        if len(self._ids(Cell)) > 1:  # what else happens, happens to one
            self._hidden("cell", self._cell(which))

    def _hidden(self, kind: str, identity: int) -> None:
        with change(self.bench.engine, f"remove {kind}") as (session, snapshot):
            remove(session, snapshot, kind, identity, with_all=True)

    def _removed(self) -> list[tuple[str, int]]:
        """Return the cells and tests that are hidden, with what hung on them."""
        with look(self.bench.engine) as session:
            rows = session.execute(
                select(Revision.kind, Revision.entry_id)
                .where(Revision.action == "remove")
                .group_by(Revision.kind, Revision.entry_id)
                .order_by(func.max(Revision.id))
            )
            found = []
            for kind, identity in rows:
                try:
                    removed_called(session, kind_called(kind), str(identity))
                except InvalidRecord:
                    continue  # it was brought back
                found.append((kind, identity))
            return found

    def _brings_back(self, which: int, amount: float) -> None:
        if removed := self._removed():
            kind, identity = removed[which % len(removed)]
            self._reverted(kind, identity, with_all=amount > 1.0)

    def _takes_back(self, which: int, _amount: float) -> None:
        self._reverted("cell", self._cell(which), with_all=False)

    def _reverted(self, kind: str, identity: int, *, with_all: bool) -> None:
        try:
            with change(self.bench.engine, f"revert {kind}") as (session, snapshot):
                revert(session, snapshot, kind, str(identity), with_all=with_all)
        except InvalidRecord:
            pass  # it rests on what is hidden, or was entered by that change

    def forgets(self) -> None:
        """Erase all that is hidden, so that there is only what lives."""
        while removed := self._removed():
            kind, identity = removed[0]  # some go with others
            erase(self.bench.engine, self.bench.lake, kind, str(identity))

    def _claims(self, which: int, amount: float) -> None:
        about: dict[str, Any] = {"cell": ("LFP-01", "LiS-02")[which % 2]}
        claim = Claim(
            name=f"C{next(self._numbers)}",
            source="a report",
            text="told",
            quantity="discharge_capacity",
            value=amount,
            unit="mAh/g",
            subject=about,
            parameters={"cycle": "1"},
        )
        self._changed("claim", claim=claim)

    def _knows(self, which: int, amount: float) -> None:
        known = Property(name="relative_density", value=amount, unit="%", cell_id=self._cell(which))
        self._changed("property", known=known)

    def _enters_a_layer(self, which: int, amount: float) -> None:
        number = next(self._numbers)
        with change(self.bench.engine, "layer") as (session, _):
            substance = Substance(name=f"S{number}", formula="LiFePO4", electrons=1)
            session.add(substance)
            session.flush()
            layer = CellLayer(
                cell_id=self._cell(which),
                position=number,
                role="positive",
                substance_id=substance.id,
                loading_mg_per_cm2=amount,
            )
            session.add(layer)


HAPPENINGS = st.tuples(
    st.sampled_from(
        (
            "tests_a_cell",
            "supersedes",
            "removes",
            "hides_a_test",
            "hides_a_cell",
            "brings_back",
            "takes_back",
            "weighs_a_cell",
            "moves",
            "claims",
            "knows",
            "enters_a_layer",
        )
    ),
    st.integers(0, 11),
    st.floats(0.5, 5.0),
)
EVERYTHING: list[Happening] = [
    ("tests_a_cell", 0, 1.0),
    ("enters_a_layer", 0, 3.0),
    ("claims", 0, 150.0),
    ("weighs_a_cell", 1, 1.5),
    ("knows", 1, 92.0),
    ("supersedes", 1, 1.0),
    ("moves", 3, 1.0),
    ("hides_a_cell", 1, 1.0),
    ("tests_a_cell", 1, 1.0),
    ("hides_a_test", 1, 1.0),
    ("brings_back", 1, 2.0),
    ("takes_back", 1, 1.0),
    ("removes", 0, 1.0),
    ("weighs_a_cell", 0, 4.0),
]
