"""failure_event, and time_to_failure on it: every cause, and everything that is none."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.law import law

Ask = Callable[..., list[dict[str, Any]]]
Made = Callable[..., dict[str, list[dict[str, Any]]]]
Climb = Made
LAW = law(6)
START = datetime(2026, 2, 16, 9)  # noqa: DTZ001 — the instrument's own clock


def steady(*after: float, count: int = 10) -> list[float]:
    return [0.1] * count + list(after)


def caused(ask: Ask, rows: dict[str, list[dict[str, Any]]], **given: object) -> list[Any]:
    return [(row["cause"], row["half_cycle_count"]) for row in ask("failure_event", rows, **given)]


def test_a_cell_that_goes_on_never_fails(ask: Ask, half_cycles: Made) -> None:
    assert caused(ask, half_cycles(steady(count=40))) == []


@pytest.mark.parametrize("following", [0, 2, 6])
def test_the_compliance_limit_is_a_runaway_at_the_end_of_its_half_cycle(
    following: int, ask: Ask, half_cycles: Made
) -> None:
    volts = steady(0.3, *[5.0] * following)
    peak = [*steady(), 5.0, *[5.0] * following]
    hours = [1.0] * 10 + [0.7] + [1.0] * following
    (row,) = ask("failure_event", half_cycles(volts, peak=peak, hours=hours))
    assert (row["cause"], row["half_cycle_count"]) == ("runaway", 11)
    assert row["failure_hour"] == pytest.approx(10.7)
    assert row["unfailed_hour"] == pytest.approx(10.0)


def test_a_spike_to_the_limit_that_does_not_come_back_is_none(ask: Ask, half_cycles: Made) -> None:
    volts = steady(count=20)
    peak = [5.0 if place == 10 else 0.1 for place in range(20)]
    assert caused(ask, half_cycles(volts, peak=peak)) == []


@pytest.mark.slow
def test_six_times_the_early_median_is_a_runaway_where_it_is_asked_for(
    ask: Ask, half_cycles: Made
) -> None:
    rising = half_cycles(steady(0.3, 0.45, 0.6, 0.7, 0.8, 0.9))
    assert caused(ask, rising) == []
    assert caused(ask, rising, runaway_factor=5) == [("runaway", 13)]
    assert caused(ask, rising, runaway_factor=10) == []
    for metric in ("time_to_failure", "survival"):
        (life, *_) = ask(metric, rising, runaway_factor=5)
        assert life["time_hour"] == 13


def test_the_early_median_is_that_of_what_came_before_up_to_the_twelfth(
    ask: Ask, half_cycles: Made
) -> None:
    early = half_cycles([0.9, 0.9, 0.1, 0.1, 0.1, 0.6, *[0.7] * 5])
    assert caused(ask, early, runaway_factor=5) == [("runaway", 6)]
    late = half_cycles([*[0.2] * 12, *[0.15] * 20, *[0.9] * 6])
    assert caused(ask, late, runaway_factor=4.4) == [("runaway", 33)]
    assert caused(ask, late, runaway_factor=4.6) == []


def test_a_failure_late_in_a_long_life_is_found(ask: Ask, half_cycles: Made) -> None:
    assert caused(ask, half_cycles(steady(*[0.03] * 50, count=2000))) == [("soft_short", 2001)]


def test_a_soft_short_persists_and_a_hard_one_is_below_a_tenth(ask: Ask, half_cycles: Made) -> None:
    assert caused(ask, half_cycles(steady(*[0.035] * 6))) == [("soft_short", 11)]
    assert caused(ask, half_cycles(steady(*[0.009] * 6))) == [("hard_short", 11)]
    assert caused(ask, half_cycles(steady(0.0004))) == [("hard_short", 11)]


@LAW
@given(volt=st.floats(1e-6, 4), ratio=st.floats(0.001, 1))
def test_what_is_a_short_is_told_by_the_fall_and_never_by_a_voltage(
    volt: float, ratio: float, ask: Ask, half_cycles: Made
) -> None:
    rows = half_cycles([volt] * 10 + [ratio * volt] * 6)
    cause = "hard_short" if ratio < 0.1 else "soft_short" if ratio < 0.6 else None
    assert caused(ask, rows) == ([(cause, 11)] if cause else [])


def test_a_good_cell_runs_at_four_millivolts_unless_a_voltage_is_given(
    ask: Ask, half_cycles: Made
) -> None:
    rows = half_cycles([0.004] * 8)
    assert caused(ask, rows) == []
    assert caused(ask, rows, hard_short_volt=0.005) == [("hard_short", 5)]
    assert caused(ask, rows, hard_short_volt=0.003) == []


@pytest.mark.slow
@LAW
@given(floor=st.floats(0.1, 1e4), share=st.floats(0.01, 0.5))
def test_a_cell_below_a_tenth_of_its_own_electrolyte_is_a_hard_short_from_the_start(
    floor: float, share: float, ask: Ask, half_cycles: Made
) -> None:
    volt = share * floor * 1e-3 / 2.0  # 1 mA on 2 cm²
    rows = half_cycles([volt] * 8)
    short = [("hard_short", 5)] if share < 0.1 else []
    assert caused(ask, rows, floor_ohm_cm2=floor) == short
    assert caused(ask, rows) == []


def swept(ohm: float, celsius: float) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of a sweep of cell 1 before its cycling, whose electrolyte has this."""
    sweep = {"test_id": 9, "spectrum_count": 1, "temperature_celsius": celsius}
    made = {"version": "1", "parameter_hash": "a", "circuit": "R0-p(R1,CPE1)", "latest": True}
    own = {"test_id": 9, "spectrum_count": 1} | made
    resistance = {"element": "R0", "parameter": "R", "value": ohm, "standard_error": 0.01 * ohm}
    return {
        "sweep": [sweep | {"start_time_second": 0.0}],
        "fit": [own | {"chosen": True, "status": "ok"}],
        "fit_parameter": [own | resistance],
        "test": [{"test_id": 9, "cell_id": 1}],
    }


