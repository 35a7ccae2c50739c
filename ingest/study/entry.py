"""A study into the catalog: one transaction, whole or not at all; the same study twice is one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Engine, select

from ingest.study.document import Document
from ingest.study.rows import SECTIONS, StudyRows
from ingest.study.study import Study
from schema import catalog
from schema.catalog.connection import alone, analyze


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of a study."""

    name: str
    status: Literal["entered", "already"]
    counts: Mapping[str, int]
    """Things of each section, and tests."""

    def summary(self) -> str:
        """Return what became of it in one line."""
        if self.status == "already":
            return "already entered, nothing changed"
        return ", ".join(f"{count} {what}" for what, count in self.counts.items() if count)


def enter(engine: Engine, document: Document) -> Entered:
    """Enter a study, or bring what it says up to date; what it says already changes nothing.

    Rows keep their ids. What an earlier version of the same study said and this one does not is
    taken back: processes and claims go, links of tests are cut, and things nobody else refers to
    go too.

    Raises:
        InvalidStudy: when it contradicts itself, the catalog or another study; nothing is written.
    """
    study = document.study
    counts = {section: len(getattr(study, section)) for section in SECTIONS}
    counts["tests"] = sum(len(cell.tests) for cell in study.cells.values())
    counts["tests"] += sum(len(material.tests) for material in study.materials.values())
    with alone(engine) as session:
        living = session.scalars(
            select(catalog.Study).where(catalog.Study.removed_snapshot.is_(None))
        ).all()
        before = next((row for row in living if row.name == study.study), None)
        if before is not None and before.sha256 == document.sha256:
            return Entered(study.study, "already", counts)
        others = {row.name: row.document for row in living if row is not before}
        _refuse_conflict(document, others)
        snapshot = catalog.Snapshot(action=f"study {study.study}")
        session.add(snapshot)
        session.flush()
        row = catalog.Study(
            name=study.study,
            sha256=document.sha256,
            document=document.content,
            added_snapshot=snapshot.id,
        )
        if before is not None:
            before.removed_snapshot = snapshot.id
            session.flush()
        session.add(row)
        session.flush()
        earlier = Study.model_validate(before.document) if before is not None else None
        StudyRows(session, document, earlier, others).write(row.id)
    analyze(engine)
    return Entered(study.study, "entered", counts)


def _refuse_conflict(document: Document, others: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse what says other than a living study says of the same thing; tests may be added.

    Claims are each study's own, whatever their names.
    """
    for other, content in others.items():
        for section in SECTIONS.keys() - {"claims"}:
            for name, stated in document.content.get(section, {}).items():
                theirs = content.get(section, {}).get(name, {})
                for field in (stated.keys() & theirs.keys()) - {"tests"}:
                    if stated[field] != theirs[field]:
                        reason = f"study {other!r} says of {name}: {field}: {theirs[field]}"
                        raise document.refusal((section, name, field), reason)
