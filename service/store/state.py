"""What the store holds at one moment: every cursor that begins is fixed to one of these."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from service.metric.metric import Metric
from service.metric.relation import CYCLED
from service.metric.scope import Scope

Subject: TypeAlias = int
"""A cell by its number, or a test of no cell by its number below zero."""
NOBODY: Final[frozenset[Subject]] = frozenset()
_CYCLED_OF: Final = frozenset({"step", "test"})
"""What cells went through is a view over these."""


@dataclass(frozen=True, slots=True)
class LiveFile:
    """A file of the lake that the catalog calls alive: number, kind, test, path, hash."""

    number: int
    kind: str
    test_id: int
    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class UnreadableFile:
    """A live file that cannot be read, and why."""

    live: LiveFile
    reason: str

    @property
    def path(self) -> str:
        """Return the path in the lake."""
        return self.live.path

    @property
    def test_id(self) -> int:
        """Return the test whose rows lack because of it."""
        return self.live.test_id


@dataclass(frozen=True, slots=True)
class StoreState:
    """What the store holds.

    Attributes:
        snapshot: of the catalog, None before the first refresh.
        files: every live file that can be read, by its number.
        points: points files of each test.
        subject_of: whose cell a test ran on.
        tests_of: all tests of a subject.
        fingerprints: what the rows of a subject rest on, as a number.
        delta: subjects whose rows are beside the base.
        alone: whether the base has all rows there are.
        filled: what a subject of the delta may have rows of: measurements, and computed metrics.
        absent: subjects whose rows are nowhere yet: the base is being made.
        versions: of the metrics it computes, by their names.
        pending: subjects of which a metric is not computed, by its name.
        generations: of relations and metrics; where it is the same, so are the rows.
        computed_of: generations that a metric of more than a cell was computed of.
        unreadable: files of the lake that were left out, by their path.
    """

    snapshot: int | None = None
    files: Mapping[int, LiveFile] = field(default_factory=dict)
    points: Mapping[int, tuple[LiveFile, ...]] = field(default_factory=dict)
    subject_of: Mapping[int, Subject] = field(default_factory=dict)
    tests_of: Mapping[Subject, tuple[int, ...]] = field(default_factory=dict)
    fingerprints: Mapping[Subject, int] = field(default_factory=dict)
    delta: frozenset[Subject] = NOBODY
    alone: bool = False
    filled: Mapping[Subject, frozenset[str]] = field(default_factory=dict)
    absent: frozenset[Subject] = NOBODY
    versions: Mapping[str, str] = field(default_factory=dict)
    pending: Mapping[str, frozenset[Subject]] = field(default_factory=dict)
    generations: Mapping[str, str] = field(default_factory=dict)
    computed_of: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unreadable: Mapping[str, UnreadableFile] = field(default_factory=dict)

    def subjects(self, tests: Iterable[int]) -> frozenset[Subject]:
        """Return whose these tests are, of those that there are."""
        return frozenset(self.subject_of[test] for test in tests if test in self.subject_of)

    def tests(self, subjects: Iterable[Subject]) -> list[int]:
        """Return all tests of subjects, rising."""
        return sorted(test for each in subjects for test in self.tests_of.get(each, ()))

    def scope(self, tests: Sequence[int] | None) -> Scope | None:
        """Return what a question about these tests may see, None where it is about everything."""
        if tests is None:
            return None
        subjects = self.subjects(tests)
        together = {*tests, *self.tests(subjects)}
        return Scope(tests, sorted(together), sorted(each for each in subjects if each > 0))

    def rests(self, metric: Metric, tests: Sequence[int] | None) -> bool:
        """Return whether all rows of a metric at its default arguments are there, of these tests.

        What hangs on more than a cell rests only as a whole.
        """
        if not metric.is_materialized or not self.knows(metric):
            return False
        if metric.reach == "whole":
            return tests is None and not self.absent and self._is_up_to_date(metric)
        lacking = self.pending[metric.name] | self.absent
        return not lacking if tests is None else lacking.isdisjoint(self.subjects(tests))

    def may_have_rows(self, metric: Metric, subject: Subject) -> bool:
        """Return whether a subject may have rows of a metric of tests or cells: most have not."""

        def is_computed(each: Metric) -> bool:
            return each.is_materialized and subject not in self.pending[each.name]

        filled = self.filled.get(subject)
        return filled is None or metric.may_have_rows(filled, is_computed)

    def knows(self, metric: Metric) -> bool:
        """Return whether it is the very metric that the store computes."""
        known = self.versions
        return all(known.get(each.name) == each.version for each in (*metric.below, metric))

    def _is_up_to_date(self, metric: Metric) -> bool:
        below = {each.name: each for each in metric.below}
        needed = [below[name] for name in metric.needs if name in below]
        return self.computed_of.get(metric.name) == self.sources(metric) and all(
            self.rests(each, None) for each in needed if each.is_materialized
        )

    def sources(self, metric: Metric) -> Mapping[str, str]:
        """Return the generations of what a metric reads."""
        below = {each.name: each for each in metric.below}
        found: dict[str, str] = {}
        for name in metric.needs:
            if name in below and not below[name].is_materialized:
                found |= self.sources(below[name])
                continue
            tables = _CYCLED_OF if name == CYCLED.name else {name}
            found |= {each: self.generations.get(each, "") for each in tables}
        return found

    def read_by(self, metric: Metric) -> tuple[tuple[str, str], ...]:
        """Return the generations of all relations that a metric and those below it read."""
        names = {name for name in metric.relations if name != CYCLED.name}
        if CYCLED.name in metric.relations:
            names |= _CYCLED_OF
        return tuple((name, self.generations.get(name, "")) for name in sorted(names))

    def points_of(self, tests: Iterable[int] | None) -> list[LiveFile]:
        """Return the points files of these tests, of all with None, in the order of their paths."""
        known = self.points
        chosen = known.values() if tests is None else (known.get(t, ()) for t in set(tests))
        return sorted((file for files in chosen for file in files), key=lambda each: each.path)


EMPTY: Final = StoreState()
"""What a store holds before it has looked."""
