"""Which test each test of an export is: one that is there, or a new one, and whether it counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from ingest.container import container_of
from ingest.draft import Draft
from ingest.identity.agreement import AXES, VALUES, Agreement, agreement
from ingest.identity.candidate import Asked, Candidate, candidates
from ingest.identity.mean import Means, catch_up
from ingest.identity.order import form_of
from ingest.identity.points import records
from ingest.reading import Finding
from schema.catalog import LakeFile, RawFile, Test
from schema.catalog.connection import current_snapshot, look
from schema.warehouse import Warehouse

_LOOK: Final = 4096
"""Records that are compared before all are read."""
_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Recognized:
    """What one test of an export is.

    Attributes:
        test_id: of the test that it is, None where it is a new one.
        means: by which it is known again.
        counts: whether its records become those of that test.
        reason: why they do not, or why those that were there do no more.
        within: position of the test of the same export that has the same records.
        rival: the test as it was, with the export it rested on, where another export had it.
        findings: what is to be known of what it is, None where that stays as it was.
        sensitivity_set: chosen for the test.
    """

    test_id: int | None
    means: Means
    counts: bool = True
    reason: str | None = None
    within: int | None = None
    rival: Candidate | None = None
    findings: tuple[Finding, ...] | None = None
    sensitivity_set: str | None = None


@dataclass(frozen=True, slots=True)
class Bytes:
    """What is known of the bytes of an export: the tests that rest on them, by position."""

    raw_file_id: int | None = None
    origin: str | None = None
    name: str | None = None
    tests: tuple[tuple[int, int, str | None], ...] = ()
    """Position, id, chosen set of sensitivity factors."""


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
    catch_up(warehouse)
    path = origin
    asked = tuple(map(Asked.of, drafts))
    with look(warehouse.engine) as session:
        seen = sight(session, origin, sha256, asked)
        snapshot = current_snapshot(session)
    known, by_position = seen
    stays = known.origin is not None and (known.origin == origin or is_there(known.origin))
    origin, name = (str(known.origin), known.name) if stays else (origin, None)
    own = {position: (test_id, chosen) for position, test_id, chosen in known.tests}
    taken = {test_id for test_id, _ in own.values()}
    tests: list[Recognized] = []
    for position, (each, some) in enumerate(zip(asked, by_position, strict=True), start=1):
        if position in own:
            test_id, chosen = own[position]
            tests.append(Recognized(test_id, each.means, sensitivity_set=chosen))
            continue
        if earlier := _within(asked[:position]):
            reason = f"test {earlier} of the same export has the same records"
            tests.append(Recognized(None, each.means, counts=False, reason=reason, within=earlier))
            continue
        left = [one for one in some if one.test_id not in taken]
        one = _recognized(warehouse, each, left, (origin, position, reader))
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
        known = Bytes(raw.id, raw.origin, raw.name, tuple((row[0], row[1], row[2]) for row in rows))
    return known, tuple(candidates(session, each, origin) for each in asked)


def is_there(origin: str) -> bool:
    """Return whether an export lies still where it was found, alone or in a container."""
    path = Path(origin)
    try:
        return path.exists() or container_of(path) is not None
    except OSError:  # of a name that this file system cannot have
        return False


def _within(asked: Sequence[Asked]) -> int | None:
    """Return the position of the test of an export that has all records of its last one."""
    *others, last = asked
    for position, other in enumerate(others, start=1):
        if other.row_count == last.row_count and not other.contradicts(last):
            agreed = agreement(last.records, other.records)
            if agreed is not None and agreed.decisive:
                return position
    return None


def _recognized(
    warehouse: Warehouse,
    asked: Asked,
    some: Sequence[Candidate],
    where: tuple[str, int, str],
) -> Recognized:
    origin, position, reader = where
    alike: list[tuple[Candidate, Agreement]] = []
    doubtful: list[tuple[Candidate, str]] = []
    for one in some:
        if one.contradicts(asked):
            continue
        agreed, read = _compared(warehouse, asked, one)
        if not read:
            doubtful.append((one, "its records cannot be read to compare them"))
        elif agreed is None:
            continue
        elif _is_one(asked, one, agreed, origin=origin, reader=reader):
            alike.append((one, agreed))
        elif agreed.record_count > 1:
            doubtful.append((one, _weak(agreed)))
    if alike:
        best, agreed = min(
            alike,
            key=lambda pair: (
                (pair[0].origin, pair[0].position) != (origin, position),
                pair[0].origin != origin,
                pair[0].test_id,
            ),
        )
        doubtful += [
            (one, f"the same {each.record_count:,} records, and both were there before")
            for one, each in alike
            if one is not best
        ]
        counts, reason = _order(asked, best, reader, origin)
        if agreed.factor != 1.0:
            reason += f"; its current is {agreed.factor if counts else 1 / agreed.factor:g} of that"
        return Recognized(
            best.test_id,
            asked.means,
            counts=counts,
            reason=reason,
            rival=best,
            findings=tuple(_doubts(doubtful)),
            sensitivity_set=best.sensitivity_set,
        )
    return Recognized(None, asked.means, findings=tuple(_doubts(doubtful)))


def _weak(agreed: Agreement) -> str:
    if agreed.decisive:
        why = "but neither has a clock that runs on"
    else:
        why = "but too few to be sure" if agreed.distinct_count else "but all of them are rests"
    return f"the same first {agreed.record_count:,} records, {why}"


def _doubts(doubtful: Sequence[tuple[Candidate, str]]) -> list[Finding]:
    findings = [
        Finding(
            "maybe_same",
            f"test {one.test_id} ({one.file}, {one.point_count:,} records, {one.origin}) may be "
            f"the same measurement: {why}; both stay",
            f"test {one.test_id}",
        )
        for one, why in doubtful[:_NAMED]
    ]
    if len(doubtful) > _NAMED:
        others = ", ".join(str(one.test_id) for one, _ in doubtful[_NAMED:])
        findings.append(Finding("maybe_same", f"so may tests {others}", None))
    return findings


def _compared(warehouse: Warehouse, asked: Asked, one: Candidate) -> tuple[Agreement | None, bool]:
    """Return how far records agree, and whether those at rest could be read."""
    if asked.images or one.images:
        same = asked.images == one.images
        return (Agreement(len(asked.images), 0, varies=same) if same else None), True
    names = (*AXES, *VALUES) if asked.records.keys() & set(VALUES) else None
    agreed: Agreement | None = None
    for count in (_LOOK, max(asked.row_count, one.point_count)):
        theirs = records(warehouse, one.paths, names, count)
        if theirs is None:
            return None, False
        ours = {name: values[:count] for name, values in asked.records.items()}
        whole = count >= max(asked.row_count, one.point_count)
        theirs = theirs if whole else {name: values[:count] for name, values in theirs.items()}
        agreed = agreement(ours, theirs)
        if agreed is None or whole:
            return agreed, True
    return agreed, True


def _is_one(asked: Asked, one: Candidate, agreed: Agreement, *, origin: str, reader: str) -> bool:
    """Return whether records that agree are of one measurement, by what else speaks for it."""
    whole = asked.row_count == one.point_count
    if one.origin == origin or (agreed.decisive and (agreed.timed or whole)):
        return True
    if one.start(asked) == "same" and asked.channel and one.channel == asked.channel:
        return agreed.varies or (whole and asked.row_count == 1)  # one record cannot vary
    return agreed.varies and reader != one.reader and _lie_beside(origin, one.origin)


def _lie_beside(one: str, other: str) -> bool:
    """Return whether two paths differ by their suffixes alone: formats of one program's run."""
    return Path(one).with_suffix("") == Path(other).with_suffix("")


def _order(asked: Asked, one: Candidate, reader: str, origin: str) -> tuple[bool, str]:
    """Return whether the new records count, and why those of the other export do not."""
    if asked.row_count != one.point_count:
        fewer = min(asked.row_count, one.point_count)
        return asked.row_count > one.point_count, f"it has {fewer:,} of the records"
    ours, theirs = form_of(reader), form_of(one.reader)
    if ours.rank != theirs.rank:
        worse = max(ours, theirs, key=lambda form: form.rank)
        return ours.rank < theirs.rank, f"{worse.name}: {worse.reason}"
    moved = one.origin == origin or not is_there(one.origin)
    return moved, "another export of the same form was there before"
