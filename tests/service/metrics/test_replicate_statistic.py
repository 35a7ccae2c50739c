"""replicate_statistic."""

from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from tests.law import law

Ask = Callable[..., list[dict[str, Any]]]
LAW = law(20)

amounts = st.lists(st.integers(1, 60).map(float), min_size=1, max_size=25)


def cells_of(amounts: list[float], mass: float = 1000.0) -> dict[str, Any]:
    """Return cells, each with one test whose first cycle has so much per kilogram."""
    numbers = range(1, len(amounts) + 1)
    return {
        "cycle": [
            {
                "test_id": number,
                "cell_id": number,
                "cycle_count": 1,
                "cell_cycle_count": 1,
                "kind_count": 1,
                "status": "ok",
                "first_mode": "charge",
                "complete": True,
                "charge_capacity_ah": 100.0,
                "discharge_capacity_ah": amount,
            }
            for number, amount in zip(numbers, amounts, strict=True)
        ],
        "cell": [
            {"cell_id": n, "cell_name": f"C{n:02}", "active_mass_gram": mass} for n in numbers
        ],
    }


def thickness(cell_id: int, value: float | None, **more: object) -> dict[str, Any]:
    """Return the thickness of a layer of a cell, as a treatment."""
    setting = " ".join(str(part) for part in (value, *more.values()))
    return {
        "cell_id": cell_id,
        "name": "PB.thickness_um",
        "setting": setting,
        "value": value,
        **more,
    }


@LAW
@given(amounts=amounts, whisker=st.sampled_from([0.0, 1.5, 3.0]))
def test_the_numbers_are_those_of_numpy(amounts: list[float], whisker: float, ask: Ask) -> None:
    (row,) = ask("replicate_statistic", cells_of(amounts), at_cycle=1, whisker=whisker)
    ordered, half = sorted(amounts), (len(amounts) + 1) // 2
    low, high = np.median(ordered[:half]), np.median(ordered[-half:])
    reach = whisker * (high - low)
    out = [
        f"C{n:02}" for n, each in enumerate(amounts, 1) if not low - reach <= each <= high + reach
    ]
    assert row["cell_count"] == len(amounts)
    assert row["median_value"] == pytest.approx(np.median(amounts))
    assert row["lower_quartile"] == pytest.approx(low)
    assert row["upper_quartile"] == pytest.approx(high)
    assert (row["lowest"], row["highest"]) == pytest.approx((min(amounts), max(amounts)))
    assert row["outlier_count"] == len(out)
    assert row["outliers"] == (", ".join(out) or None)


@LAW
@given(amounts=amounts, confidence=st.sampled_from([0.5, 0.9, 0.95, 0.99]))
def test_the_interval_is_of_the_order_statistics_that_the_binomial_names(
    amounts: list[float], confidence: float, ask: Ask
) -> None:
    (row,) = ask("replicate_statistic", cells_of(amounts), at_cycle=1, confidence=confidence)
    ordered, count = sorted(amounts), len(amounts)
    tails = binom.cdf(np.arange(count), count, 0.5)
    ends = int(np.count_nonzero(tails <= (1 - confidence) / 2 + 1e-12))
    if ends == 0:
        assert (row["interval_low"], row["interval_high"]) == (None, None)
    else:
        expected = (ordered[ends - 1], ordered[-ends])
        assert (row["interval_low"], row["interval_high"]) == pytest.approx(expected)


@LAW
@given(amounts=amounts, shuffled=st.randoms(use_true_random=False))
def test_permuting_cells_and_tests_changes_nothing(
    amounts: list[float], shuffled: Random, ask: Ask
) -> None:
    given_rows = cells_of(amounts)
    expected = ask("replicate_statistic", given_rows, at_cycle=1)
    for rows in given_rows.values():
        shuffled.shuffle(rows)
    assert ask("replicate_statistic", given_rows, at_cycle=1) == expected


