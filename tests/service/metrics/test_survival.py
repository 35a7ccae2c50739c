"""survival and log_rank, held against lifelines."""

from collections.abc import Callable
from itertools import combinations
from math import comb, isnan
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from lifelines.statistics import logrank_test

from tests.law import law

Ask = Callable[..., list[dict[str, Any]]]
Made = Callable[..., dict[str, list[dict[str, Any]]]]
Life = tuple[int, bool]
Lived = Callable[[dict[str, list[Life]]], dict[str, list[dict[str, Any]]]]
LAW = law(6)

few = st.lists(st.tuples(st.integers(5, 10), st.booleans()), min_size=2, max_size=5)
lives = st.lists(st.tuples(st.integers(5, 16), st.booleans()), min_size=2, max_size=9)


def cells(made: Made, groups: dict[str, list[Life]]) -> dict[str, list[dict[str, Any]]]:
    """Return cells of these configurations that live so many hours and then run away, or not."""
    rows: dict[str, list[dict[str, Any]]] = {"step": [], "test": [], "cell": []}
    every = [(name, life) for name, group in groups.items() for life in group]
    for number, (name, (hours, failed)) in enumerate(every, 1):
        peak = [0.1] * (hours - 1) + [5.0 if failed else 0.1]
        one = made([0.1] * hours, cell=number, configuration=name, peak=peak)
        for relation, more in one.items():
            rows[relation] += more
    return rows


@pytest.fixture(scope="module")
def lived(ask: Ask, half_cycles: Made) -> Lived:
    """Return ``lived(groups)``: the time_to_failure of such cells, of which each was computed once.

    What is told of survival and of comparisons stands on these rows alone.
    """
    every = [(hours, failed) for hours in range(5, 36) for failed in (False, True)]
    rows = ask("time_to_failure", cells(half_cycles, {"A": every}))
    computed = dict(zip(every, rows, strict=True))

    def made(groups: dict[str, list[Life]]) -> dict[str, list[dict[str, Any]]]:
        named = [(name, life) for name, group in groups.items() for life in group]
        return {
            "time_to_failure": [
                computed[life] | {"test_id": number, "cell_id": number, "configuration": name}
                for number, (name, life) in enumerate(named, 1)
            ]
        }

    return made


@pytest.mark.slow
def test_lives_alone_and_together_are_the_same(ask: Ask, half_cycles: Made, lived: Lived) -> None:
    groups = {"A": [(6, True), (9, True), (12, False)], "B": [(7, True), (8, False), (16, True)]}
    for metric in ("time_to_failure", "survival", "log_rank"):
        whole = ask(metric, cells(half_cycles, groups))
        assert whole == (
            lived(groups)[metric] if metric == "time_to_failure" else ask(metric, lived(groups))
        )


def fitted(group: list[Life]) -> Any:  # noqa: ANN401 # lifelines ships no types
    hours, failed = zip(*group, strict=True)
    return KaplanMeierFitter().fit(hours, failed)


@LAW
@given(group=lives)
def test_it_is_the_estimate_of_lifelines(group: list[Life], ask: Ask, lived: Lived) -> None:
    rows = ask("survival", lived({"A": group}))
    fit = fitted(group)
    assert [row["time_hour"] for row in rows] == sorted({float(hours) for hours, _ in group})
    for row in rows:
        time = row["time_hour"]
        assert row["survival"] == pytest.approx(
            fit.survival_function_["KM_estimate"][time], abs=1e-9
        )
        table = fit.event_table.loc[time]
        counts = [row[f"{name}_count"] for name in ("at_risk", "failed", "censored")]
        assert counts == [table["at_risk"], table["observed"], table["censored"]]
        if row["survival"] == 1:
            assert row["survival_lower"] == pytest.approx(max(0, 1 - 3 / counts[0]))
            assert row["survival_upper"] == 1
        elif row["survival"] > 0:
            lower, upper = fit.confidence_interval_.loc[time]
            assert row["survival_lower"] == pytest.approx(lower, abs=1e-6)
            assert row["survival_upper"] == pytest.approx(upper, abs=1e-6)
        else:
            assert row["survival_lower"] is None
    told = fit.survival_function_["KM_estimate"]
    half = told.index[told <= 0.5 + 1e-9]  # lifelines itself misses a half by its rounding
    assert {row["median_hour"] for row in rows} == {half[0] if len(half) else None}


