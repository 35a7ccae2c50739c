"""One export taken into the warehouse, whole or not at all."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from ingest.analyses import analyzed
from ingest.at_rest import Provenance
from ingest.channel import by_channel
from ingest.companion import log_of, what_it_is
from ingest.container import container_of, is_container, members, unpacked
from ingest.draft import Draft, draft
from ingest.file_name import legible
from ingest.growth.prefix import continued, drop, former_of, is_proven, parsed_of
from ingest.growth.whole import noted, whole_bytes
from ingest.hindrance import may_pass, reason
from ingest.identity.recognition import Recognition, recognize
from ingest.known_export import found_again, known_as, one_of_size
from ingest.outcome import Ending, Outcome, Status
from ingest.reader import Reader
from ingest.reading import HEAD_BYTES, Export
from ingest.recognize import reader_for
from ingest.sidecar import sidecar_of
from ingest.write import TakenMeanwhile, write
from schema.catalog import RawFile
from schema.catalog.connection import look
from schema.error import ChangedWhileRead, EmptyExport, LeaseLost, RefusedExport
from schema.lake import hash_of
from schema.verification import damage
from schema.warehouse import Warehouse

_ATTEMPTS: Final = 30
"""So often an export is recognized anew, where others commit what concerns it meanwhile."""


def take_in(
    warehouse: Warehouse,
    path: Path,
    ending: Ending | None = None,
    origin: Path | None = None,
    *,
    growing: bool = False,
) -> Outcome:
    """Ingest one file: read it, write its tests, commit; a refusal leaves nothing behind.

    Args:
        warehouse: where it comes to rest.
        path: where it lies.
        ending: what is committed with it.
        origin: where it comes from, if that is elsewhere.
        growing: whether it may still be written to: then it is taken in as far as it consists of
            whole records, and again later, longer.

    Raises:
        LeaseLost: by ``ending``, when somebody else does this by now; nothing is left behind.
    """
    return _outcome(path, lambda: _take_in(warehouse, path, origin, ending, growing=growing))


def take_again(warehouse: Warehouse, raw_file_id: int, ending: Ending | None = None) -> Outcome:
    """Read once more an export that is in the lake; a refusal leaves the old numbers."""
    with look(warehouse.engine) as session:
        raw = session.get_one(RawFile, raw_file_id)
    path, origin = warehouse.lake.raw(raw.sha256), Path(raw.origin)
    sidecar = warehouse.lake.raw(raw.sidecar_sha256) if raw.sidecar_sha256 else None

    def read() -> Outcome:
        if why := damage(path, raw.sha256):
            hint = "`leyden repair --from BACKUP` brings it back"
            raise RefusedExport(origin, raw.reader, None, f"{path}: {why}; {hint}")
        export = Export(path, raw.name, _head(path), origin, sidecar, growing=raw.growing)
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
    warehouse: Warehouse, path: Path, origin: Path | None, ending: Ending | None, *, growing: bool
) -> Outcome:
    found = container_of(path)
    if (what := what_it_is(path)) and (found or path.exists()):
        return Outcome(path, "beside", None, f"it is {what}, and is read with that")
    if is_container(path):
        members(path)  # which says what is wrong with it
        raise EmptyExport(path, None, "it holds no file")
    if found:
        with unpacked(*found) as file:
            # a container is whole, or cannot be unpacked
            taken = _take_in_file(warehouse, file, legible(path), ending, growing=False)
            return replace(taken, path=path)
    taken = _take_in_file(warehouse, path, origin or legible(path), ending, growing=growing)
    return replace(taken, path=path)


def _take_in_file(
    warehouse: Warehouse, path: Path, origin: Path, ending: Ending | None, *, growing: bool
) -> Outcome:
    """Take in a file, whose origin is another path where it lay in a container."""
    size = path.stat().st_size
    if size == 0:
        raise EmptyExport(origin, None, "it is empty")
    sidecar = sidecar_of(path) or log_of(path)
    sidecar_sha256 = hash_of(sidecar) if sidecar else None
    export = Export(path, origin.name, _head(path), origin, sidecar, growing=growing)
    if not growing and one_of_size(warehouse, size):
        known = found_again(warehouse, export, hash_of(path), sidecar_sha256)
        if known:
            return known
    return _read(warehouse, export, sidecar_sha256, ending)


def _read(
    warehouse: Warehouse, export: Export, sidecar_sha256: str | None, ending: Ending | None
) -> Outcome:
    """Read an export and write what it holds."""
    path, sidecar = export.path, export.sidecar
    reader = reader_for(export)
    with ExitStack() as stack:
        count = whole_bytes(export, reader)
        archived = stack.enter_context(warehouse.lake.archive(path, count))
        if count is not None and one_of_size(warehouse, count):
            known = found_again(warehouse, export, archived.sha256, sidecar_sha256)
            if known:
                return known
        former = former_of(warehouse, archived, export)
        parsed = parsed_of(warehouse, export, former)
        # read the copy: the export may still be growing, the copy is what the hash is of
        drafts = drafts_of(reader, replace(export, path=archived.path, parsed=parsed), count)
        declared = None
        if reader.takes_sidecar and sidecar:
            declared = stack.enter_context(warehouse.lake.archive(sidecar))
            if declared.sha256 != sidecar_sha256:
                raise ChangedWhileRead(sidecar)
        for _ in range(_ATTEMPTS):
            provenance = Provenance(export, archived, reader, declared, former)
            try:
                outcome = _write(warehouse, provenance, drafts, ending)
            except TakenMeanwhile:
                # another process was first: with these bytes, or with others that concern us
                growing = export.growing
                known = known_as(warehouse, path, archived.sha256, sidecar_sha256, growing=growing)
                if known is not None:
                    return known
                former = former_of(warehouse, archived, export)
            else:
                if parsed and outcome.status == "ingested":
                    parsed.keep(archived.sha256 if export.growing else None)
                return outcome
        raise ChangedWhileRead(path)


def drafts_of(reader: Reader, export: Export, count: int | None = None) -> list[Draft]:
    """Return what a reader makes of an export, a draft a test, nothing of it analyzed yet.

    Of one that is still written to, ``count`` bytes are whole records.
    """
    readings = noted(reader.read(export), count)
    return [draft(test) for reading in readings for test in by_channel(reading)]


def _write(
    warehouse: Warehouse,
    provenance: Provenance,
    drafts: Sequence[Draft],
    ending: Ending | None,
) -> Outcome:
    """Recognize the tests of an export, compute what counts of them, and write them."""
    export, reader = provenance.export, provenance.reader.name
    origin = str(export.origin.resolve())
    recognition = recognize(warehouse, origin, provenance.archived.sha256, reader, drafts)
    former = provenance.former
    if former and not is_proven(former, provenance.archived, recognition.origin):
        former = None
    if former:
        recognition = continued(recognition, former)
    provenance = replace(provenance, former=former)
    recognized = recognition.tests
    there = [one for one in recognized if not one.is_removed]
    if not there and recognition.sight[0].raw_file_id is None:
        reasons = dict.fromkeys(one.reason for one in recognized if one.reason)
        return Outcome(export.origin, "removed", reader, "; ".join(reasons))
    lacking = [one.within or (one.rival and one.rival.origin == origin) for one in there]
    if there and all(lacking) and not any(one.counts for one in there):
        # it has lost records: what is there has them all, and nothing of it changes
        return _beside(export.origin, reader, recognition)
    ready = [
        analyzed(warehouse, draft, one.sensitivity_set) if one.counts else draft
        for draft, one in zip(drafts, recognized, strict=True)
    ]
    counting = [draft for draft, one in zip(drafts, recognized, strict=True) if one.counts]

    def outcome(tests: tuple[int, ...]) -> Outcome:
        if not counting:
            return _beside(export.origin, reader, recognition)
        points = sum(draft.points.row_count for draft in counting)
        return Outcome(export.origin, "ingested", reader, None, tuple(dict.fromkeys(tests)), points)

    def end(session: Session, tests: tuple[int, ...]) -> None:
        if ending:
            ending(session, outcome(tests))

    tests = write(warehouse, provenance, recognition, ready, end)
    if former:
        drop(warehouse, former)
    return outcome(tests)


def _beside(path: Path, reader: str, recognition: Recognition) -> Outcome:
    """Return what became of an export of which other exports have every test."""
    recognized = recognition.tests
    others = {one.rival.test_id: one for one in recognized if one.rival is not None}
    reasons = [
        f"test {test_id} is the same measurement out of {one.rival.origin}: {one.reason}"
        for test_id, one in others.items()
        if one.rival is not None
    ]
    same = all(one.rival is None or one.rival.reader == reader for one in recognized)
    points = sum(asked.row_count for asked in recognition.asked)
    status: Status = "already" if same else "beside"
    return Outcome(path, status, reader, "; ".join(reasons), tuple(others), points)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)
