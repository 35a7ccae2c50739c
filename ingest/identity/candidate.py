"""Tests that may be the measurement an export brings, found by index and not by looking.

Those that people removed are among them: whatever is one of these stays removed.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ingest.draft import Draft
from ingest.identity.agreement import AXES, VALUES, Columns
from ingest.identity.known import KNOWN, LIVING, MOST, REMOVED
from ingest.identity.like_mean import of_like_means
from ingest.identity.mean import Means, means
from ingest.identity.start import FURTHEST, Compared, compared, start_seconds
from ingest.series import Series
from schema.catalog import Image, LakeFile, RawFile, Test
from schema.record.called import removal


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
        for known in (LIVING, REMOVED)  # each has an index of its own
        for key in session.scalars(select(Test.id).where(known, Test.origin == origin))
    }
    alike = dict.fromkeys(
        [
            *of_like_means(
                session, asked.channel, asked.means, is_sweep="real_impedance_ohm" in asked.records
            ),
            *_started_then(session, asked),
        ]
    )
    elsewhere = [key for key in alike if key not in there][: 4 * MOST]
    described = _described(session, [*there, *elsewhere])
    may_be = [
        key for key in elsewhere if key in described and not described[key].contradicts(asked)
    ]
    return tuple(described[key] for key in (*sorted(there), *may_be[:MOST]) if key in described)


def _started_then(session: Session, asked: Asked) -> Iterable[int]:
    if asked.started_at is None:
        return ()
    near = Test.started_at.between(asked.started_at - FURTHEST, asked.started_at + FURTHEST)
    channel = Test.channel.is_(None) | (Test.channel == asked.channel)
    query = select(Test.id).where(
        KNOWN, Test.start_second.in_(start_seconds(asked.started_at)), near
    )
    query = query.where(channel) if asked.channel else query
    return session.scalars(query.order_by(Test.id).limit(4 * MOST))


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
