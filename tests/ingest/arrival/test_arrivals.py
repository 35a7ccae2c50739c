"""A file grows until it stands still; then it is taken in, once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.arrival.arrivals import Arrivals, Pace
from ingest.arrival.folder import Stamp
from ingest.outcome import Outcome, Status
from schema.catalog import Arrival
from schema.catalog.table import now
from tests.law import law

FOLDER: Final = Path("/lab")
FILE: Final = FOLDER / "a.csv"
WRITTEN: Final = datetime(2026, 3, 2, 8, tzinfo=UTC)


def stamp(size: int, second: float = 0) -> Stamp:
    return Stamp(size, WRITTEN + timedelta(seconds=second))


@dataclass
class Clock:
    """A clock that a test sets forward."""

    second: float = 1000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.second


@pytest.fixture
def clock() -> Clock:
    """Return a clock."""
    return Clock()


@pytest.fixture
def arrivals(clock: Clock) -> Arrivals:
    """Return arrivals that are stable after 60 s, and are taken in every 300 s while they grow."""
    return Arrivals(Pace(60, 300), "readers 1", clock)


def rest(arrivals: Arrivals, clock: Clock, path: Path, size: int = 10) -> None:
    """Let a file be seen and stand still for long enough."""
    arrivals.see(path, FOLDER, stamp(size))
    clock.second += 60
    for each in arrivals.stand_still():
        arrivals.settle(each, stamp(size))


def end(
    arrivals: Arrivals,
    path: Path,
    status: Status = "ingested",
) -> None:
    reason = "why" if status in {"refused", "failed"} else None
    outcome = Outcome(path, status, reason=reason)
    arrivals.begin(path)
    arrivals.end(path, outcome, "hash" if status == "ingested" else None)


def saved(arrivals: Arrivals) -> list[Arrival]:
    """Return the rows that are to be saved, and let them be."""
    rows: list[Arrival] = []
    arrivals.save(rows.extend)
    return rows


def states(arrivals: Arrivals) -> dict[str, str]:
    return {row.path: row.state for row in saved(arrivals)}


def test_rows_that_could_not_be_saved_are_saved_later(arrivals: Arrivals) -> None:
    def fail(_: list[Arrival]) -> None:
        raise ConnectionError

    arrivals.see(FILE, FOLDER, stamp(10))
    with pytest.raises(ConnectionError):
        arrivals.save(fail)
    assert states(arrivals) == {str(FILE): "growing"}
    assert states(arrivals) == {}


def test_a_file_is_due_when_it_has_stood_still_and_only_once(
    arrivals: Arrivals, clock: Clock
) -> None:
    arrivals.see(FILE, FOLDER, stamp(10))
    clock.second += 59
    assert (arrivals.stand_still(), arrivals.due()) == ([], None)
    clock.second += 1
    assert arrivals.stand_still() == [FILE]
    arrivals.settle(FILE, stamp(10))
    assert states(arrivals) == {str(FILE): "stable"}
    assert arrivals.due() == FILE
    end(arrivals, FILE)
    assert states(arrivals) == {str(FILE): "ingested"}
    arrivals.see(FILE, FOLDER, stamp(10))
    assert (arrivals.stand_still(), arrivals.due(), states(arrivals)) == ([], None, {})


@pytest.mark.parametrize("change", [stamp(11), stamp(10, 1), stamp(9)])
def test_what_changed_when_it_is_looked_at_again_still_grows(
    change: Stamp, arrivals: Arrivals, clock: Clock
) -> None:
    arrivals.see(FILE, FOLDER, stamp(10))
    clock.second += 60
    arrivals.settle(FILE, change)
    assert (arrivals.is_growing(FILE), arrivals.due()) == (True, None)
    clock.second += 60
    assert arrivals.stand_still() == [FILE]


def test_a_file_that_was_taken_in_and_changes_is_taken_in_again(
    arrivals: Arrivals, clock: Clock
) -> None:
    rest(arrivals, clock, FILE)
    end(arrivals, FILE)
    rest(arrivals, clock, FILE, 20)
    assert arrivals.due() == FILE


def test_a_growing_file_is_taken_in_at_a_pace_where_it_has_more_than_before(
    arrivals: Arrivals, clock: Clock
) -> None:
    due: list[float] = []
    for second in range(0, 1500, 50):
        clock.second = 1000.0 + second
        size = 10 + min(second, 900)
        arrivals.see(FILE, FOLDER, stamp(size, second))  # written to, at last without more
        assert arrivals.stand_still() == []
        if arrivals.due():
            due.append(second)
            end(arrivals, FILE)
    assert due == [300, 600, 900]


def test_without_a_pace_only_what_is_stable_is_taken_in(clock: Clock) -> None:
    arrivals = Arrivals(Pace(60, 0), "readers 1", clock)
    for second in range(0, 900, 50):
        clock.second = 1000.0 + second
        arrivals.see(FILE, FOLDER, stamp(10 + second))
        assert arrivals.due() is None


def test_what_a_growing_file_was_refused_for_is_not_its_end(
    arrivals: Arrivals, clock: Clock
) -> None:
    arrivals.see(FILE, FOLDER, stamp(10))
    clock.second += 30
    arrivals.see(FILE, FOLDER, stamp(11))
    end(arrivals, FILE, "refused")
    assert states(arrivals) == {str(FILE): "growing"}


def test_a_refused_file_is_tried_again_when_it_changes_or_readers_do(
    arrivals: Arrivals, clock: Clock
) -> None:
    rest(arrivals, clock, FILE)
    end(arrivals, FILE, "refused")
    (row,) = saved(arrivals)
    assert (row.state, row.reason, row.readers) == ("refused", "why", "readers 1")
    clock.second += 1e6
    assert arrivals.due() is None
    for readers, due in (("readers 1", None), ("readers 2", FILE)):
        later = Arrivals(Pace(60, 300), readers, clock)
        later.restore(row)
        assert later.due() == due


def test_what_people_removed_rests_so_and_is_tried_by_the_next_watcher(
    arrivals: Arrivals, clock: Clock
) -> None:
    rest(arrivals, clock, FILE)
    end(arrivals, FILE, "removed")
    (row,) = saved(arrivals)
    assert (row.state, arrivals.due()) == ("removed", None)
    later = Arrivals(Pace(60, 300), "readers 1", clock)
    later.restore(row)
    assert later.due() == FILE  # the removal may have been reverted


def test_what_is_no_fault_of_the_file_is_tried_again_more_and_more_rarely(
    arrivals: Arrivals, clock: Clock
) -> None:
    rest(arrivals, clock, FILE)
    other = FOLDER / "b.csv"
    rest(arrivals, clock, other)
    waits = []
    for _ in range(10):
        begun = clock.second
        while arrivals.due() != FILE:
            clock.second += 10
        waits.append(clock.second - begun)
        end(arrivals, FILE, "failed")
        assert arrivals.due() == other  # it keeps no other file waiting
    assert waits[:4] == [0, 30, 60, 120]
    assert waits[-1] == waits[-2] == 3840
    assert arrivals.is_open(FILE)


def test_a_file_that_is_gone_keeps_what_was_ingested_and_may_come_back(
    arrivals: Arrivals, clock: Clock
) -> None:
    rest(arrivals, clock, FILE)
    end(arrivals, FILE)
    arrivals.miss(FILE)
    (row,) = saved(arrivals)
    assert (row.state, row.sha256, row.taken_bytes) == ("gone", "hash", 10)
    assert list(arrivals.below(FOLDER)) == []
    rest(arrivals, clock, FILE)
    assert arrivals.due() == FILE


@pytest.mark.parametrize(
    ("change", "state"), [(None, "ingested"), ("write", "growing"), ("remove", "gone")]
)
def test_what_happens_while_a_file_is_taken_in_is_not_forgotten(
    change: str | None, state: str, arrivals: Arrivals, clock: Clock
) -> None:
    rest(arrivals, clock, FILE)
    assert not arrivals.is_growing(FILE)
    arrivals.begin(FILE)
    assert arrivals.due() is None  # it is in hand
    if change == "write":
        arrivals.see(FILE, FOLDER, stamp(11))
    elif change == "remove":
        arrivals.miss(FILE)
    assert not arrivals.end(FILE, Outcome(FILE, "ingested"), "hash")
    (row,) = saved(arrivals)
    assert (row.state, row.taken_bytes, row.sha256) == (state, 10, "hash")
    assert arrivals.due() is None


def test_a_file_that_got_stable_while_it_was_taken_in_is_taken_in_once_more(
    arrivals: Arrivals, clock: Clock
) -> None:
    arrivals.see(FILE, FOLDER, stamp(10))
    assert arrivals.is_growing(FILE)
    arrivals.begin(FILE)
    clock.second += 60
    arrivals.settle(FILE, stamp(10))
    assert arrivals.due() is None
    assert arrivals.end(FILE, Outcome(FILE, "ingested"), "hash")
    assert arrivals.due() == FILE


def test_a_restart_goes_on_where_the_last_watcher_was(clock: Clock) -> None:
    arrivals = Arrivals(Pace(60, 300), "readers 1", clock)
    for state, age_second in (("growing", 59), ("stable", 5), ("ingested", 5), ("gone", 5)):
        arrivals.restore(
            Arrival(
                path=f"/lab/{state}",
                folder="/lab",
                bytes=10,
                modified_at=WRITTEN,
                state=state,
                since=now() - timedelta(seconds=age_second),
            )
        )
    assert arrivals.due() == FOLDER / "stable"
    assert arrivals.stand_still() == []
    clock.second += 1
    assert arrivals.stand_still() == [FOLDER / "growing"]
    assert {path.name for path in arrivals.below(FOLDER)} == {"growing", "stable", "ingested"}


def test_a_clock_that_was_set_back_makes_nobody_wait_longer(clock: Clock) -> None:
    arrivals = Arrivals(Pace(60, 300), "readers 1", clock)
    since = now() + timedelta(days=1)
    row = Arrival(path=str(FILE), folder="/lab", bytes=1, modified_at=WRITTEN, state="growing")
    row.since = since
    arrivals.restore(row)
    clock.second += 60
    assert arrivals.stand_still() == [FILE]


@pytest.mark.parametrize(
    ("beside", "speaks_for"),
    [
        ("a.csv.leyden.yaml", {"a.csv"}),
        ("leyden.yaml", {"a.csv", "b.csv", "run_C01.mpr"}),
        ("run_C01.mpl", {"run_C01.mpr"}),
        ("run.mps", {"run_C01.mpr"}),
        ("c.csv", set()),
    ],
)
def test_those_that_a_file_beside_speaks_for_are_read_again(
    beside: str, speaks_for: set[str], arrivals: Arrivals, clock: Clock
) -> None:
    for name in ("a.csv", "b.csv", "run_C01.mpr"):
        rest(arrivals, clock, FOLDER / name)
        end(arrivals, FOLDER / name, "refused" if name == "a.csv" else "ingested")
    path = FOLDER / beside
    rest(arrivals, clock, path)
    states(arrivals)
    if beside.endswith(".yaml"):
        arrivals.declare(path)
    else:
        end(arrivals, path, "beside")
    again = {Path(each).name for each, state in states(arrivals).items() if state == "stable"}
    assert again == speaks_for


def test_a_name_that_is_no_text_is_the_same_file_after_a_restart(clock: Clock) -> None:
    odd = FOLDER / "zelle-\udce9.csv"
    first = Arrivals(Pace(60, 300), "readers 1", clock)
    first.see(odd, FOLDER, stamp(10))
    (row,) = saved(first)
    assert row.path == "/lab/zelle-\\xe9.csv"
    second = Arrivals(Pace(60, 300), "readers 1", clock)
    second.restore(row)
    second.see(odd, FOLDER, stamp(10))
    assert saved(second) == []
    clock.second += 60
    assert second.stand_still() == [odd]


class Written:
    """A file that is written, watched, and now and then not to be read; watchers are restarted."""

    def __init__(self) -> None:
        self.clock, self.size, self.taken = Clock(), 1, list[int]()
        self.fails = False
        self.rows: dict[str, Arrival] = {}
        self.restart(0)

    def write(self, count: int) -> None:
        """Write some more."""
        self.size += count

    def wait(self, second: int) -> None:
        """Let time pass."""
        self.clock.second += second

    def fail(self, _: int) -> None:
        """Let the disk be full when it is taken in next."""
        self.fails = True

    def restart(self, _: int) -> None:
        """Let another watcher go on with the rows."""
        self.arrivals = Arrivals(Pace(60, 300), "readers", self.clock)
        for row in self.rows.values():
            self.arrivals.restore(row)

    def turn(self) -> None:
        """Look at the file, take it in where it is due, and save what is known of it."""
        self.arrivals.see(FILE, FOLDER, stamp(self.size))
        for path in self.arrivals.stand_still():
            self.arrivals.settle(path, stamp(self.size))
        if self.arrivals.due():
            if not self.arrivals.is_growing(FILE) and not self.fails:
                self.taken.append(self.size)
            end(self.arrivals, FILE, "failed" if self.fails else "ingested")
            self.fails = False
        self.rows |= {row.path: row for row in saved(self.arrivals)}


EVENTS: Final = st.one_of(
    st.tuples(st.just(Written.write), st.integers(1, 5)),
    st.tuples(st.just(Written.wait), st.integers(1, 200)),
    st.tuples(st.sampled_from([Written.fail, Written.restart]), st.just(0)),
)


@law(500)
@given(st.lists(EVENTS, max_size=30))
def test_whatever_happens_the_last_bytes_are_taken_in_and_none_twice_while_stable(
    events: list[tuple[Callable[[Written, int], None], int]],
) -> None:
    file = Written()
    for event, number in events:
        event(file, number)
        file.turn()
    for _ in range(6):
        file.turn()
        file.wait(4_000)
    assert file.taken[-1] == file.size
    assert file.taken == sorted(set(file.taken))
