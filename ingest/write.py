"""Lake files first, then one catalog transaction: a test exists when its row exists."""

import math
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from secrets import token_hex

import pyarrow as pa
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from ingest.analysis.result import Result, analysis_row
from ingest.draft import Draft
from ingest.growth.continuation import (
    POINTS,
    PointsFile,
    are_alive,
    points_there,
    rest_on,
    staying,
)
from ingest.growth.prefix import Former, begins, is_alive
from ingest.growth.row_hash import rows_sha256
from ingest.measurement_row import put_measurements
from ingest.program import protocol_of
from ingest.reader import Reader
from ingest.reading import Export, Fact
from ingest.statement import NUMBERS, WORDS, stated
from schema.analysis import LAYOUTS
from schema.catalog import Finding, LakeFile, RawFile, Test
from schema.catalog.connection import allocate, change, look
from schema.error import LakeUnwritable
from schema.lake import Archived, Lake, WrittenFile
from schema.parquet import Layout
from schema.recount import recount
from schema.relation import Relation
from schema.rows import Rows, rows_of
from schema.warehouse import Warehouse


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where drafts come from."""

    export: Export
    archived: Archived
    reader: Reader
    sidecar: Archived | None
    """The sidecar that declared its columns, where the reader needs one."""
    former: Former | None = None
    """The version that is there, which was still written to, and which this one goes on."""

    @property
    def sidecar_sha256(self) -> str | None:
        """Return the hash of the sidecar, None without one."""
        return None if self.sidecar is None else self.sidecar.sha256

    @property
    def raw_paths(self) -> tuple[str, ...]:
        """Return the paths of the raw bytes inside the lake."""
        sidecar = () if self.sidecar is None else (self.sidecar,)
        return tuple(f"raw/{archived.sha256}" for archived in (self.archived, *sidecar))


def write(warehouse: Warehouse, provenance: Provenance, drafts: Sequence[Draft]) -> tuple[int, ...]:
    """Write the drafts of one export and commit them; return the ids of their tests.

    Tests already known from the same origin keep their ids and get new files; the old files stay,
    marked as removed. Where it goes on a version that is there, points that are the same stay
    alive in their files.

    Raises:
        TakenMeanwhile: when another process committed the same bytes or origin first; nothing of
            this export is left behind then.
    """
    with look(warehouse.engine) as session:
        origin = origin_of(session, provenance.archived, provenance.export)
        known = _live_tests(session, origin)
    places = range(1, len(drafts) + 1)
    fresh = iter(allocate(warehouse.engine, "test", len(places) - len(known.keys() & set(places))))
    ids = tuple(known[place] if place in known else next(fresh) for place in places)
    written: list[_FileAtRest] = []
    stays: list[int] = []
    try:
        release = (provenance.reader.name, provenance.reader.release)
        there = points_there(warehouse, ids, release) if provenance.former else {}
        tests = list(zip(ids, drafts, strict=True))
        _to_lake(warehouse.lake, provenance, tests, written, (there, stays))
        with change(warehouse.engine, f"ingest {provenance.export.name}") as (session, snapshot):
            warehouse.lake.confirm((*provenance.raw_paths, *(one.file.path for one in written)))
            _refuse_if_taken(session, provenance, origin, known, stays)
            _supersede(session, snapshot, origin, provenance.archived.sha256)
            raw_id = _add_raw_file(session, snapshot, origin, provenance)
            rest_on(session, stays, raw_id)
            if provenance.former:
                begins(session, provenance.former, raw_id)
            for place, test_id, draft in zip(places, ids, drafts, strict=True):
                name = _name(provenance, place, len(drafts))
                test = Test(id=test_id, name=name, origin=origin, position=place)
                _put_test(session, snapshot, draft, test, provenance.reader.states)
            session.flush()
            rows = [(one.row(raw_id, snapshot), one.result) for one in written]
            session.add_all(row for row, _ in rows)
            session.flush()
            session.add_all(analysis_row(row, result) for row, result in rows if result)
    except (TakenMeanwhile, LakeUnwritable):
        # these come before the commit; after any other fault it may stand, and a sweep decides
        for one in written:
            warehouse.lake.path(one.file.path).unlink(missing_ok=True)
        raise
    return ids


def _refuse_if_taken(
    session: Session,
    provenance: Provenance,
    origin: str,
    known: dict[int, int],
    stays: Collection[int],
) -> None:
    """Raise TakenMeanwhile when what we are about to commit is there, or is not as we saw it."""
    same = select(RawFile.id).where(
        RawFile.removed_snapshot.is_(None),
        RawFile.sha256 == provenance.archived.sha256,
        RawFile.reader == provenance.reader.name,
        RawFile.reader_version == provenance.reader.release,
        RawFile.sidecar_sha256.is_not_distinct_from(provenance.sidecar_sha256),
        RawFile.growing.is_(provenance.export.growing),
    )
    if session.scalar(same) is not None or _live_tests(session, origin) != known:
        raise TakenMeanwhile(origin)
    former = provenance.former
    if (former and not is_alive(session, former)) or not are_alive(session, stays):
        raise TakenMeanwhile(origin)


class TakenMeanwhile(Exception):
    """Another process committed the same bytes or origin between our look and our commit."""


@dataclass(frozen=True, slots=True)
class _FileAtRest:
    """A lake file at rest that has no row yet."""

    test_id: int
    kind: str
    file: WrittenFile
    result: Result | None = None
    """What its rows are, where they were computed of measurements."""
    rows_sha256: str | None = None
    """By what they are known to be the same, where more may follow them."""

    def row(self, raw_file_id: int, snapshot: int) -> LakeFile:
        return LakeFile(
            test_id=self.test_id,
            raw_file_id=raw_file_id,
            kind=self.kind,
            path=self.file.path,
            rows=self.file.rows,
            bytes=self.file.bytes,
            sha256=self.file.sha256,
            rows_sha256=self.rows_sha256,
            added_snapshot=snapshot,
        )


def _to_lake(
    lake: Lake,
    provenance: Provenance,
    drafts: Sequence[tuple[int, Draft]],
    written: list[_FileAtRest],
    points: tuple[Mapping[int, list[PointsFile]], list[int]],
) -> None:
    """Bring the export and what became of it to rest; note in ``written`` each file that is.

    Of the files of points that are there, those that stay are noted beside them.
    """
    archived, reader = provenance.archived, provenance.reader
    archived.keep()
    if provenance.sidecar is not None:
        provenance.sidecar.keep()

    def lay_down(
        test_id: int,
        kind: str,
        relation: Relation,
        table: Rows | pa.Table,
        result: Result | None = None,
    ) -> None:
        rows = rows_of(table)
        if kind == POINTS:
            there, stays = points
            same = staying(there.get(test_id, ()), rows, growing=provenance.export.growing)
            stays.extend(file.id for file in same)
            begin = sum(file.rows for file in same)
            if same and begin == rows.num_rows:
                return
            rows = rows.slice(begin, rows.num_rows)
        layout = Layout(relation, archived.sha256, reader.name, reader.release)
        # a name nobody else can have chosen: a superseded test's files stay beside the new
        parts = lake.write_parts(f"{kind}/{test_id}-{token_hex(4)}", rows, layout)
        for part in parts:
            own, rows = rows.slice(0, part.rows), rows.slice(part.rows, rows.num_rows)
            may_go_on = kind == POINTS and provenance.export.growing
            known_by = rows_sha256(own) if may_go_on else None
            written.append(_FileAtRest(test_id, kind, part, result, known_by))

    with ThreadPoolExecutor(2) as pool:  # one file is encoded while another is flushed
        work = [
            pool.submit(lay_down, test_id, kind, relation, table)
            for test_id, draft in drafts
            for kind, (relation, table) in draft.tables(test_id).items()
        ]
        work += [
            pool.submit(
                lay_down,
                test_id,
                LAYOUTS[result.method].kind,
                LAYOUTS[result.method].rows,
                result.of_test(test_id),
                result,
            )
            for test_id, draft in drafts
            for result in draft.results
        ]
    for each in work:
        each.result()


def origin_of(session: Session, archived: Archived, export: Export) -> str:
    """Return where the export is known from: bytes read again keep the origin they had."""
    known = session.scalar(
        select(RawFile.origin).where(
            RawFile.sha256 == archived.sha256, RawFile.removed_snapshot.is_(None)
        )
    )
    return known or str(export.origin.resolve())


def _live_tests(session: Session, origin: str) -> dict[int, int]:
    """Return the ids of the living tests of an origin, by their place in it."""
    rows = session.execute(
        select(Test.position, Test.id).where(Test.origin == origin, Test.removed_snapshot.is_(None))
    )
    return {row.position: row.id for row in rows}


def _supersede(session: Session, snapshot: int, origin: str, sha256: str) -> None:
    """Mark what an origin, or the same bytes, gave before as removed by this snapshot."""
    old = list(
        session.scalars(
            select(RawFile.id).where(
                RawFile.removed_snapshot.is_(None),
                (RawFile.origin == origin) | (RawFile.sha256 == sha256),
            )
        )
    )
    for table, key in ((RawFile, RawFile.id), (LakeFile, LakeFile.raw_file_id)):
        session.execute(
            update(table)
            .where(key.in_(old), table.removed_snapshot.is_(None))
            .values(removed_snapshot=snapshot)
        )
    session.execute(
        update(Test)
        .where(Test.origin == origin, Test.removed_snapshot.is_(None))
        .values(removed_snapshot=snapshot)
    )


def _add_raw_file(session: Session, snapshot: int, origin: str, provenance: Provenance) -> int:
    raw = RawFile(
        name=provenance.export.name,
        origin=origin,
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


def _name(provenance: Provenance, place: int, count: int) -> str:
    name = provenance.export.name
    small = name.lower()
    known = [s for s in provenance.reader.suffixes if small.endswith(s.lower()) and small != s]
    stem = name[: -len(max(known, key=len))] if known else name
    return stem if count == 1 else f"{stem}#{place}"


def _put_test(
    session: Session, snapshot: int, draft: Draft, test: Test, states: Mapping[str, str]
) -> None:
    """Add the test, or bring the living one of that id up to date and leave its links alone."""
    reading = draft.reading
    test.technique, test.technique_label = draft.technique, reading.technique
    test.instrument = reading.instrument
    test.channel = reading.channel
    began = reading.started_at
    test.started_at = began.replace(tzinfo=None) if began else None
    test.time_zone = began.tzname() if began else None
    test.point_count = draft.points.row_count
    test.step_count = draft.step_count
    test.turn_count = draft.turn_count
    test.instrument_count = draft.instrument_count
    test.spectrum_count = draft.spectrum_count
    test.duration_second = draft.duration_second
    known = stated(states, reading.facts)
    for column in (*WORDS, *NUMBERS):
        setattr(test, column, known.get(column))
    program = reading.program
    test.program_id = protocol_of(session, test.program_name, program) if program else None
    test.facts = {name: _storable(fact) for name, fact in reading.facts.items()}
    test.removed_snapshot = None
    test.cycle_count = test.turn_count
    if session.get(Test, test.id) is None:
        test.added_snapshot = snapshot
    recount(session, [session.merge(test)])
    session.flush()
    put_measurements(session, test.id, draft.measurements)
    session.execute(delete(Finding).where(Finding.test_id == test.id))
    session.add_all(
        Finding(test_id=test.id, kind=one.kind, place=one.place, detail=one.detail)
        for one in draft.findings
    )


def _storable(fact: Fact) -> Fact:
    """Return the fact as JSON can hold it: a number that is none is unknown."""
    return None if isinstance(fact, float) and not math.isfinite(fact) else fact
