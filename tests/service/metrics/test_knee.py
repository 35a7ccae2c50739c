"""knee."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.law import law

Ask = Callable[..., list[dict[str, Any]]]
LAW = law(10)


def cells(retention: NDArray[np.float64], spacing: float = 1.0) -> dict[str, list[dict[str, Any]]]:
    """Return a test of one cell for each row of retentions, one for every cycle."""
    places = [(test, cycle) for test, row in enumerate(retention, 1) for cycle in range(len(row))]
    named = [
        {"test_id": test, "cycle_count": cycle + 1, "cell_cycle_count": cycle + 1}
        for test, cycle in places
    ]
    about = {"kind_role": "main", "reference_cycles": "1", "complete": True, "status": "ok"}
    return {
        "cycle": named,
        "capacity_retention": [
            each | about | {"capacity_retention": float(retention[test - 1, cycle])}
            for each, (test, cycle) in zip(named, places, strict=True)
        ],
        "equivalent_full_cycles": [
            each | {"equivalent_full_cycles": spacing * each["cycle_count"], "status": "ok"}
            for each in named
        ],
    }


def faded(count: int, knee: float, before: float, after: float) -> NDArray[np.float64]:
    """Return retentions that fall by one slope up to the knee and by another behind it."""
    cycle = np.arange(1, count + 1)
    result: NDArray[np.float64] = (
        1 - before * cycle - (after - before) * np.maximum(cycle - knee, 0)
    )
    return result


@pytest.mark.slow
@pytest.mark.parametrize(
    ("count", "knee", "before", "after", "noise"),
    [(500, 350.0, 2e-4, 1e-3, 5e-3), (100, 60.0, 1e-3, 4e-3, 8e-3), (120, 70.4, 1e-3, 3e-3, 8e-3)],
)
def test_the_interval_holds_the_knee_95_times_in_a_hundred(
    count: int, knee: float, before: float, after: float, noise: float, ask: Ask
) -> None:
    trials = 400
    rng = np.random.default_rng(11)
    simulated = faded(count, knee, before, after) + rng.normal(0, noise, (trials, count))
    rows = ask("knee", cells(simulated))
    found = [row for row in rows if row["knee_count"] is not None]
    assert len(found) > 0.98 * trials
    closed = [row for row in found if row["status"] == "ok"]
    held = [row["knee_low_count"] <= knee <= row["knee_high_count"] for row in closed]
    assert 0.925 <= np.mean(held) <= 0.985  # 0.95, and twice what 400 trials scatter
    assert np.mean([row["knee_count"] for row in found]) == pytest.approx(knee, abs=0.5)
    after_found = np.mean([row["fade_after_percent_per_cycle"] for row in found])
    assert after_found == pytest.approx(100 * after, rel=0.05)


@pytest.mark.slow
@pytest.mark.parametrize("count", [30, 200])
def test_a_straight_fade_with_noise_hardly_ever_has_a_knee(count: int, ask: Ask) -> None:
    rng = np.random.default_rng(12)
    simulated = faded(count, count, 1e-3, 1e-3) + rng.normal(0, 3e-3, (400, count))
    rows = ask("knee", cells(simulated))
    assert np.mean([row["status"] == "censored" for row in rows]) > 0.97


def test_it_is_the_break_of_least_squares_by_trying_every_place(ask: Ask) -> None:
    count = 60
    rng = np.random.default_rng(13)
    values = faded(count, 40, 1e-3, 4e-3) + rng.normal(0, 9e-3, count)
    (row,) = ask("knee", cells(values[None, :]))
    cycle = np.arange(1, count + 1)
    places = np.linspace(5, 56, 5101)
    rests = []
    for place in places:
        design = np.stack([np.ones(count), cycle, np.maximum(cycle - place, 0)], axis=1)
        rests.append(np.linalg.lstsq(design, values, rcond=None)[1][0])
    best = places[int(np.argmin(rests))]
    assert row["knee_count"] == pytest.approx(best, abs=0.5)
    allowed = min(rests) * (1 + 2.0032**2 / (count - 4))  # Student's t of 56 degrees
    inside = places[np.array(rests) <= allowed]
    assert row["knee_low_count"] == pytest.approx(inside[0], abs=0.2)
    assert row["knee_high_count"] == pytest.approx(inside[-1], abs=0.2)


@LAW
@given(knee=st.integers(8, 22), scale=st.floats(0.2, 0.9), shift=st.floats(-0.05, 0.05))
def test_less_of_everything_moves_no_knee(knee: int, scale: float, shift: float, ask: Ask) -> None:
    values = faded(30, knee, 1e-3, 1e-2) + np.random.default_rng(5).normal(0, 5e-4, 30)
    (one,) = ask("knee", cells(values[None, :]))
    (other,) = ask("knee", cells(scale * values[None, :] + shift))
    assert other["knee_count"] == pytest.approx(one["knee_count"], abs=1e-6)
    assert other["knee_low_count"] == pytest.approx(one["knee_low_count"], abs=1e-6)
    assert other["fade_after_percent_per_cycle"] == pytest.approx(
        scale * one["fade_after_percent_per_cycle"], rel=1e-6
    )


@LAW
@given(spacing=st.floats(0.1, 3))
def test_against_throughput_it_lies_where_its_cycle_does(spacing: float, ask: Ask) -> None:
    values = faded(30, 18, 1e-3, 1e-2) + np.random.default_rng(5).normal(0, 5e-4, 30)
    rows = cells(values[None, :], spacing)
    (one,) = ask("knee", rows)
    (other,) = ask("knee", rows, against="equivalent_full_cycles")
    assert other["knee_count"] == pytest.approx(spacing * one["knee_count"], rel=1e-6)
    assert other["against"] == "equivalent_full_cycles"


def test_remains_that_resemble_each_other_widen_the_interval(ask: Ask) -> None:
    rng = np.random.default_rng(3)
    white = rng.normal(0, 3e-3, 120)
    wandering = white.copy()
    for place in range(1, 120):
        wandering[place] += 0.7 * wandering[place - 1]
    wandering *= white.std() / wandering.std()
    base = faded(120, 70, 1e-3, 4e-3)
    one, other = ask("knee", cells(np.stack([base + white, base + wandering])))
    assert other["remains_correlation"] > 0.4 > one["remains_correlation"]
    wide = other["knee_high_count"] - other["knee_low_count"]
    assert wide > 1.5 * (one["knee_high_count"] - one["knee_low_count"])


def test_a_knee_near_the_end_is_open_on_that_side(ask: Ask) -> None:
    values = faded(40, 35, 1e-3, 2e-2) + np.random.default_rng(2).normal(0, 1e-2, 40)
    (row,) = ask("knee", cells(values[None, :]))
    assert row["knee_count"] is not None
    assert row["knee_high_count"] is None
    assert (row["status"], row["reason"]) == ("low_quality", "the interval is open")