@pytest.mark.parametrize(
    ("ohm", "celsius", "events"), [(31.0, 60.0, 1), (29.0, 60.0, 0), (31.0, 25.0, 0)]
)
def test_its_electrolyte_is_known_by_impedance_at_its_temperature(
    ohm: float, celsius: float, events: int, ask: Ask, half_cycles: Made
) -> None:
    rows = half_cycles([0.003] * 8)
    known = swept(ohm, celsius)
    known["test"] += rows["test"]
    assert caused(ask, rows | known) == [("hard_short", 5)] * events


@pytest.mark.parametrize("disturbed", [{"impedance": [11]}, {"pause": [11]}])
def test_a_hard_short_is_seen_over_a_pause_and_over_impedance(
    disturbed: dict[str, list[int]], ask: Ask, half_cycles: Made
) -> None:
    rows = half_cycles(steady(*[0.005] * 10), **disturbed)
    assert caused(ask, rows) == [("hard_short", 11)]


def test_a_short_that_takes_two_half_cycles_is_one(ask: Ask, half_cycles: Made) -> None:
    assert caused(ask, half_cycles(steady(0.07, *[0.04] * 6))) == [("soft_short", 12)]


@pytest.mark.parametrize("factor", [0.97, 0.9, 0.85, 0.8])
def test_a_gradual_wetting_is_no_short(factor: float, ask: Ask, half_cycles: Made) -> None:
    falling = 0.1 * factor ** np.arange(12)
    rows = half_cycles([*steady(), *falling, *[float(falling[-1])] * 10])
    assert falling[6] < 0.85 * 0.1
    assert caused(ask, rows) == []


@pytest.mark.parametrize("low", [1, 2, 3])
def test_a_short_that_heals_is_none(low: int, ask: Ask, half_cycles: Made) -> None:
    assert caused(ask, half_cycles(steady(*[0.035] * low, *[0.1] * 8))) == []


def test_three_of_the_next_four_are_enough(ask: Ask, half_cycles: Made) -> None:
    volts = steady(0.035, 0.035, 0.1, 0.035, 0.035, 0.1, 0.1)
    assert caused(ask, half_cycles(volts)) == [("soft_short", 11)]
    assert caused(ask, half_cycles(volts), persistent_count=4) == []


def test_a_soft_short_at_the_very_end_stays_unconfirmed(ask: Ask, half_cycles: Made) -> None:
    assert caused(ask, half_cycles(steady(0.035, 0.035, 0.035))) == []
    assert caused(ask, half_cycles(steady(*[0.035] * 4))) == [("soft_short", 11)]


def test_an_erratic_voltage_persists(ask: Ask, half_cycles: Made) -> None:
    calm, wild = [0.01] * 10, [0.3] * 8
    assert caused(ask, half_cycles(steady(*[0.1] * 8), variation=calm + wild)) == [("erratic", 11)]
    once = [*calm, 0.3, *[0.01] * 7]
    assert caused(ask, half_cycles(steady(*[0.1] * 8), variation=once)) == []


