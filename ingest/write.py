"""Lake files first, then one catalog transaction: a test exists when its row exists."""

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from ingest import reading
from ingest.analysis.result import analysis_row
from ingest.at_rest import FileAtRest, Provenance, to_lake
from ingest.draft import Draft
from ingest.growth.continuation import Continuation, are_alive, points_there, rest_on
from ingest.growth.prefix import begins, is_alive
from ingest.identity.judgement import Recognized
from ingest.identity.mean import VERSION, put_means
from ingest.identity.recognition import Recognition, still_holds
from ingest.identity.start import start_second
from ingest.identity.succession import LASTING, keep_trials, make_room, put_twins
from ingest.measurement_row import put_measurements
from ingest.program import protocol_of
from ingest.reading import Fact
from ingest.statement import NUMBERS, WORDS, stated
from schema.catalog import Finding, RawFile, Snapshot, Test
from schema.catalog.connection import allocate, change
from schema.error import LakeUnwritable, LeaseLost
from schema.recount import recount
from schema.warehouse import Warehouse

_NONE: Final = 0
"""The id of no test."""


def write(
    warehouse: Warehouse,
    provenance: Provenance,
    recognition: Recognition,
    drafts: Sequence[Draft],
    end: Callable[[Session, tuple[int, ...]], None],
) -> tuple[int, ...]:
    """Write the drafts of one export and commit them; return the ids of their tests.

    ``end`` is done last in the same transaction; what it raises leaves nothing of the export.

    Tests that are there keep their ids and get new files; the old files stay, marked as removed.
    Where it goes on a version that is there, points that are the same stay alive in their files.
    Of what another export counts for, only the bytes are brought to rest. Tests that people removed
    stay so when the same bytes are read again.

    Raises:
        TakenMeanwhile: when another process committed what these tests are recognized by; nothing
            of this export is left behind then.
    """
    recognized = recognition.tests
    new = sum(one.test_id is None and one.counts for one in recognized)
    fresh = iter(allocate(warehouse.engine, "test", new) if new else ())
    ids: list[int] = []
    for one in recognized:
        if one.is_removed:
            ids.append(_NONE)
        else:
            ids.append(one.test_id or (ids[one.within - 1] if one.within else next(fresh)))
    every = list(zip(range(1, len(ids) + 1), ids, drafts, recognized, strict=True))
    counting = [each for each in every if each[3].counts]
    written: list[FileAtRest] = []
    release = (provenance.reader.name, provenance.reader.release)
    there = points_there(warehouse, ids, release) if provenance.former else {}
    points = Continuation(there, provenance.export.growing)
    try:
        to_lake(warehouse.lake, provenance, [each[1:3] for each in counting], written, points)
        with change(warehouse.engine, f"ingest {provenance.export.name}") as (session, snapshot):
            warehouse.lake.confirm((*provenance.raw_paths, *(one.file.path for one in written)))
            _refuse_if_taken(warehouse, (session, snapshot), provenance, recognition, points.stays)
            stay = make_room(session, snapshot, recognition)
            raw_id = _add_raw_file(session, snapshot, recognition, provenance)
            rest_on(session, points.stays, raw_id)
            for position, test_id, draft, one in counting:
                name = _name(provenance, recognition, position)
                test = Test(id=test_id, name=name, origin=recognition.origin, position=position)
                is_new = one.test_id is None
                _put_test(session, snapshot, draft, test, provenance.reader.states, is_new=is_new)
                put_means(session, test_id, one.means, is_new=is_new)
                _say(session, test_id, one, stay)
            session.flush()
            keep_trials(session, snapshot, [test_id for _, test_id, _, _ in counting], raw_id)
            rows = [(one.row(raw_id, snapshot), one.result) for one in written]
            session.add_all(row for row, _ in rows)
            session.flush()
            session.add_all(analysis_row(row, result) for row, result in rows if result)
            put_twins(session, snapshot, recognition, ids, raw_id)
            session.flush()
            if provenance.former:
                begins(session, provenance.former, raw_id)
            living = tuple(test_id for test_id in ids if test_id != _NONE)
            end(session, living)
    except (TakenMeanwhile, LakeUnwritable, LeaseLost):
        # these come before the commit; after any other fault it may stand, and a sweep decides
        for each in written:
            warehouse.lake.path(each.file.path).unlink(missing_ok=True)
        raise
    return living


