"""Tests that may be the measurement an export brings, found by index and not by looking.

Those that people removed are among them: whatever is one of these stays removed.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from sqlalchemy import (
    Boolean,
    CompoundSelect,
    Select,
    Text,
    and_,
    bindparam,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from ingest.draft import Draft
from ingest.identity.agreement import AXES, VALUES, Columns
from ingest.identity.mean import Means, means
from ingest.identity.start import FURTHEST, Compared, compared, start_seconds
from ingest.series import Series
from schema.catalog import Image, LakeFile, RawFile, RecordMean, Test
from schema.record.called import removal
from schema.record.removed import by_people

_MOST: Final = 32
"""So many candidates by like means are looked at, the likest first."""
_LIKE: Final = 5e-4, 1e-4
"""Part of a mean, and absolute part, that texts of few digits may move it by."""
_LEEWAY: Final = 3.0
"""Times that the means over fewer records may be off, which are not what a test is found by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstance:
    """By what, where and when something was measured, as far as its export says."""

    instrument: str | None
    channel: str | None
    started_at: datetime | None
    """On its own clock."""
    time_zone: str | None

    def start(self, other: "Circumstance") -> Compared:
        """Return whether both started at one instant."""
        return compared(self.started_at, self.time_zone, other.started_at, other.time_zone)

    def contradicts(self, other: "Circumstance") -> bool:
        """Return whether instrument, channel or start show that it is another measurement."""
        return (
            self.start(other) == "another"
            or (bool(self.channel and other.channel) and self.channel != other.channel)
            or not _may_be_one(self.instrument, other.instrument)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Circumstance):
    """What is known of a test that an export brings."""

    row_count: int
    records: Columns
    """What its records are compared by."""
    means: Means
    images: tuple[str, ...]
    """Hashes of pixels, of which no records are."""

    @classmethod
    def of(cls, draft: Draft) -> "Asked":
        """Return what is known of a draft."""
        reading, points = draft.reading, draft.points
        canonical = _numbers(points, (*AXES, *VALUES))
        measured = canonical.keys() & set(VALUES)
        began = reading.started_at
        measurements = draft.measurements
        return cls(
            instrument=reading.instrument,
            channel=reading.channel,
            started_at=began.replace(tzinfo=None) if began else None,
            time_zone=began.tzname() if began else None,
            row_count=points.row_count,
            records=canonical if measured else _numbers(points, points.columns),
            means=means(canonical),
            images=measurements.hashes if measurements and reading.measured == "images" else (),
        )


def _numbers(points: Series, names: Iterable[str]) -> Columns:
    """Return those of these columns that are numbers."""
    return {
        name: points.number(name)
        for name in names
        if getattr(getattr(points.columns.get(name), "dtype", None), "kind", "O") in "iuf"
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate(Circumstance):
    """A test, and the export that it rests on."""

    test_id: int
    name: str
    origin: str
    position: int
    point_count: int
    sensitivity_set: str | None
    raw_file_id: int
    file: str
    reader: str
    sha256: str
    paths: tuple[str, ...]
    """Of its points, inside the lake."""
    images: tuple[str, ...]
    removed: str | None = None
    """When people removed it and how it comes back, None of a living one."""


def _may_be_one(one: str | None, other: str | None) -> bool:
    """Return whether two names may be of one instrument: some formats state its maker alone."""
    if not one or not other:
        return True
    words = [re.findall(r"\w+", name.casefold()) for name in (one, other)]
    shorter, longer = sorted(words, key=len)
    return longer[: len(shorter)] == shorter


def candidates(session: Session, asked: Asked, origin: str) -> tuple[Candidate, ...]:
    """Return the tests that may be the measurement, those of the same origin in any case."""
    there = {
        key
        for known in (_LIVING, _REMOVED)  # each has an index of its own
        for key in session.scalars(select(Test.id).where(known, Test.origin == origin))
    }
    alike = dict.fromkeys([*_of_like_means(session, asked), *_started_then(session, asked)])
    elsewhere = [key for key in alike if key not in there][: 4 * _MOST]
    described = _described(session, [*there, *elsewhere])
    may_be = [
        key for key in elsewhere if key in described and not described[key].contradicts(asked)
    ]
    return tuple(described[key] for key in (*sorted(there), *may_be[:_MOST]) if key in described)


_LIVING: Final = Test.removed_snapshot.is_(None)
_REMOVED: Final = and_(Test.removed_snapshot.is_not(None), by_people("test", Test))
_KNOWN: Final = or_(_LIVING, _REMOVED)
"""Of tests that are there, and that people removed; what was superseded is another's by now."""


def _started_then(session: Session, asked: Asked) -> Iterable[int]:
    if asked.started_at is None:
        return ()
    near = Test.started_at.between(asked.started_at - FURTHEST, asked.started_at + FURTHEST)
    channel = Test.channel.is_(None) | (Test.channel == asked.channel)
    query = select(Test.id).where(
        _KNOWN, Test.start_second.in_(start_seconds(asked.started_at)), near
    )
    query = query.where(channel) if asked.channel else query
    return session.scalars(query.order_by(Test.id).limit(4 * _MOST))


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
            _KNOWN,
            RecordMean.record_count == bindparam(given("record_count")),
            RecordMean.mean.between(bindparam(given("least")), bindparam(given("most"))),
            RecordMean.longest | bindparam(given("any_length"), type_=Boolean),
            Test.channel.is_(None)
            | (Test.channel == func.coalesce(bindparam("channel", type_=Text), Test.channel)),
        )
        .order_by("apart", RecordMean.test_id)
        .limit(4 * _MOST)
    )


