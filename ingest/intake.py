"""One export taken into the warehouse, whole or not at all."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from ingest.analyses import analyzed
from ingest.channel import by_channel
from ingest.companion import TEXT_READER, data_of, log_of, what_it_is
from ingest.container import container_of, is_container, members, unpacked
from ingest.draft import draft
from ingest.file_name import legible
from ingest.hindrance import may_pass, reason
from ingest.reading import HEAD_BYTES, Export
from ingest.recognize import reader_for, reader_named
from ingest.sidecar import sidecar_of
from ingest.write import Provenance, TakenMeanwhile, origin_of, write
from schema.catalog import RawFile, Test
from schema.catalog.connection import look
from schema.error import ChangedWhileRead, EmptyExport, LeaseLost, RefusedExport
from schema.lake import Archived, hash_of
from schema.warehouse import Warehouse

Status = Literal["ingested", "already", "beside", "refused", "failed"]
"""``beside``: it describes a test that it lies beside, and is none itself. ``failed``: that is no
fault of the file and may pass, as a full disk does.
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file."""

    path: Path
    status: Status
    reader: str | None = None
    reason: str | None = None
    tests: tuple[int, ...] = ()
    points: int = 0


Ending: TypeAlias = Callable[[Session, Outcome], None]
"""What is done in the transaction that commits a file, last, with what became of it."""


def take_in(
    warehouse: Warehouse, path: Path, ending: Ending | None = None, origin: Path | None = None
) -> Outcome:
    """Ingest one file: read it, write its tests, commit; a refusal leaves nothing behind.

    Args:
        warehouse: where it comes to rest.
        path: where it lies.
        ending: what is committed with it.
        origin: where it comes from, if that is elsewhere.

    Raises:
        LeaseLost: by ``ending``, when somebody else does this by now; nothing is left behind.
    """
    return _outcome(path, lambda: _take_in(warehouse, path, origin, ending))


def take_again(warehouse: Warehouse, raw_file_id: int, ending: Ending | None = None) -> Outcome:
    """Read once more an export that is in the lake; a refusal leaves the old numbers."""
    with look(warehouse.engine) as session:
        raw = session.get_one(RawFile, raw_file_id)
    path, origin = warehouse.lake.raw(raw.sha256), Path(raw.origin)
    sidecar = warehouse.lake.raw(raw.sidecar_sha256) if raw.sidecar_sha256 else None

    def read() -> Outcome:
        export = Export(path, raw.name, _head(path), origin, sidecar)
        return _read(warehouse, export, raw.sidecar_sha256, ending)

    return _outcome(origin, read)


def _outcome(path: Path, work: Callable[[], Outcome]) -> Outcome:
    """Do the work on one file and report what became of it, whatever happens."""
    try:
        return work()
    except RefusedExport as refusal:
        return Outcome(path, "refused", refusal.reader, refusal.without_path())
    except LeaseLost:
        raise
    except Exception as fault:  # noqa: BLE001 — one file must never stop the others
        return Outcome(path, "failed" if may_pass(fault) else "refused", None, reason(fault))


def _take_in(
    warehouse: Warehouse, path: Path, origin: Path | None, ending: Ending | None
) -> Outcome:
    found = container_of(path)
    if (what := what_it_is(path)) and (found or path.exists()):
        return Outcome(path, "beside", None, f"it is {what}, and is read with that")
    if is_container(path):
        members(path)  # which says what is wrong with it
        raise EmptyExport(path, None, "it holds no file")
    if found:
        with unpacked(*found) as file:
            return replace(_take_in_file(warehouse, file, legible(path), ending), path=path)
    taken = _take_in_file(warehouse, path, origin or legible(path), ending)
    return replace(taken, path=path)


def _take_in_file(warehouse: Warehouse, path: Path, origin: Path, ending: Ending | None) -> Outcome:
    """Take in a file, whose origin is another path where it lay in a container."""
    size = path.stat().st_size
    if size == 0:
        raise EmptyExport(origin, None, "it is empty")
    sidecar = sidecar_of(path) or log_of(path)
    sidecar_sha256 = hash_of(sidecar) if sidecar else None
    if _one_of_size(warehouse, size):
        known = _known(warehouse, path, hash_of(path), sidecar_sha256)
        if known:
            return known
    export = Export(path, origin.name, _head(path), origin, sidecar)
    if data := data_of(export):
        what = f"it is the text of {data.name}, which has the same records"
        return Outcome(path, "beside", TEXT_READER, what)
    return _read(warehouse, export, sidecar_sha256, ending)


def _read(
    warehouse: Warehouse, export: Export, sidecar_sha256: str | None, ending: Ending | None
) -> Outcome:
    """Read an export and write what it holds."""
    path, sidecar = export.path, export.sidecar
    reader = reader_for(export)
    with ExitStack() as stack:
        archived = stack.enter_context(warehouse.lake.archive(path))
        # read the copy: the export may still be growing, the copy is what the hash is of
        readings = [
            test
            for reading in reader.read(replace(export, path=archived.path))
            for test in by_channel(reading)
        ]
        sets = _sensitivity_sets(warehouse, archived, export)
        drafts = [
            analyzed(warehouse, draft(reading), sets.get(place))
            for place, reading in enumerate(readings, start=1)
        ]
        declared = None
        if reader.takes_sidecar and sidecar:
            declared = stack.enter_context(warehouse.lake.archive(sidecar))
            if declared.sha256 != sidecar_sha256:
                raise ChangedWhileRead(sidecar)
        provenance = Provenance(export, archived, reader, declared)
        points = sum(one.points.row_count for one in drafts)

        def outcome(tests: tuple[int, ...]) -> Outcome:
            return Outcome(export.origin, "ingested", reader.name, None, tests, points)

        def end(session: Session, tests: tuple[int, ...]) -> None:
            if ending:
                ending(session, outcome(tests))

        try:
            return outcome(write(warehouse, provenance, drafts, end))
        except TakenMeanwhile:
            # another process was first: either with these bytes, or with others from this path
            known = _known(warehouse, path, archived.sha256, sidecar_sha256)
            if known is None:
                raise ChangedWhileRead(path) from None
            return known


def _sensitivity_sets(
    warehouse: Warehouse, archived: Archived, export: Export
) -> Mapping[int, str]:
    """Return the sets of sensitivity factors chosen for tests of an export, by their place."""
    with look(warehouse.engine) as session:
        chosen = select(Test.position, Test.sensitivity_set).where(
            Test.origin == origin_of(session, archived, export),
            Test.removed_snapshot.is_(None),
            Test.sensitivity_set.is_not(None),
        )
        return {place: name for place, name in session.execute(chosen) if name}


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def _one_of_size(warehouse: Warehouse, size: int) -> bool:
    """Return whether an export of this size is known; if not, its hash cannot be."""
    with look(warehouse.engine) as session:
        known = select(RawFile.id).where(RawFile.bytes == size, RawFile.removed_snapshot.is_(None))
        return session.scalar(known.limit(1)) is not None


def _known(
    warehouse: Warehouse, path: Path, sha256: str, sidecar_sha256: str | None
) -> Outcome | None:
    """Return what these bytes already became, unless they must be read again."""
    with look(warehouse.engine) as session:
        raw = session.scalar(
            select(RawFile).where(RawFile.sha256 == sha256, RawFile.removed_snapshot.is_(None))
        )
        if raw is None:
            return None
        reader = reader_named(raw.reader)
        if reader is None or reader.release != raw.reader_version:
            return None
        if reader.takes_sidecar and raw.sidecar_sha256 != sidecar_sha256:
            return None
        living = select(Test.id, Test.point_count).where(
            Test.origin == raw.origin, Test.removed_snapshot.is_(None)
        )
        tests = session.execute(living.order_by(Test.position)).all()
        return Outcome(
            path,
            "already",
            raw.reader,
            f"the same bytes were ingested from {raw.origin}",
            tuple(test.id for test in tests),
            sum(test.point_count for test in tests),
        )