def test_the_first_half_cycles_never_fail(ask: Ask, half_cycles: Made) -> None:
    assert caused(ask, half_cycles([0.3, 0.2, 0.1, 0.1, *[0.03] * 10])) == [("soft_short", 5)]
    assert caused(ask, half_cycles([0.3, 0.2, 0.03, 0.03, *[0.03] * 10])) == []


@pytest.mark.parametrize("disturbed", [{"impedance": [11]}, {"pause": [11]}])
def test_a_pause_and_impedance_begin_the_reference_anew(
    disturbed: dict[str, list[int]], ask: Ask, half_cycles: Made
) -> None:
    assert caused(ask, half_cycles(steady(*[0.05] * 10))) == [("soft_short", 11)]
    assert caused(ask, half_cycles(steady(*[0.05] * 10), **disturbed)) == []
    later = steady(*[0.05] * 10, *[0.02] * 8)
    assert caused(ask, half_cycles(later, **disturbed)) == [("soft_short", 21)]


def test_another_current_or_temperature_begins_the_reference_anew(
    ask: Ask, half_cycles: Made
) -> None:
    volts = steady(*[0.05] * 10)
    assert caused(ask, half_cycles(volts, ampere=[2e-3] * 10 + [1e-3] * 10)) == []
    assert caused(ask, half_cycles(volts, celsius=[25.0] * 10 + [60.0] * 10)) == []
    near = half_cycles(
        volts, celsius=[60.0] * 10 + [61.0] * 10, ampere=[1e-3] * 10 + [1.01e-3] * 10
    )
    assert caused(ask, near) == [("soft_short", 11)]


def test_the_first_persistent_one_wins(ask: Ask, half_cycles: Made) -> None:
    volts = steady(0.03, 0.1, 0.1, *[0.03] * 6, *[0.001] * 6)
    assert caused(ask, half_cycles(volts)) == [("soft_short", 14)]


@pytest.mark.slow
def test_every_test_of_a_cell_goes_on_where_the_one_before_ended(
    ask: Ask, half_cycles: Made
) -> None:
    whole = half_cycles(steady(*[0.03] * 6))
    parted = {
        "cell": whole["cell"],
        "test": [
            {"test_id": number, "cell_id": 1, "started_at": begun}
            for number, begun in ((1, START), (2, START + timedelta(hours=8)))
        ],
        "step": [
            row
            if row["step_count"] <= 8
            else row
            | {
                "test_id": 2,
                "half_cycle_count": row["half_cycle_count"] - 8,
                "start_time_second": row["start_time_second"] - 8 * 3600,
            }
            for row in whole["step"]
        ],
    }
    keys = ("cause", "failure_hour", "unfailed_hour", "reference_volt", "run_count")
    (one,), (other,) = (ask("failure_event", rows) for rows in (whole, parted))
    assert {key: one[key] for key in keys} == {key: other[key] for key in keys}
    (one,), (other,) = (ask("time_to_failure", rows) for rows in (whole, parted))
    assert one | {"test_id": 2, "half_cycle_count": 3} == other
    undated = parted | {"test": [{"test_id": number, "cell_id": 1} for number in (1, 2)]}
    (other,) = ask("time_to_failure", undated)
    assert (other["status"], other["reason"]) == ("low_quality", "missing start of a test")


def test_each_level_has_its_own_clock_and_what_follows_the_failure_counts_no_more(
    ask: Ask, half_cycles: Made
) -> None:
    volts = [0.1] * 10 + [0.2] * 10 + [0.002] * 6 + [0.001] * 6
    ampere = [1e-3] * 10 + [2e-3] * 16 + [3e-3] * 6
    back = half_cycles(volts, ampere=[*ampere[:26], *[5e-4] * 6])
    rows = ask("time_to_failure", back)
    assert [row["current_density_ma_per_cm2"] for row in rows] == pytest.approx([0.5, 1.0])
    assert [row["time_hour"] for row in rows] == pytest.approx([10, 10])
    assert [(row["failed"], row["cause"]) for row in rows] == [(False, None), (True, "hard_short")]
    assert [row["charge_passed_mah_per_cm2"] for row in rows] == pytest.approx([5, 10])
    assert [row["status"] for row in rows] == ["censored", "ok"]


