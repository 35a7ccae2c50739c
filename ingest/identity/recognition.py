"""Which test each test of an export is: one that is there, or a new one, and whether it counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from ingest.draft import Draft
from ingest.identity.agreement import agreement
from ingest.identity.candidate import Asked, Candidate, candidates
from ingest.identity.judgement import Recognized, is_there, judged
from ingest.identity.mean import catch_up, is_behind
from schema.catalog import LakeFile, RawFile, Test
from schema.catalog.connection import current_snapshot, look
from schema.record.removed import removed_places
from schema.warehouse import Warehouse


@dataclass(frozen=True, slots=True)
class Bytes:
    """What is known of the bytes of an export: the tests that rest on them, by position."""

    raw_file_id: int | None = None
    origin: str | None = None
    name: str | None = None
    tests: tuple[tuple[int, int, str | None], ...] = ()
    """Position, id, chosen set of sensitivity factors."""
    removed: tuple[int, ...] = ()
    """Positions of tests that people removed."""


Sight: TypeAlias = tuple[Bytes, tuple[tuple[Candidate, ...], ...]]
"""All that recognition looked at: where it is another at the commit, it has to look again."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """What the tests of an export are, in their order, and what that was judged by.

    Attributes:
        path: where the export lies.
        origin: where it is found from now on: the same bytes stay where they were found first.
        name: of the file there, None where it is found where it lies.
        asked: what is known of each of its tests.
        tests: what each is.
        sight: what of the catalog that was judged by.
        snapshot: of the catalog then.
    """

    path: str
    origin: str
    name: str | None
    asked: tuple[Asked, ...]
    tests: tuple[Recognized, ...]
    sight: Sight
    snapshot: int


def recognize(
    warehouse: Warehouse, origin: str, sha256: str, reader: str, drafts: Sequence[Draft]
) -> Recognition:
    """Return what each draft is.

    Args:
        warehouse: with the tests that are there.
        origin: where the export was found.
        sha256: of its bytes: tests that rest on them stay theirs, read by whatever version.
        reader: that read it.
        drafts: its tests, in their order.
    """
    asked = tuple(map(Asked.of, drafts))
    while True:
        with look(warehouse.engine) as session:
            if not is_behind(session):
                seen = sight(session, origin, sha256, asked)
                snapshot = current_snapshot(session)
                break
        catch_up(warehouse)
    return _judged(warehouse, origin, reader, asked, (seen, snapshot))


def still_holds(
    session: Session, warehouse: Warehouse, recognition: Recognition, sha256: str, reader: str
) -> bool:
    """Return whether tests are still what they were recognized as, by the catalog as it is now."""
    seen = sight(session, recognition.path, sha256, recognition.asked)
    if seen == recognition.sight:
        return True
    if seen[0] != recognition.sight[0]:
        return False
    asked, snapshot = recognition.asked, recognition.snapshot
    again = _judged(warehouse, recognition.path, reader, asked, (seen, snapshot))
    return again.tests == recognition.tests and again.origin == recognition.origin


def _judged(
    warehouse: Warehouse,
    path: str,
    reader: str,
    asked: tuple[Asked, ...],
    state: tuple[Sight, int],
) -> Recognition:
    """Return what tests are by what the catalog says in a state, a sight and its snapshot."""
    seen, snapshot = state
    known, by_position = seen
    stays = known.origin is not None and (known.origin == path or is_there(known.origin))
    origin, name = (str(known.origin), known.name) if stays else (path, None)
    own = {position: (test_id, chosen) for position, test_id, chosen in known.tests}
    taken = {test_id for test_id, _ in own.values()}
    tests: list[Recognized] = []
    for position, (each, some) in enumerate(zip(asked, by_position, strict=True), start=1):
        if position in own:
            test_id, chosen = own[position]
            tests.append(Recognized(test_id, each.means, sensitivity_set=chosen))
            continue
        earlier = _within(asked[:position])
        if position in known.removed or (earlier and tests[earlier - 1].is_removed):
            tests.append(Recognized(None, each.means, counts=False, is_removed=True))
            continue
        if earlier:
            reason = f"test {earlier} of the same export has the same records"
            tests.append(Recognized(None, each.means, counts=False, reason=reason, within=earlier))
            continue
        left = [one for one in some if one.test_id not in taken]
        one = judged(warehouse, each, left, (origin, position, reader))
        taken |= {one.test_id} if one.test_id else set()
        tests.append(one)
    return Recognition(path, origin, name, asked, tuple(tests), seen, snapshot)


def sight(session: Session, origin: str, sha256: str, asked: Sequence[Asked]) -> Sight:
    """Return all that the tests of an export are recognized by, as the catalog has it now."""
    raw = session.scalar(
        select(RawFile).where(RawFile.sha256 == sha256, RawFile.removed_snapshot.is_(None))
    )
    known = Bytes()
    if raw is not None:
        rows = session.execute(
            select(Test.position, Test.id, Test.sensitivity_set)
            .join(LakeFile, LakeFile.test_id == Test.id)
            .where(
                LakeFile.raw_file_id == raw.id,
                LakeFile.removed_snapshot.is_(None),
                Test.removed_snapshot.is_(None),
            )
            .distinct()
            .order_by(Test.position)
        )
        tests = tuple((row[0], row[1], row[2]) for row in rows)
        removed = tuple(sorted(removed_places(session, raw.origin, sha256)))
        known = Bytes(raw.id, raw.origin, raw.name, tests, removed)
    return known, tuple(candidates(session, each, origin) for each in asked)


def _within(asked: Sequence[Asked]) -> int | None:
    """Return the position of the test of an export that has all records of its last one."""
    *others, last = asked
    for position, other in enumerate(others, start=1):
        if other.row_count == last.row_count and not other.contradicts(last):
            agreed = agreement(last.records, other.records)
            if agreed is not None and agreed.decisive:
                return position
    return None
