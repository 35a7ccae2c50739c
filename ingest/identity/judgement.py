"""Whether a test is one of those that may be it, and which of the two exports counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ingest.container import container_of
from ingest.identity.agreement import AXES, VALUES, Agreement, agreement
from ingest.identity.candidate import Asked, Candidate
from ingest.identity.mean import Means
from ingest.identity.order import form_of
from ingest.identity.points import records
from ingest.reading import Finding
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
        is_removed: whether people removed it, and it stays so; ``reason`` says when.
    """

    test_id: int | None
    means: Means
    counts: bool = True
    reason: str | None = None
    within: int | None = None
    rival: Candidate | None = None
    findings: tuple[Finding, ...] | None = None
    sensitivity_set: str | None = None
    is_removed: bool = False


def is_there(origin: str) -> bool:
    """Return whether an export lies still where it was found, alone or in a container."""
    path = Path(origin)
    try:
        return path.exists() or container_of(path) is not None
    except OSError:  # of a name that this file system cannot have
        return False


def judged(
    warehouse: Warehouse,
    asked: Asked,
    some: Sequence[Candidate],
    where: tuple[str, int, str],
) -> Recognized:
    """Return which of the tests that may be it a test is, a new one where none is.

    Args:
        warehouse: in which their records rest.
        asked: the test.
        some: those that may be it.
        where: its origin and position there, and who read it.
    """
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
                pair[0].removed is not None,
                (pair[0].origin, pair[0].position) != (origin, position),
                pair[0].origin != origin,
                pair[0].test_id,
            ),
        )
        if best.removed:
            return Recognized(None, asked.means, counts=False, reason=best.removed, is_removed=True)
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
    doubtful = [(one, why) for one, why in doubtful if not one.removed]
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