@LAW
@given(group=lives)
def test_its_deviation_is_that_of_greenwood(group: list[Life], ask: Ask, lived: Lived) -> None:
    total = 0.0
    for row in ask("survival", lived({"A": group})):
        left = row["at_risk_count"] - row["failed_count"]
        if left:
            total += row["failed_count"] / (row["at_risk_count"] * left)
            greenwood = row["survival"] * total**0.5
            assert row["survival_deviation"] == pytest.approx(greenwood, abs=1e-9)


@LAW
@given(one=lives, other=lives)
def test_the_log_rank_test_is_that_of_lifelines(
    one: list[Life], other: list[Life], ask: Ask, lived: Lived
) -> None:
    (row,) = ask("log_rank", lived({"A": one, "B": other}))
    (times, failed), (other_times, other_failed) = (
        zip(*group, strict=True) for group in (one, other)
    )
    if row["chi2"] is None:
        assert row["missing"] == "failures"
        return
    told = logrank_test(times, other_times, failed, other_failed)
    assert not isnan(told.test_statistic)
    assert row["chi2"] == pytest.approx(told.test_statistic, abs=1e-6)
    assert (row["method"], row["status"]) == ("exact permutation", "ok")
    (row,) = ask("log_rank", lived({"A": one, "B": other}), exact_ways=0)
    assert row["p"] == pytest.approx(told.p_value, abs=1e-6)
    assert (row["method"], row["status"]) == ("chi-square", "low_quality")


def every_way(one: list[Life], other: list[Life]) -> float:
    """Return the share of all partings of the cells whose chi-square is as great."""
    every, least = one + other, logrank_statistic(one, other) * (1 - 1e-9)
    ways = [
        logrank_statistic(
            [every[n] for n in chosen], [every[n] for n in range(len(every)) if n not in chosen]
        )
        for chosen in combinations(range(len(every)), len(one))
    ]
    return sum(each >= least for each in ways) / len(ways)


def logrank_statistic(one: list[Life], other: list[Life]) -> float:
    """Return Mantel's chi-square by its own sums, 0 where no time tells the groups apart."""
    excess = variance = 0.0
    for time in {hours for hours, failed in one + other if failed}:
        here, there = (sum(hours >= time for hours, _ in group) for group in (one, other))
        died = sum(hours == time and failed for hours, failed in one + other)
        mine = sum(hours == time and failed for hours, failed in one)
        both = here + there
        excess += mine - died * here / both
        if both > 1:
            variance += died * here * there * (both - died) / (both**2 * (both - 1))
    return excess**2 / variance if variance else 0.0


@LAW
@given(one=few, other=few)
def test_the_p_of_small_groups_is_the_share_of_all_ways_to_part_their_cells(
    one: list[Life], other: list[Life], ask: Ask, lived: Lived
) -> None:
    (row,) = ask("log_rank", lived({"A": one, "B": other}))
    if row["chi2"] is None:
        assert row["p"] is None
        assert (row["method"], row["status"]) == (None, "not_computable")
        return
    assert row["chi2"] == pytest.approx(logrank_statistic(one, other))
    assert row["p"] == pytest.approx(every_way(one, other), abs=1e-12)
    assert 1 / comb(len(one) + len(other), len(one)) <= row["p"] <= 1


@pytest.mark.parametrize(("one", "other"), [(2, 2), (3, 3), (4, 4), (2, 12), (9, 9)])
def test_groups_wholly_apart_are_the_rarest_way_and_its_like(
    one: int, other: int, ask: Ask, lived: Lived
) -> None:
    """Three before three: two ways of 20, whatever the chi-square says."""
    groups = {
        "A": [(5 + n, True) for n in range(one)],
        "B": [(20 + n, True) for n in range(other)],
    }
    (row,) = ask("log_rank", lived(groups))
    like = 2 if one == other else 1
    assert row["p"] == pytest.approx(like / comb(one + other, one), rel=1e-9)