@LAW
@given(amounts=amounts, exponent=st.integers(-6, 6))
def test_heavier_cells_have_less_per_gram_and_the_same_outliers(
    amounts: list[float], exponent: int, ask: Ask
) -> None:
    factor = 2.0**exponent
    (light,) = ask("replicate_statistic", cells_of(amounts), at_cycle=1)
    (heavy,) = ask("replicate_statistic", cells_of(amounts, 1000.0 * factor), at_cycle=1)
    assert heavy["median_value"] == pytest.approx(light["median_value"] / factor)
    assert heavy["outliers"] == light["outliers"]


def test_cells_are_grouped_by_the_value_of_the_treatment(ask: Ask) -> None:
    given_rows = cells_of([1.0, 2.0, 3.0, 4.0, 5.0])
    given_rows["treatment"] = [
        thickness(1, 1.0, unit="µm"),
        thickness(1, 1.0, unit="µm"),  # by two layers, and counted once
        thickness(2, 1.0, unit="µm"),
        thickness(3, 1.0, unit="µm", qualifier="~"),
        thickness(4, None, text="thick"),
        {"cell_id": 5, "name": "sinter.temperature", "setting": "1", "value": 1.0},
    ]
    rows = ask("replicate_statistic", given_rows, treatment="PB.thickness_um", at_cycle=1)
    found = {
        (row["value"], row["text"], row["qualifier"]): (row["cell_count"], row["median_value"])
        for row in rows
    }
    assert found == {
        (1.0, None, None): (2, 1.5),
        (1.0, None, "~"): (1, 3.0),
        (None, "thick", None): (1, 4.0),
        (None, None, None): (1, 5.0),
    }


@pytest.mark.parametrize(
    ("quantity", "expected", "unit"),
    [
        ("specific_discharge_capacity", 50.0, "mA·h/g"),
        ("areal_discharge_capacity", None, "mA·h/cm²"),
        ("coulombic_efficiency", 0.5, "1"),
        ("capacity_retention", 1.0, "1"),
    ],
)
def test_the_quantity_is_chosen(quantity: str, expected: float | None, unit: str, ask: Ask) -> None:
    rows = ask("replicate_statistic", cells_of([50.0]), quantity=quantity, at_cycle=1, reference=1)
    if expected is None:  # the area is not known
        (row,) = rows
        assert (row["cell_count"], row["median_value"]) == (0, None)
        assert (row["status"], row["reason"]) == (
            "not_computable",
            "1 of 1 cells left out: missing area_cm2",
        )
    else:
        assert [(row["median_value"], row["quantity_unit"]) for row in rows] == [(expected, unit)]


def test_a_cycle_of_a_cell_is_found_in_whichever_of_its_tests_it_lies(ask: Ask) -> None:
    given_rows = cells_of([1.0, 3.0, 8.0])
    given_rows["cycle"][1] |= {"cell_id": 1, "cell_cycle_count": 2}
    (row,) = ask("replicate_statistic", given_rows, at_cycle=1)
    assert (row["cell_count"], row["median_value"]) == (2, 4.5)
    (row,) = ask("replicate_statistic", given_rows, at_cycle=2)
    assert (row["cell_count"], row["median_value"]) == (1, 3.0)


def test_a_cell_of_low_quality_counts_only_where_it_is_asked_for(ask: Ask) -> None:
    given_rows = cells_of([1.0, 3.0, 8.0])
    given_rows["cycle"][2] |= {"status": "low_quality", "reason": "gap"}
    (row,) = ask("replicate_statistic", given_rows, at_cycle=1)
    assert (row["cell_count"], row["median_value"], row["status"]) == (2, 2.0, "ok")
    (row,) = ask("replicate_statistic", given_rows, at_cycle=1, quality="any")
    assert (row["cell_count"], row["median_value"]) == (3, 3.0)
    assert (row["status"], row["reason"]) == ("low_quality", "gap")


def test_a_cycle_that_did_not_end_is_no_replicate(ask: Ask) -> None:
    given_rows = cells_of([1.0, 3.0])
    given_rows["cycle"][0]["complete"] = False
    (row,) = ask("replicate_statistic", given_rows, at_cycle=1)
    assert (row["cell_count"], row["median_value"]) == (1, 3.0)
