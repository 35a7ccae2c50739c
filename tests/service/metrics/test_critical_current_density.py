"""critical_current_density: an interval, of a staircase of rising currents."""

from collections.abc import Callable
from typing import Any

import pytest

Ask = Callable[..., list[dict[str, Any]]]
Made = Callable[..., dict[str, list[dict[str, Any]]]]

AMPERE = [1e-4 * (1 + place // 2) for place in range(20)]


def staircase(made: Made, fall: int, ratio: float, **more: Any) -> dict[str, list[dict[str, Any]]]:  # noqa: ANN401 # what half_cycles takes
    volts = [1000 * a * (ratio if place >= fall else 1) for place, a in enumerate(AMPERE)]
    return made(volts, ampere=AMPERE, area_cm2=2.0, **more)


@pytest.mark.parametrize("fall", [12, 13])
def test_a_fall_of_the_resistance_ends_it(fall: int, ask: Ask, half_cycles: Made) -> None:
    (row,) = ask("critical_current_density", staircase(half_cycles, fall, 0.3))
    assert row["last_borne_ma_per_cm2"] == pytest.approx(0.30)
    assert row["first_failing_ma_per_cm2"] == pytest.approx(0.35)
    assert row["step_size_ma_per_cm2"] == pytest.approx(0.05)
    assert (row["cause"], row["half_cycle_count"]) == ("resistance_drop", fall + 1)


def test_a_small_fall_is_none_unless_it_is_declared_to_be(ask: Ask, half_cycles: Made) -> None:
    rows = staircase(half_cycles, 12, 0.6)
    (row,) = ask("critical_current_density", rows)
    assert (row["last_borne_ma_per_cm2"], row["first_failing_ma_per_cm2"]) == (
        pytest.approx(0.5),
        None,
    )
    (row,) = ask("critical_current_density", rows, resistance_drop=0.3)
    assert row["first_failing_ma_per_cm2"] == pytest.approx(0.35)
    (row,) = ask("critical_current_density", rows, floor_ohm_cm2=1500)
    assert (row["cause"], row["first_failing_ma_per_cm2"]) == (
        "resistance_floor",
        pytest.approx(0.35),
    )


def test_half_a_half_cycle_is_not_borne(ask: Ask, half_cycles: Made) -> None:
    rows = staircase(half_cycles, 99, 1, hours=[1.0] * 19 + [0.5])
    (row,) = ask("critical_current_density", rows)
    assert row["last_borne_ma_per_cm2"] == pytest.approx(0.45)


def test_the_limit_ends_it_and_the_area_scales_it(ask: Ask, half_cycles: Made) -> None:
    peak = [5.0 if place == 15 else 0.5 for place in range(20)]
    (row,) = ask("critical_current_density", staircase(half_cycles, 99, 1, peak=peak))
    assert (row["cause"], row["first_failing_ma_per_cm2"]) == ("runaway", pytest.approx(0.4))
    assert row["charge_passed_mah_per_cm2"] == pytest.approx(0.35)


def test_one_current_and_a_falling_one_are_no_staircase(ask: Ask, half_cycles: Made) -> None:
    assert ask("critical_current_density", half_cycles([0.1] * 20)) == []
    falling = half_cycles([0.1] * 20, ampere=AMPERE[::-1])
    assert ask("critical_current_density", falling) == []