def test_too_many_ways_leave_the_chi_square_and_say_so(ask: Ask, lived: Lived) -> None:
    groups = {"A": [(5 + n, True) for n in range(9)], "B": [(7 + n, True) for n in range(10)]}
    (row,) = ask("log_rank", lived(groups))
    assert (row["method"], row["status"]) == ("chi-square", "low_quality")
    assert row["reason"] == "fewer than 10 cells, and more ways to part them than exact_ways"


def test_a_small_p_keeps_its_digits(ask: Ask, lived: Lived) -> None:
    one = [(6 + n % 3, True) for n in range(40)]
    other = [(16 + n % 3, True) for n in range(40)]
    (row,) = ask("log_rank", lived({"A": one, "B": other}))
    (times, failed), (other_times, other_failed) = (
        zip(*group, strict=True) for group in (one, other)
    )
    told = logrank_test(times, other_times, failed, other_failed)
    assert told.p_value < 1e-12
    assert row["p"] == pytest.approx(told.p_value, rel=1e-9)


def test_every_pair_of_groups_is_compared_and_one_cell_is_no_sample(ask: Ask, lived: Lived) -> None:
    groups = {"A": [(6, True), (7, True)], "B": [(9, True), (12, False)], "C": [(8, True)]}
    rows = ask("log_rank", lived(groups))
    pairs = [(row["configuration"], row["other_configuration"], row["missing"]) for row in rows]
    assert pairs == [("A", "B", None), ("A", "C", "cells"), ("B", "C", "cells")]
    assert [row["p"] is None for row in rows] == [False, True, True]


@LAW
@given(group=lives, seed=st.integers(0, 1000))
def test_permuting_the_cells_changes_nothing(
    group: list[Life], seed: int, ask: Ask, lived: Lived
) -> None:
    order = np.random.default_rng(seed).permutation(len(group))
    shuffled = [group[place] for place in order]
    one, other = (ask("survival", lived({"A": each})) for each in (group, shuffled))
    assert one == other


@pytest.mark.slow
@LAW
@given(one=lives, other=lives, seed=st.integers(0, 1000))
def test_permuting_the_cells_changes_no_comparison(
    one: list[Life], other: list[Life], seed: int, ask: Ask, lived: Lived
) -> None:
    rows = lived({"A": one, "B": other})
    names = np.random.default_rng(seed).permutation(len(one) + len(other)) + 1
    shuffled = {
        relation: [
            row
            | {name: int(names[row[name] - 1]) for name in ("test_id", "cell_id") if name in row}
            for row in more
        ]
        for relation, more in rows.items()
    }
    (before,), (after,) = (ask("log_rank", each) for each in (rows, shuffled))
    for name in ("chi2", "p", "expected_count"):  # sums, in whatever order
        one_sum, other_sum = before.pop(name), after.pop(name)
        assert (one_sum is None) is (other_sum is None)
        assert other_sum is None or other_sum == pytest.approx(one_sum, rel=1e-9)
    assert after == before


@LAW
@given(group=lives, more=st.integers(1, 6))
def test_censoring_later_never_shortens_a_median(
    group: list[Life], more: int, ask: Ask, lived: Lived
) -> None:
    later = [(hours if failed else hours + more, failed) for hours, failed in group]
    medians = []
    for each in (group, later):
        row = ask("survival", lived({"A": each}))[0]
        medians.append(np.inf if row["median_hour"] is None else row["median_hour"])
    assert medians[1] >= medians[0]


