"""A record under another name: what calls it by its name follows, in the same transaction."""

from typing import Any, Final

from sqlalchemy import select, update

from schema.catalog import Cell, Claim, SensitivitySet, Study, Substance, Test
from schema.configuration import rename_substance
from schema.error import InvalidArgument, InvalidRecord
from schema.record.claim import SUBJECTS
from schema.record.column import checked
from schema.record.known import Known, noun

_SECTIONS: Final = {
    "substance": "substances",
    "material": "materials",
    "process": "processes",
    "protocol": "protocols",
    "cell": "cells",
    "claim": "claims",
    "reference phase": "references",
    "sensitivity set": "sensitivity_sets",
}
"""Where a study states each."""


def carry_on(known: Known, row: Any, before: str) -> None:  # noqa: ANN401 - a row of any table
    """Carry the name of a row on to the configurations and the subjects of claims that name it.

    Raises:
        InvalidRecord: when a study calls it by the name before, or a configuration cannot hold the
            new one.
    """
    name = row.name
    if name == before:
        return
    _refuse_studied(known, row, before)
    if isinstance(row, Substance):
        named = Cell.configuration.contains(before, autoescape=True)
        for cell in known.session.scalars(select(Cell).where(named)):
            cell.configuration = _renamed(str(cell.configuration), before, name, cell.name)
    if isinstance(row, SensitivitySet):
        tests = update(Test).where(Test.sensitivity_set == before)
        known.session.execute(tests.values(sensitivity_set=name))
    for claim in known.session.scalars(select(Claim)):
        subject = {
            key: name if SUBJECTS.get(key) is type(row) and text == before else text
            for key, text in claim.subject.items()
        }
        if isinstance(row, Substance) and "configuration" in subject:
            stack = subject["configuration"]
            subject["configuration"] = _renamed(stack, before, name, f"claim {claim.name}")
        if subject != claim.subject:
            claim.subject = subject


def _refuse_studied(known: Known, row: Any, before: str) -> None:  # noqa: ANN401 - a row of any table
    """Refuse another name of what a study states: entered again, it would make a second one."""
    section = _SECTIONS[noun(type(row))]
    living = select(Study).where(Study.removed_snapshot.is_(None)).order_by(Study.name)
    for study in known.session.scalars(living):
        own = not isinstance(row, Claim) or row.study_id == study.id
        if own and before in study.document.get(section, {}):
            reason = f"the study {study.name!r} calls it {before!r}: change its name there"
            raise InvalidRecord(("name",), reason)


def _renamed(stack: str, before: str, name: str, owner: str) -> str:
    try:
        found = rename_substance(stack, before, name)
        return str(checked(Cell, {"configuration": found})["configuration"])
    except (InvalidArgument, InvalidRecord) as fault:
        why = fault.reason if isinstance(fault, InvalidRecord) else str(fault)
        raise InvalidRecord(("name",), f"{owner} is {stack}: {why}") from fault
