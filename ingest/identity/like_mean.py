"""Tests whose first records have like means, found by an index of these."""

from functools import cache
from typing import Final

from sqlalchemy import Boolean, CompoundSelect, Select, Text, bindparam, func, select, union_all
from sqlalchemy.orm import Session

from ingest.identity.known import KNOWN, MOST
from ingest.identity.mean import Means
from schema.catalog import RecordMean, Test

_LIKE: Final = 5e-4, 1e-4
"""Part of a mean, and absolute part, that texts of few digits may move it by."""
_LEEWAY: Final = 3.0
"""Times that the means over fewer records may be off, which are not what a test is found by."""


@cache
def _alike(count: int) -> CompoundSelect[tuple[int, float]]:
    """Return the query for tests with like means of one of so many sizes, likest first."""
    return union_all(*(_alike_at(place).subquery().select() for place in range(count)))


def _alike_at(place: int) -> Select[tuple[int, float]]:
    def given(name: str) -> str:
        return f"{name}_{place}"

    return (
        select(
            RecordMean.test_id, func.abs(RecordMean.mean - bindparam(given("mean"))).label("apart")
        )
        .join(Test, Test.id == RecordMean.test_id)
        .where(
            KNOWN,
            RecordMean.record_count == bindparam(given("record_count")),
            RecordMean.mean.between(bindparam(given("least")), bindparam(given("most"))),
            RecordMean.longest | bindparam(given("any_length"), type_=Boolean),
            Test.channel.is_(None)
            | (Test.channel == func.coalesce(bindparam("channel", type_=Text), Test.channel)),
        )
        .order_by("apart", RecordMean.test_id)
        .limit(4 * MOST)
    )


def of_like_means(
    session: Session, channel: str | None, ours: Means, *, is_sweep: bool
) -> list[int]:
    """Return tests whose first records have like means, the likest first.

    Of a shorter one the longest mean is compared, of a longer one ours that is longest; then the
    others that both have.
    """
    if not ours:
        return []
    largest = max(ours)
    given: dict[str, object] = {"channel": channel}
    for place, (size, mean) in enumerate(ours.items()):
        off = _off(mean)
        given |= {
            f"record_count_{place}": size,
            f"mean_{place}": mean,
            f"least_{place}": mean - off,
            f"most_{place}": mean + off,
            f"any_length_{place}": 2 * size > largest,
        }
    found = session.execute(_alike(len(ours)), given).all()
    apart = sorted((row.apart, row.test_id) for row in found)
    ids: dict[int, None] = dict.fromkeys(test_id for _, test_id in apart)
    if not ids or is_sweep:
        return list(ids)  # a sweep may stand there from its other end: it begins with other records
    theirs: dict[int, dict[int, float]] = {each: {} for each in ids}
    both = {"tests": list(ids), "sizes": list(ours)}
    for row in session.execute(_MEANS, both):
        theirs[row.test_id][row.record_count] = row.mean
    return [each for each in ids if begin_alike(ours, theirs[each])]


_MEANS: Final = select(RecordMean.test_id, RecordMean.record_count, RecordMean.mean).where(
    RecordMean.test_id.in_(bindparam("tests", expanding=True)),
    RecordMean.record_count.in_(bindparam("sizes", expanding=True)),
)


def begin_alike(ours: Means, theirs: Means) -> bool:
    """Return whether all means of two tests are alike that both have.

    What the last digits of texts are off by evens out over many records: of fewer the means may be
    further apart, by the root of how many fewer they are of.
    """
    both = ours.keys() & theirs.keys()
    longest = max(both, default=0)
    return all(
        abs(ours[size] - theirs[size]) <= _LEEWAY * _off(ours[size]) * (longest / size) ** 0.5
        for size in both
    )


def _off(mean: float) -> float:
    """Return how far a mean may be off."""
    part, absolute = _LIKE
    return part * abs(mean) + absolute