@pytest.mark.slow
def test_the_settings_of_a_treatment_part_the_groups(ask: Ask, half_cycles: Made) -> None:
    hot = [(6, True), (9, True), (12, False)]
    cold = [(7, True), (8, True)]
    rows = cells(half_cycles, {"A": [*hot, *cold, (10, False)]})
    rows["treatment"] = [
        {"cell_id": number, "name": "sinter.temperature", "setting": setting}
        for number, setting in enumerate(["950 °C"] * 3 + ["900 °C"] * 2, 1)
    ]
    rows["treatment"] += [{**row, "name": "mill.time"} for row in rows["treatment"]]
    found = ask("survival", rows, treatment="sinter.temperature")
    for setting, group in (("950 °C", hot), ("900 °C", cold), (None, [(10, False)])):
        mine = [row for row in found if row["setting"] == setting]
        assert {row["cell_count"] for row in mine} == {len(group)}
        expected = fitted(group).survival_function_["KM_estimate"]
        for row in mine:
            assert row["survival"] == pytest.approx(expected[row["time_hour"]])
    assert len({row["setting"] for row in ask("survival", rows)}) == 1
    pairs = {
        (row["setting"], row["other_setting"]): row
        for row in ask("log_rank", rows, treatment="sinter.temperature")
    }
    assert set(pairs) == {("900 °C", "950 °C"), ("900 °C", None), ("950 °C", None)}
    (times, failed), (other_times, other_failed) = (
        zip(*group, strict=True) for group in (cold, hot)
    )
    told = logrank_test(times, other_times, failed, other_failed)
    assert pairs["900 °C", "950 °C"]["chi2"] == pytest.approx(told.test_statistic, abs=1e-6)
    assert pairs["900 °C", None]["missing"] == "cells"


@LAW
@given(group=lives)
def test_where_nothing_failed_the_hazard_is_below_three_over_the_hours(
    group: list[Life], ask: Ask, lived: Lived
) -> None:
    rows = ask("survival", lived({"A": group}))
    bound = None if any(failed for _, failed in group) else 3 / sum(hours for hours, _ in group)
    for row in rows:
        assert row["hazard_upper_per_hour"] == (bound and pytest.approx(bound))


@pytest.mark.parametrize("count", [9, 10])
def test_below_ten_cells_a_group_is_small(count: int, ask: Ask, lived: Lived) -> None:
    groups = {"A": [(6 + n, True) for n in range(10)], "B": [(7 + n, True) for n in range(count)]}
    (row,) = ask("log_rank", lived(groups))
    assert (row["small_groups"], row["p"] is None) == (count < 10, False)
    assert (row["status"] == "ok") is (count == 10)


@pytest.mark.parametrize("quality", ["ok", "any"])
def test_a_doubtful_life_counts_where_it_is_asked_for(
    quality: str, ask: Ask, half_cycles: Made
) -> None:
    rows = cells(half_cycles, {"A": [(6, True), (8, True), (9, False)]})
    dying = [row for row in rows["step"] if row["test_id"] == 2][-1]
    dying |= {"status": "low_quality", "reason": "gap"}
    found = ask("survival", rows, quality=quality)
    counted = 3 if quality == "any" else 2
    assert {row["cell_count"] for row in found} == {counted}
    assert {row["left_out_count"] for row in found} == {3 - counted}
    told = "gap" if quality == "any" else "1 of 3 cells left out: gap"
    assert {(row["status"], row["reason"]) for row in found} == {("low_quality", told)}


def test_currents_and_temperatures_part_the_groups_and_noise_does_not(
    ask: Ask, half_cycles: Made
) -> None:
    rows: dict[str, list[dict[str, Any]]] = {"step": [], "test": [], "cell": []}
    runs = [(1e-3, 60.0), (1.005e-3, 61.0), (2e-3, 60.0), (1e-3, 25.0), (1e-3, None)]
    for number, (ampere, celsius) in enumerate(runs, 1):
        one = half_cycles([0.1] * 6, cell=number, ampere=[ampere] * 6, celsius=[celsius] * 6)
        for relation, more in one.items():
            rows[relation] += more
    groups = {
        (row["current_density_ma_per_cm2"], row["temperature_celsius"]): row["cell_count"]
        for row in ask("survival", rows)
    }
    assert groups == {(0.5, 60.5): 2, (1.0, 60.0): 1, (0.5, 25.0): 1, (0.5, None): 1}