@pytest.mark.slow
@LAW
@given(
    stairs=st.integers(3, 9).flatmap(lambda n: st.tuples(st.just(n), st.integers(2, n))),
    each=st.integers(1, 3),
    ratio=st.floats(0.001, 0.45),
)
def test_who_shorts_on_the_staircase_is_no_survivor_of_that_or_any_higher_current(
    stairs: tuple[int, int], each: int, ratio: float, ask: Ask, half_cycles: Made
) -> None:
    """So many cycles at each of so many currents; the resistance falls at one of them."""
    steps, fails = stairs
    levels = np.repeat(np.arange(1, steps + 1), 2 * each)
    volts = [0.1 * n * (ratio if n >= fails else 1) for n in levels.tolist()]
    rows = half_cycles(volts, ampere=(1e-3 * levels).tolist())
    lives = ask("time_to_failure", rows)
    assert [row["current_density_ma_per_cm2"] for row in lives] == pytest.approx(
        [0.5 * n for n in range(1, steps + 1)]
    )
    for n, row in enumerate(lives, 1):
        assert row["failed"] is (n >= fails)
        assert row["time_hour"] == (0 if n >= fails else 2 * each)
        assert row["status"] == ("ok" if n >= fails else "censored")
        assert row["unfailed_hour"] == row["time_hour"]
    (critical,) = ask("critical_current_density", rows)
    assert critical["first_failing_ma_per_cm2"] == pytest.approx(0.5 * fails)


@pytest.mark.slow
def test_a_slow_wetting_and_a_warmer_step_end_no_staircase(ask: Ask, half_cycles: Made) -> None:
    ampere = [1e-3] * 6 + [2e-3] * 6 + [3e-3] * 6
    ohm = 100 * 0.85 ** np.arange(18)
    slow = half_cycles([float(r) * a for r, a in zip(ohm, ampere, strict=True)], ampere=ampere)
    warm = half_cycles(
        [a * (100 if a < 2e-3 else 30) for a in ampere],
        ampere=ampere,
        celsius=[25.0] * 6 + [60.0] * 12,
    )
    for rows in (slow, warm):
        assert {row["failed"] for row in ask("time_to_failure", rows)} == {False}
        (critical,) = ask("critical_current_density", rows)
        assert (critical["cause"], critical["status"]) == (None, "censored")


@LAW
@given(hours=st.integers(5, 60), pauses=st.integers(0, 1))
def test_who_is_seen_alive_at_the_end_is_censored_there(
    hours: int, pauses: int, ask: Ask, half_cycles: Made
) -> None:
    rows = half_cycles(steady(count=hours), pause=[5] * pauses)
    (row,) = ask("time_to_failure", rows)
    assert (row["failed"], row["censoring"], row["status"]) == (False, "right", "censored")
    assert row["reason"] == "alive at the end"
    assert row["time_hour"] == row["unfailed_hour"] == hours + 12 * pauses
    assert row["failed_by_hour"] is None


@pytest.mark.parametrize("cause", ["hard_short", "runaway"])
def test_a_failure_behind_a_pause_is_known_to_within_it(
    cause: str, ask: Ask, half_cycles: Made
) -> None:
    short = cause == "hard_short"
    volts = steady(*[0.001 if short else 0.1] * 6)
    peak = steady(*[0.1 if short else 5.0] * 6)
    (row,) = ask("time_to_failure", half_cycles(volts, peak=peak, pause=[11]))
    assert (row["failed"], row["cause"]) == (True, cause)
    assert row["unfailed_hour"] == 10
    assert row["time_hour"] == row["failed_by_hour"] == (22 if short else 23)
    assert (row["censoring"], row["status"]) == ("interval", "censored")
    assert row["reason"] == "failed in a gap of 12.0 h"


@pytest.mark.parametrize(
    ("volts", "reason"), [([0.1] * 4, "only 4 half-cycles"), ([None] * 9, "missing voltage")]
)
def test_what_cannot_be_judged_is_no_survivor(
    volts: list[Any], reason: str, ask: Ask, half_cycles: Made
) -> None:
    rows = half_cycles([volt or 0.1 for volt in volts])
    if None in volts:
        for step in rows["step"]:
            step["end_voltage_volt"] = None
    (row,) = ask("time_to_failure", rows)
    assert (row["failed"], row["censoring"]) == (None, None)
    assert (row["status"], row["reason"]) == ("not_comparable", reason)
    (row,) = ask("survival", rows)
    assert (row["time_hour"], row["survival"], row["cell_count"]) == (None, None, 0)
    assert (row["status"], row["reason"]) == ("not_computable", f"1 of 1 cells left out: {reason}")


