"""One export taken into the warehouse, whole or not at all."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from sqlalchemy import select

from ingest.analyses import analyzed
from ingest.channel import by_channel
from ingest.companion import TEXT_READER, data_of, log_of, what_it_is
from ingest.container import container_of, is_container, members, unpacked
from ingest.draft import draft
from ingest.file_name import legible
from ingest.growth.prefix import drop, former_of, is_proven, parsed_of
from ingest.growth.whole import noted, whole_bytes
from ingest.reading import HEAD_BYTES, Export
from ingest.recognize import reader_for, reader_named
from ingest.sidecar import sidecar_of
from ingest.write import Provenance, TakenMeanwhile, origin_of, write
from schema.catalog import RawFile, Test
from schema.catalog.connection import look
from schema.error import ChangedWhileRead, EmptyExport, LeydenError, RefusedExport
from schema.lake import hash_of
from schema.warehouse import Warehouse

Status = Literal["ingested", "already", "beside", "refused"]
"""``beside``: it describes a test that it lies beside, and is none itself."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file."""

    path: Path
    status: Status
    reader: str | None = None
    reason: str | None = None
    tests: tuple[int, ...] = ()
    points: int = 0


def take_in(warehouse: Warehouse, path: Path, *, growing: bool = False) -> Outcome:
    """Ingest one file: read it, write its tests, commit; a refusal leaves nothing behind.

    Args:
        warehouse: which takes it in.
        path: of the file.
        growing: whether it may still be written to: then it is taken in as far as it consists of
            whole records, and again later, longer.
    """
    return _outcome(path, lambda: _take_in(warehouse, path, growing=growing))


def take_again(warehouse: Warehouse, raw_file_id: int) -> Outcome:
    """Read once more an export that is in the lake; a refusal leaves the old numbers."""
    with look(warehouse.engine) as session:
        raw = session.get_one(RawFile, raw_file_id)
    path, origin = warehouse.lake.raw(raw.sha256), Path(raw.origin)
    sidecar = warehouse.lake.raw(raw.sidecar_sha256) if raw.sidecar_sha256 else None

    def read() -> Outcome:
        export = Export(path, raw.name, _head(path), origin, sidecar, growing=raw.growing)
        return _read(warehouse, export, raw.sidecar_sha256)

    return _outcome(origin, read)


def _outcome(path: Path, work: Callable[[], Outcome]) -> Outcome:
    """Do the work on one file and report what became of it, whatever happens."""
    try:
        return work()
    except RefusedExport as refusal:
        return Outcome(path, "refused", refusal.reader, refusal.without_path())
    except LeydenError as fault:
        return Outcome(path, "refused", None, str(fault))
    except OSError as fault:
        return Outcome(path, "refused", None, f"cannot be read: {fault.strerror or fault}")
    except Exception as fault:  # noqa: BLE001 — one file must never stop the others
        reason = f"a fault of Leyden, please report it: {type(fault).__name__}: {fault}"
        return Outcome(path, "refused", None, reason)


def _take_in(warehouse: Warehouse, path: Path, *, growing: bool) -> Outcome:
    found = container_of(path)
    if (what := what_it_is(path)) and (found or path.exists()):
        return Outcome(path, "beside", None, f"it is {what}, and is read with that")
    if is_container(path):
        members(path)  # which says what is wrong with it
        raise EmptyExport(path, None, "it holds no file")
    if found:
        with unpacked(*found) as file:
            # a container is whole, or cannot be unpacked
            return replace(_take_in_file(warehouse, file, legible(path), growing=False), path=path)
    return replace(_take_in_file(warehouse, path, legible(path), growing=growing), path=path)


def _take_in_file(warehouse: Warehouse, path: Path, origin: Path, *, growing: bool) -> Outcome:
    """Take in a file, whose origin is another path where it lay in a container."""
    size = path.stat().st_size
    if size == 0:
        raise EmptyExport(origin, None, "it is empty")
    sidecar = sidecar_of(path) or log_of(path)
    sidecar_sha256 = hash_of(sidecar) if sidecar else None
    if not growing and _one_of_size(warehouse, size):
        known = _known(warehouse, path, hash_of(path), sidecar_sha256, growing=False)
        if known:
            return known
    export = Export(path, origin.name, _head(path), origin, sidecar, growing=growing)
    if data := data_of(export):
        reason = f"it is the text of {data.name}, which has the same records"
        return Outcome(path, "beside", TEXT_READER, reason)
    return _read(warehouse, export, sidecar_sha256)


def _read(warehouse: Warehouse, export: Export, sidecar_sha256: str | None) -> Outcome:
    """Read an export and write what it holds."""
    path, sidecar = export.path, export.sidecar
    reader = reader_for(export)
    with ExitStack() as stack:
        count = whole_bytes(export, reader)
        archived = stack.enter_context(warehouse.lake.archive(path, count))
        if count is not None and _one_of_size(warehouse, count):
            known = _known(warehouse, path, archived.sha256, sidecar_sha256, growing=export.growing)
            if known:
                return known
        former = former_of(warehouse, archived, export)
        parsed = parsed_of(warehouse, export, former)
        # read the copy: the export may still be growing, the copy is what the hash is of
        copied = replace(export, path=archived.path, parsed=parsed)
        readings = [
            test for reading in noted(reader.read(copied), count) for test in by_channel(reading)
        ]
        with look(warehouse.engine) as session:
            origin = origin_of(session, archived, export)
        if former and not is_proven(former, archived, origin):
            former = None
        sets = _sensitivity_sets(warehouse, origin)
        drafts = [
            analyzed(warehouse, draft(reading), sets.get(place))
            for place, reading in enumerate(readings, start=1)
        ]
        declared = None
        if reader.takes_sidecar and sidecar:
            declared = stack.enter_context(warehouse.lake.archive(sidecar))
            if declared.sha256 != sidecar_sha256:
                raise ChangedWhileRead(sidecar)
        provenance = Provenance(export, archived, reader, declared, former)
        try:
            tests = write(warehouse, provenance, drafts)
        except TakenMeanwhile:
            # another process was first: either with these bytes, or with others from this path
            known = _known(warehouse, path, archived.sha256, sidecar_sha256, growing=export.growing)
            if known is None:
                raise ChangedWhileRead(path) from None
            return known
        if former:
            drop(warehouse, former)
        if parsed:
            parsed.keep(archived.sha256 if export.growing else None)
    points = sum(one.points.row_count for one in drafts)
    return Outcome(export.origin, "ingested", reader.name, None, tests, points)


def _sensitivity_sets(warehouse: Warehouse, origin: str) -> Mapping[int, str]:
    """Return the sets of sensitivity factors chosen for tests of an export, by their place."""
    with look(warehouse.engine) as session:
        chosen = select(Test.position, Test.sensitivity_set).where(
            Test.origin == origin,
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
    warehouse: Warehouse, path: Path, sha256: str, sidecar_sha256: str | None, *, growing: bool
) -> Outcome | None:
    """Return what these bytes already became, unless they must be read again."""
    with look(warehouse.engine) as session:
        raw = session.scalar(
            select(RawFile).where(RawFile.sha256 == sha256, RawFile.removed_snapshot.is_(None))
        )
        if raw is None or (raw.growing and not growing):
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