def _of_like_means(session: Session, asked: Asked) -> list[int]:
    """Return tests whose first records have like means, the likest first.

    Of a shorter one the longest mean is compared, of a longer one ours that is longest; then the
    others that both have.
    """
    if not asked.means:
        return []
    largest = max(asked.means)
    given: dict[str, object] = {"channel": asked.channel}
    for place, (size, mean) in enumerate(asked.means.items()):
        off = _off(mean)
        given |= {
            f"record_count_{place}": size,
            f"mean_{place}": mean,
            f"least_{place}": mean - off,
            f"most_{place}": mean + off,
            f"any_length_{place}": 2 * size > largest,
        }
    found = session.execute(_alike(len(asked.means)), given).all()
    apart = sorted((row.apart, row.test_id) for row in found)
    ids: dict[int, None] = dict.fromkeys(test_id for _, test_id in apart)
    if not ids or "real_impedance_ohm" in asked.records:
        return list(ids)  # a sweep may stand there from its other end: it begins with other records
    theirs: dict[int, dict[int, float]] = {each: {} for each in ids}
    both = {"tests": list(ids), "sizes": list(asked.means)}
    for row in session.execute(_MEANS, both):
        theirs[row.test_id][row.record_count] = row.mean
    return [each for each in ids if begin_alike(asked.means, theirs[each])]


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


def _described(session: Session, tests: Iterable[int]) -> Mapping[int, Candidate]:
    keys = sorted(tests)
    if not keys:
        return {}
    query = (
        select(Test, RawFile, LakeFile.path)
        .join(LakeFile, LakeFile.test_id == Test.id)
        .join(RawFile, RawFile.id == LakeFile.raw_file_id)
        .where(
            Test.id.in_(keys),
            LakeFile.kind == "points",
            LakeFile.removed_snapshot.is_not_distinct_from(Test.removed_snapshot),
        )
        .order_by(Test.id, LakeFile.id)
    )
    paths: dict[int, list[str]] = {}
    rows: dict[int, tuple[Test, RawFile]] = {}
    for test, raw, path in session.execute(query):
        rows[test.id] = (test, raw)
        paths.setdefault(test.id, []).append(path)
    pixels: dict[int, list[str]] = {}
    images = select(Image.test_id, Image.input_hash).where(Image.test_id.in_(keys))
    for test_id, pixel_hash in session.execute(images.order_by(Image.test_id, Image.image_count)):
        pixels.setdefault(test_id, []).append(pixel_hash)
    return {
        key: Candidate(
            test_id=key,
            name=test.name,
            origin=test.origin,
            position=test.position,
            point_count=test.point_count,
            instrument=test.instrument,
            channel=test.channel,
            started_at=test.started_at,
            time_zone=test.time_zone,
            sensitivity_set=test.sensitivity_set,
            raw_file_id=raw.id,
            file=raw.name,
            reader=raw.reader,
            sha256=raw.sha256,
            paths=tuple(paths[key]),
            images=tuple(pixels.get(key, ())),
            removed=removal(session, "test", key) if test.removed_snapshot else None,
        )
        for key, (test, raw) in rows.items()
    }
