"""A study into the catalog: one transaction, whole or not at all; the same study twice is one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ingest.study.assign import Assignment, unowned
from ingest.study.change import KINDS, Change, Kind
from ingest.study.check import check_conflicts
from ingest.study.document import Document
from ingest.study.expand import Expansion, NamedFile, expand
from ingest.study.link import Links, TestNames, link
from ingest.study.rows import StudyRows
from ingest.study.section import SECTIONS
from ingest.study.study import Study
from schema import catalog
from schema.catalog.connection import alone, analyze


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of a study, or would.

    Attributes:
        name: of the study.
        status: entered, or already there.
        counts: things of each section, and tests.
        changes: what becomes of each thing and test.
        matches: how many tests each pattern matches, by what it is of and its text.
        files: what the names of files tell.
    """

    name: str
    status: Literal["entered", "already"]
    counts: Mapping[str, int]
    changes: Sequence[Change] = ()
    matches: Sequence[tuple[str, str, int]] = ()
    files: Sequence[NamedFile] = ()

    @property
    def idle(self) -> list[str]:
        """Return a sentence on each pattern that matches nothing."""
        return [
            f"{owner}: the pattern {pattern!r} matches no test"
            for owner, pattern, number in self.matches
            if not number
        ]

    def tally(self) -> dict[str, dict[Kind, int]]:
        """Return how many things of each section become what."""
        found: dict[str, dict[Kind, int]] = {}
        for change in self.changes:
            counts = found.setdefault(change.section, dict.fromkeys(KINDS, 0))
            counts[change.kind] += 1
        return found

    def summary(self) -> str:
        """Return what became of it in one line."""
        if self.status == "already":
            return "already entered, nothing changed"
        whole = ", ".join(f"{count} {what}" for what, count in self.counts.items() if count)
        sums = {kind: sum(each.kind == kind for each in self.changes) for kind in KINDS}
        if not any(count for kind, count in sums.items() if kind != "entered"):
            return whole
        return f"{whole}: {', '.join(f'{count} {kind}' for kind, count in sums.items() if count)}"


class _NothingToEnter(Exception):
    """Leaves a transaction that is to be rolled back, without a fault."""


def enter(engine: Engine, document: Document, *, dry: bool = False) -> Entered:
    """Enter a study, or bring what it says up to date; what it says already changes nothing.

    Rows keep their ids. What an earlier version of the same study said and this one does not is
    taken back: processes and claims go, links of tests are cut, and things nobody else refers to
    go too.

    Args:
        engine: of the catalog.
        document: the study; what is amiss in it is told with what the catalog refuses.
        dry: whether only to say what would be; the catalog stays as it is.

    Raises:
        InvalidStudy: with all that is amiss, when it contradicts itself, the catalog or another
            study; nothing is written.
    """
    entered: list[Entered] = []
    try:
        with alone(engine) as session:
            entered.append(_enter(session, document))
            if dry or entered[0].status == "already":
                raise _NothingToEnter  # noqa: TRY301 — it is how the transaction is left
    except _NothingToEnter:
        return entered[0]
    analyze(engine)
    return entered[0]


def _enter(session: Session, document: Document) -> Entered:
    names = TestNames(session)
    expansion = expand(document, names)
    whole, study = expansion.document, expansion.document.study
    living = session.scalars(
        select(catalog.Study).where(catalog.Study.removed_snapshot.is_(None))
    ).all()
    before = next((row for row in living if row.name == study.study), None)
    others = {row.name: row.document for row in living if row is not before}
    same = before is not None and before.sha256 == whole.sha256 and not whole.faults
    earlier = Study.model_validate(before.document) if before is not None else None
    links = link(study, names, expansion.references)
    rows = StudyRows(session, whole, earlier, others)
    if same:
        changes = _link_more(session, rows, links)
    else:
        rows.faults.extend(whole.faults)
        rows.faults.extend(check_conflicts(whole, others, SECTIONS.keys()))
        rows.faults.extend(whole.fault(way, reason) for way, reason in links.faults)
        study_id = _row(session, whole, before).id
        changes = _write(session, rows, study_id, links, link(rows.earlier, names))
    known = all(change.kind == "unchanged" for change in changes)
    return Entered(
        study.study,
        "already" if same and known else "entered",
        _counts(study),
        changes,
        _matches(study, links.matches, expansion),
        expansion.files,
    )


def _write(
    session: Session, rows: StudyRows, study_id: int, links: Links, earlier: Links
) -> list[Change]:
    """Write all that a study says; what is amiss is looked for to the end.

    Raises:
        InvalidStudy: with all that is amiss.
    """
    assignment = Assignment(session, rows.records, links, earlier)
    assignment.check(rows.names())
    rows.write(study_id)
    if not rows.faults:
        assignment.write(rows.study, rows.earlier)
    if rows.faults:
        raise rows.document.written.refusal(rows.faults)
    rows.take_back()
    return [*rows.changes(), *assignment.changes()]


def _link_more(session: Session, rows: StudyRows, links: Links) -> list[Change]:
    """Link what patterns match since a study was entered; nothing else of it is written again."""
    loose = {test_id for test_id, owner in links.owners.items() if owner.loose}
    free = unowned(session) & loose
    more = replace(links, owners={test_id: links.owners[test_id] for test_id in free})
    assignment = Assignment(session, rows.records, more, Links({}, {}, ()))
    if free:
        session.add(catalog.Snapshot(action=f"study {rows.study.study}: more tests"))
        session.flush()
        assignment.write(rows.study, rows.earlier)
    if rows.faults:
        raise rows.document.written.refusal(rows.faults)
    said = [
        Change(section, name, "unchanged")
        for section in SECTIONS
        for name in getattr(rows.study, section)
    ]
    return [*said, *assignment.changes()]


def _row(session: Session, document: Document, before: catalog.Study | None) -> catalog.Study:
    """Return the row of this state of a study, in the place of the one before."""
    name = document.study.study
    snapshot = catalog.Snapshot(action=f"study {name}")
    session.add(snapshot)
    session.flush()
    if before is not None:
        before.removed_snapshot = snapshot.id
        session.flush()
    row = catalog.Study(
        name=name,
        sha256=document.sha256,
        document=document.content,
        added_snapshot=snapshot.id,
    )
    session.add(row)
    session.flush()
    return row


def _counts(study: Study) -> dict[str, int]:
    counts = {section: len(getattr(study, section)) for section in SECTIONS}
    on_cells = sum(len(cell.tests) for cell in study.cells.values())
    on_materials = sum(len(material.tests) for material in study.materials.values())
    return counts | {"tests": on_cells + on_materials}


def _matches(
    study: Study, matches: Mapping[Any, int], expansion: Expansion
) -> list[tuple[str, str, int]]:
    found = [
        (f"{section}.{name}", getattr(study, section)[name].tests[place].file, number)
        for (section, name, _, place), number in matches.items()
    ]
    for name, naming in study.file_names.items():
        number = sum(each.naming == name for each in expansion.files)
        found.append((f"file_names.{name}", naming.pattern, number))
    return found
