"""The tests of a study linked to what they ran on, and cut from what it says no more."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ingest.study.change import Change, compared
from ingest.study.link import Links, Owner
from ingest.study.record import Records
from ingest.study.study import Study
from schema.catalog import Test
from schema.record.sensitivity import choose_set
from schema.recount import recount

_OWNER_OF = {"cells": "cell_id", "materials": "material_id"}
_SAID = (*_OWNER_OF.values(), "protocol_id", "sensitivity_set", "cycle_convention")
"""What a study says of a test."""


def unowned(session: Session) -> set[int]:
    """Return the living tests that ran on nothing that anybody says."""
    free = (Test.removed_snapshot.is_(None), Test.cell_id.is_(None), Test.material_id.is_(None))
    return set(session.scalars(select(Test.id).where(*free)))


class Assignment:
    """The tests that a study and its earlier state speak of.

    Args:
        session: of the transaction.
        records: the rows they are linked to, and where faults go.
        now: whose they are.
        earlier: whose they were by the state of the study before.
    """

    def __init__(self, session: Session, records: Records, now: Links, earlier: Links) -> None:
        self.session, self.records, self.now, self.earlier = session, records, now, earlier
        ids = sorted(now.owners.keys() | earlier.owners.keys())
        rows = [row for n in range(0, len(ids), 500) for row in self._rows(ids[n : n + 500])]
        self.tests = {row.id: row for row in rows}
        self._before = {row.id: self._state(row) for row in rows}

    def check(self, names: Mapping[str, Mapping[int, str]]) -> None:
        """Note patterns that would take a test from what others say that it ran on."""
        for test_id, owner in self.now.owners.items():
            test, column = self.tests[test_id], _OWNER_OF[owner.section]
            there = self._owned_by(test, names)
            if not owner.loose or there is None or there == (column, owner.name):
                continue
            before = self.earlier.owners.get(test_id)
            if before is None or there != (_OWNER_OF[before.section], before.name):
                reason = (
                    f"{test.name} is a test of {there[1]} already, as somebody else says: "
                    "name it where it belongs, or narrow the pattern"
                )
                self.records.faults.append(self.records.document.fault(owner.way, reason))

    def write(self, study: Study, earlier: Study) -> None:
        """Link the tests, and cut the links that only the earlier state had."""
        names = {section: self.records.rows[section] for section in _OWNER_OF}
        for test_id in self.earlier.owners.keys() - self.now.owners.keys():
            test, before = self.tests[test_id], self.earlier.owners[test_id]
            row = names[before.section].get(before.name)
            if row is not None and getattr(test, _OWNER_OF[before.section]) == row.id:
                test.cell_id = test.material_id = test.protocol_id = test.sensitivity_set = None
                if before.entry.cycles:
                    test.cycle_convention = None
        for test_id, owner in self.now.owners.items():
            test = self.tests[test_id]
            for section, column in _OWNER_OF.items():
                own = section == owner.section
                setattr(test, column, names[section][owner.name].id if own else None)
            stated = getattr(study, owner.section)[owner.name]
            self._put_protocol(test, owner, getattr(stated, "protocol", None))
            self._choose(test, owner, stated, getattr(earlier, owner.section).get(owner.name))
            was = self.earlier.owners.get(test_id)
            if owner.entry.cycles or (was and was.entry.cycles):
                test.cycle_convention = owner.entry.cycles
        self.session.flush()
        living = Test.removed_snapshot.is_(None)
        recount(self.session, self.session.scalars(select(Test).where(living)))

    def changes(self) -> list[Change]:
        """Return what becomes of each test: linked, cut, or linked otherwise."""
        found = []
        for test_id, test in sorted(self.tests.items()):
            before, after = self._before[test_id], self._state(test)
            linked = [
                each if each["cell_id"] or each["material_id"] else None for each in (before, after)
            ]
            if any(linked):
                found.append(compared("tests", test.name, *linked))
        return found

    def _rows(self, ids: list[int]) -> list[Any]:
        return list(self.session.scalars(select(Test).where(Test.id.in_(ids))))

    @staticmethod
    def _state(test: Any) -> dict[str, Any]:  # noqa: ANN401 — a catalog row
        return {name: getattr(test, name) for name in _SAID}

    @staticmethod
    def _owned_by(
        test: Any,  # noqa: ANN401 — a catalog row
        names: Mapping[str, Mapping[int, str]],
    ) -> tuple[str, str] | None:
        for column in _OWNER_OF.values():
            if (owner_id := getattr(test, column)) is not None:
                return column, names[column.removesuffix("_id")].get(owner_id, str(owner_id))
        return None

    def _put_protocol(self, test: Any, owner: Owner, of_owner: str | None) -> None:  # noqa: ANN401 — a catalog row
        protocol = owner.entry.protocol or of_owner
        if owner.section == "cells" or protocol:
            rows = self.records.rows["protocols"]
            test.protocol_id = rows[protocol].id if protocol in rows else None

    def _choose(self, test: Any, owner: Owner, stated: Any, before: Any) -> None:  # noqa: ANN401 — a row, pieces of a study
        """Let a test be computed with the set that is said of it or what it ran on, or was."""
        was = self.earlier.owners.get(test.id)
        chosen = owner.entry.sensitivity_set or stated.sensitivity_set
        if chosen in self.records.rows["sensitivity_sets"]:
            test.sensitivity_set = chosen
        elif chosen or (before and before.sensitivity_set) or (was and was.entry.sensitivity_set):
            own = owner.way if owner.entry.sensitivity_set else owner.way[:2]
            with self.records.placed((*own, "sensitivity_set")):
                choose_set(self.session, [test], chosen, ())
