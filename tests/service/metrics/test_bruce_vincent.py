"""bruce_vincent: its laws, and the error by derivatives against a million draws."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.law import law

Ask = Callable[..., list[dict[str, Any]]]


def cell(
    *,
    volt: float = 0.01,
    first: float = 100e-6,
    steady: float = 30e-6,
    before: float = 50.0,
    after: float = 60.0,
    late: float = 0.01,
    errors: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0),
    electrolyte: str | None = "dilute",
) -> dict[str, list[dict[str, Any]]]:
    """Return a potential held between lithium, a sweep before and one after; errors of i, R."""
    sweep = {"test_id": 1, "object": "interface", "status": "ok"}
    sd_first, sd_before, sd_steady, sd_after = errors
    told = {"property_id": 1, "name": "electrolyte_class", "substance": "E", "text": electrolyte}
    return {
        "held_current": [
            {"test_id": 1, "step_count": 2, "held_volt": volt, "steady_ampere": steady}
            | {"steady_error_ampere": sd_steady, "first_ampere": first, "first_second": late}
            | {"resolution_ampere": sd_first, "held_second": 3600.0, "status": "ok"}
        ],
        "step": [{"test_id": 1, "step_count": 2, "start_time_second": 100.0, "status": "ok"}],
        "test": [{"test_id": 1, "cell_id": 7}],
        "cell": [{"cell_id": 7, "symmetric": True}],
        "layer": [
            {"cell_id": 7, "position": 1, "role": "negative", "substance": "Li"},
            {"cell_id": 7, "position": 2, "role": "electrolyte", "substance": "E"},
            {"cell_id": 7, "position": 3, "role": "positive", "substance": "Li"},
        ],
        "substance": [{"substance_id": 1, "name": "Li", "electrons": 1.0}],
        "property": [told] if electrolyte else [],
        "sweep": [
            {"test_id": 1, "spectrum_count": 1, "start_time_second": 0.0},
            {"test_id": 1, "spectrum_count": 2, "start_time_second": 4000.0},
        ],
        "fitted_resistance": [
            sweep
            | {"spectrum_count": 1, "resistance_ohm": before}
            | {"resistance_error_ohm": sd_before},
            sweep
            | {"spectrum_count": 2, "resistance_ohm": after}
            | {"resistance_error_ohm": sd_after},
            sweep | {"spectrum_count": 1, "object": "electrolyte", "resistance_ohm": 50.0},
        ],
    }


def test_its_error_is_that_of_a_million_draws(ask: Ask) -> None:
    (row,) = ask("bruce_vincent", cell(errors=(1e-6, 1.0, 0.5e-6, 1.2)))
    draw = np.random.default_rng(0).normal(size=(4, 1_000_000))
    first, before, steady, after = (
        100e-6 + 1e-6 * draw[0],
        50 + draw[1],
        30e-6 + 0.5e-6 * draw[2],
        60 + 1.2 * draw[3],
    )
    drawn = steady * (0.01 - first * before) / (first * (0.01 - steady * after))
    assert row["current_fraction"] == pytest.approx(0.182927, abs=5e-7)
    assert row["current_fraction_error"] == pytest.approx(float(np.std(drawn)), rel=0.01)
    assert row["current_fraction_error"] == pytest.approx(0.00642, rel=0.01)


@law(30)
@given(scale=st.floats(1e-3, 1e3))
def test_a_larger_cell_has_the_same_share(scale: float, ask: Ask) -> None:
    (row,) = ask(
        "bruce_vincent",
        cell(first=1e-4 * scale, steady=3e-5 * scale, before=50 / scale, after=60 / scale),
    )
    assert row["current_fraction"] == pytest.approx(0.182927, rel=1e-5)


@law(30)
@given(share=st.floats(0.05, 1.0), before=st.floats(0, 50), after=st.floats(0, 50))
def test_the_share_that_a_cell_was_made_with_comes_back(
    share: float, before: float, after: float, ask: Ask
) -> None:
    """In the end lithium alone carries, so that the liquid takes R_b over the share."""
    first = 0.01 / (50.0 + before)
    steady = 0.01 / (50.0 / share + after)
    assume(steady <= first)
    (row,) = ask("bruce_vincent", cell(first=first, steady=steady, before=before, after=after))
    assert row["current_fraction"] == pytest.approx(share, rel=1e-6)
    assert row["transference_number"] == row["current_fraction"]
    assert row["status"] == "ok"


def test_a_late_first_record_is_replaced_by_the_impedance(ask: Ask) -> None:
    (row,) = ask("bruce_vincent", cell(first=42e-6, late=0.5))
    assert row["initial_basis"] == "impedance"
    assert row["initial_current_ampere"] == pytest.approx(1e-4)
    assert row["current_fraction"] == pytest.approx(0.182927, abs=5e-7)


@pytest.mark.parametrize(
    ("kind", "is_one"),
    [("dilute", True), ("single-ion", True), ("concentrated", False), (None, False)],
)
def test_it_is_a_transference_number_only_where_the_electrolyte_is_told_to_be_so(
    kind: str | None, is_one: bool, ask: Ask
) -> None:
    (row,) = ask("bruce_vincent", cell(electrolyte=kind))
    assert row["current_fraction"] == pytest.approx(0.182927, abs=5e-7)
    assert (row["transference_number"] is not None) == is_one


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"volt": 0.02}, "more than 15 mV held: 20 mV"),
        ({"steady": 120e-6}, "the current rose"),
        ({"before": 90.0}, "the interface takes more than 80 % before"),
        ({"after": 300.0}, "the interface takes more than 80 % after"),
        ({"before": 1.0, "after": 85.0, "steady": 90e-6}, "3.79 is no share"),
    ],
)
def test_what_is_no_experiment_of_that_kind_has_no_number(
    changed: dict[str, float], reason: str, ask: Ask
) -> None:
    (row,) = ask("bruce_vincent", cell(**changed))  # type: ignore[arg-type] # sizes alone
    assert row["current_fraction"] is None
    assert (row["status"], row["reason"]) == ("not_computable", reason)


def test_more_than_ten_millivolts_are_doubted(ask: Ask) -> None:
    (row,) = ask("bruce_vincent", cell(volt=0.014))
    assert row["status"] == "low_quality"


def test_an_unsteady_current_has_no_share(ask: Ask) -> None:
    rows = cell()
    rows["held_current"][0] |= {"status": "censored", "reason": "held for 3 time constants"}
    (row,) = ask("bruce_vincent", rows)
    assert (row["status"], row["reason"]) == ("not_computable", "held for 3 time constants")


def test_a_single_ion_that_is_not_sure_tells_nothing_of_electrons(ask: Ask) -> None:
    rows = cell(
        steady=90e-6, before=5.0, after=5.0, errors=(1e-5, 0, 1e-5, 0), electrolyte="single-ion"
    )
    (row,) = ask("bruce_vincent", rows)
    assert row["status"] == "low_quality"
    assert "tells nothing of electrons" in row["reason"]