def _refuse_if_taken(
    warehouse: Warehouse,
    changing: tuple[Session, int],
    provenance: Provenance,
    recognition: Recognition,
    stays: Collection[int],
) -> None:
    """Raise TakenMeanwhile when what is about to be committed is there, or all is not as seen."""
    session, snapshot = changing
    same = select(RawFile.id).where(
        RawFile.removed_snapshot.is_(None),
        RawFile.sha256 == provenance.archived.sha256,
        RawFile.reader == provenance.reader.name,
        RawFile.reader_version == provenance.reader.release,
        RawFile.sidecar_sha256.is_not_distinct_from(provenance.sidecar_sha256),
        RawFile.growing.is_(provenance.export.growing),
    )
    if session.scalar(same) is not None:
        raise TakenMeanwhile(recognition.path)
    former = provenance.former
    if (former and not is_alive(session, former)) or not are_alive(session, stays):
        raise TakenMeanwhile(recognition.path)
    before = select(func.max(Snapshot.id)).where(Snapshot.id < snapshot)
    if (session.scalar(before) or 0) == recognition.snapshot:
        return  # nobody has changed anything since
    sha256, reader = provenance.archived.sha256, provenance.reader.name
    if not still_holds(session, warehouse, recognition, sha256, reader):
        raise TakenMeanwhile(recognition.path)


class TakenMeanwhile(Exception):
    """Another process committed what tests are recognized by, between our look and our commit."""


def _add_raw_file(
    session: Session, snapshot: int, recognition: Recognition, provenance: Provenance
) -> int:
    raw = RawFile(
        name=recognition.name or provenance.export.name,
        origin=recognition.origin,
        sha256=provenance.archived.sha256,
        bytes=provenance.archived.bytes,
        reader=provenance.reader.name,
        reader_version=provenance.reader.release,
        sidecar_sha256=provenance.sidecar_sha256,
        growing=provenance.export.growing,
        added_snapshot=snapshot,
    )
    session.add(raw)
    session.flush()
    return raw.id


def _name(provenance: Provenance, recognition: Recognition, position: int) -> str:
    stem = provenance.reader.stem(recognition.name or provenance.export.name)
    return stem if len(recognition.tests) == 1 else f"{stem}#{position}"


def _say(session: Session, test_id: int, one: Recognized, stay: Sequence[Test]) -> None:
    """Add the findings of what a test is: those of a former state of it are gone."""
    if one.findings is not None:
        if one.test_id is not None:
            doubts = Finding.test_id == test_id, Finding.kind == "maybe_same"
            session.execute(delete(Finding).where(*doubts))
        _add_findings(session, test_id, one.findings)
    if one.test_id is None and stay:
        others = ", ".join(
            f"test {test.id} ({test.name}, {test.point_count:,} records)" for test in stay
        )
        detail = (
            f"another measurement was read from this path before and stays: {others}; "
            "its records are not the first of these"
        )
        noted = reading.Finding("path_reused", detail, f"test {stay[0].id}")
        _add_findings(session, test_id, (noted,))


def _add_findings(session: Session, test_id: int, findings: Iterable[reading.Finding]) -> None:
    session.add_all(
        Finding(test_id=test_id, kind=one.kind, place=one.place, detail=one.detail)
        for one in findings
    )


def _put_test(
    session: Session,
    snapshot: int,
    draft: Draft,
    test: Test,
    states: Mapping[str, str],
    *,
    is_new: bool,
) -> None:
    """Add the test, or bring the living one of that id up to date and leave its links alone."""
    read = draft.reading
    test.technique, test.technique_label = draft.technique, read.technique
    test.instrument = read.instrument
    test.channel = read.channel
    began = read.started_at
    test.started_at = began.replace(tzinfo=None) if began else None
    test.time_zone = began.tzname() if began else None
    test.start_second = start_second(test.started_at)
    test.identity_version = VERSION
    test.point_count = draft.points.row_count
    test.step_count = draft.step_count
    test.turn_count = draft.turn_count
    test.instrument_count = draft.instrument_count
    test.spectrum_count = draft.spectrum_count
    test.duration_second = draft.duration_second
    known = stated(states, read.facts)
    for column in (*WORDS, *NUMBERS):
        setattr(test, column, known.get(column))
    program = read.program
    test.program_id = protocol_of(session, test.program_name, program) if program else None
    test.facts = {name: _storable(fact) for name, fact in read.facts.items()}
    test.removed_snapshot = None
    test.cycle_count = test.turn_count
    if is_new or session.get(Test, test.id) is None:
        test.added_snapshot = snapshot
    if is_new:
        session.add(test)
    recount(session, [test if is_new else session.merge(test)])
    session.flush()
    put_measurements(session, test.id, draft.measurements, is_new=is_new)
    if not is_new:
        of_records = Finding.kind.not_in((*LASTING, "maybe_same"))
        session.execute(delete(Finding).where(Finding.test_id == test.id, of_records))
    _add_findings(session, test.id, draft.findings)


def _storable(fact: Fact) -> Fact:
    """Return the fact as JSON can hold it: a number that is none is unknown."""
    return None if isinstance(fact, float) and not math.isfinite(fact) else fact