@pytest.mark.slow
def test_a_cell_that_nobody_knows_to_be_symmetric_has_no_life_and_says_so(
    climb: Climb, half_cycles: Made
) -> None:
    rows = half_cycles(steady(*[0.001] * 6), ampere=[0.001 * (n // 4 + 1) for n in range(16)])
    rows["cell"][0]["symmetric"] = None
    names = ("critical_current_density", "time_to_failure", "survival", "cell_polarization")
    told = climb(rows, "failure_event", *names)
    assert told.pop("failure_event") == []
    for found in told.values():
        assert found
        assert all(row["status"] == "not_computable" for row in found)
        assert all(row["reason"].endswith("missing symmetric") for row in found)
    rows["cell"][0]["symmetric"] = False
    assert climb(rows, "time_to_failure", "survival") == {"time_to_failure": [], "survival": []}


@pytest.mark.slow
@pytest.mark.parametrize("symmetric", [None, False])
def test_a_cell_that_may_be_symmetric_changes_no_life_of_others(
    symmetric: bool | None,
    climb: Climb,
    half_cycles: Made,
) -> None:
    rows = half_cycles(steady(*[0.001] * 6))
    names = ("critical_current_density", "time_to_failure", "survival", "log_rank")
    alone = climb(rows, *names)
    for relation, more in half_cycles(steady(), cell=2).items():
        rows[relation] += more
    rows["cell"][1]["symmetric"] = symmetric
    for name, found in climb(rows, *names).items():
        assert [row for row in found if row["status"] != "not_computable"] == alone[name]


def test_a_failure_in_a_doubtful_half_cycle_is_a_doubtful_time(ask: Ask, half_cycles: Made) -> None:
    rows = half_cycles(steady(*[0.001] * 6))
    rows["step"][2] |= {"status": "low_quality", "reason": "outlier"}
    (row,) = ask("time_to_failure", rows)
    assert (row["status"], row["reason"]) == ("ok", None)
    rows["step"][10] |= {"status": "low_quality", "reason": "gap"}
    (row,) = ask("time_to_failure", rows)
    assert (row["status"], row["reason"]) == ("low_quality", "gap")


@pytest.mark.slow
@LAW
@given(factor=st.floats(0.05, 20))
def test_twice_the_area_is_half_the_density_and_twice_the_specific_resistance(
    factor: float, climb: Climb, half_cycles: Made
) -> None:
    volts = steady(*[0.001] * 3)
    names = ("half_cycle_polarization", "half_cycle_run", "cell_polarization", "time_to_failure")
    one, other = (climb(half_cycles(volts, area_cm2=area), *names) for area in (2.0, 2.0 * factor))
    for before, after in zip(
        one["half_cycle_polarization"], other["half_cycle_polarization"], strict=True
    ):
        name = "current_density_ma_per_cm2"
        assert after[name] * factor == pytest.approx(before[name], rel=1e-12)
        name = "area_specific_resistance_ohm_cm2"
        assert after[name] == pytest.approx(before[name] * factor, rel=1e-12)
    (before,), (after,) = (rows["cell_polarization"] for rows in (one, other))
    resistance, scaled = (
        row["polarization_volt"] / row["current_density_ma_per_cm2"] for row in (before, after)
    )
    assert scaled == pytest.approx(resistance * factor, rel=1e-12)
    (before,), (after,) = (rows["time_to_failure"] for rows in (one, other))
    assert after["time_hour"] == before["time_hour"] == 10
    name = "charge_passed_mah_per_cm2"
    assert after[name] * factor == pytest.approx(before[name], rel=1e-12)


@LAW
@given(volts=st.lists(st.floats(0.02, 0.2), min_size=8, max_size=30))
def test_the_reference_is_the_median_of_the_six_before(
    volts: list[float], ask: Ask, half_cycles: Made
) -> None:
    rows = ask("failure_event", half_cycles(volts), soft_short_ratio=0.8)
    for row in rows:
        place = row["half_cycle_count"] - 1
        if row["cause"] == "soft_short":
            before = float(np.median(volts[max(0, place - 6) : place]))
            assert row["reference_volt"] == pytest.approx(before)
            assert volts[place] < 0.8 * before
            assert volts[place] < 0.8 * max(volts[place - 2 : place])
            assert sum(volt < 0.8 * before for volt in volts[place + 1 : place + 5]) >= 3
