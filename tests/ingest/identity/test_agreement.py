"""Records agree as far as both exports have digits, and decide where what was measured varies."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ingest.identity.agreement import DECISIVE, agreement
from tests.ingest.identity.arriving import amperes, volts
from tests.law import law

Floats = NDArray[np.float64]
COUNT = 80


def cycled(seed: int = 1, count: int = COUNT) -> dict[str, Floats]:
    return {
        "test_time_second": np.arange(0.0, 60.0 * count, 60.0),
        "voltage_volt": volts(count, seed),
        "current_ampere": amperes(count),
    }


def sweep(ohm: float = 100.0) -> dict[str, Floats]:
    frequency: Floats = np.geomspace(1e5, 1e-1, 43)
    impedance = ohm + 500.0 / (1.0 + 2j * np.pi * frequency * 3e-4)
    return {
        "frequency_hertz": frequency,
        "real_impedance_ohm": np.asarray(impedance.real, dtype=np.float64),
        "imaginary_impedance_ohm": np.asarray(impedance.imag, dtype=np.float64),
    }


def changed(columns: Mapping[str, Floats], name: str, values: Floats) -> dict[str, Floats]:
    return {**columns, name: values}


@law(100)
@given(
    cut=st.integers(1, COUNT),
    decimals=st.integers(4, 9),
    kind=st.sampled_from([np.float32, np.float64]),
)
def test_a_prefix_agrees_whatever_digits_it_was_written_with(
    cut: int, decimals: int, kind: type[np.floating]
) -> None:
    whole = cycled()
    shorter: dict[str, Floats] = {
        name: values[:cut].astype(kind).astype(float) for name, values in whole.items()
    }
    shorter["voltage_volt"] = np.round(shorter["voltage_volt"], decimals)
    for one, other in ((whole, shorter), (shorter, whole)):
        agreed = agreement(one, other)
        assert agreed is not None
        assert agreed.record_count == cut
        assert agreed.timed


@law(100)
@given(record=st.integers(0, COUNT - 1), off=st.sampled_from([1e-3, -1e-3, 0.1, np.nan]))
def test_one_record_that_differs_is_another_measurement(record: int, off: float) -> None:
    other = cycled()
    other["voltage_volt"] = other["voltage_volt"].copy()
    other["voltage_volt"][record] += off
    assert agreement(cycled(), other) is None
    assert agreement(other, cycled()) is None


def test_rests_alone_decide_nothing_and_twenty_charged_records_do() -> None:
    rest = {name: values[:10] for name, values in cycled().items()}
    agreed = agreement(rest, cycled())
    assert agreed is not None
    assert (agreed.distinct_count, agreed.decisive, agreed.varies) == (0, False, True)
    charged = agreement(
        {name: values[: 11 + DECISIVE] for name, values in cycled().items()}, cycled()
    )
    assert charged is not None
    assert charged.decisive


def test_a_rest_of_one_voltage_does_not_vary() -> None:
    still = changed(cycled(count=10), "voltage_volt", np.full(10, 3.4))
    agreed = agreement(still, still)
    assert agreed is not None
    assert not agreed.varies


@pytest.mark.parametrize("factor", [-1.0, 1e3, -1e-3])
def test_a_current_of_another_sign_or_prefix_is_the_same_and_the_factor_is_known(
    factor: float,
) -> None:
    other = changed(cycled(), "current_ampere", amperes(COUNT) / factor)
    agreed = agreement(cycled(), other)
    assert agreed is not None
    assert agreed.factor == pytest.approx(factor)


def test_a_current_twice_as_large_is_another_measurement() -> None:
    assert agreement(cycled(), changed(cycled(), "current_ampere", 2 * amperes(COUNT))) is None


def test_the_same_frequencies_are_no_same_sweep() -> None:
    assert agreement(sweep(), sweep(ohm=101.0)) is None


def test_a_sweep_may_stand_there_from_its_other_end_and_has_no_clock() -> None:
    agreed = agreement(sweep(), {name: values[::-1] for name, values in sweep().items()})
    assert agreed is not None
    assert (agreed.decisive, agreed.timed) == (True, False)


def test_digits_are_fewer_where_numbers_are_larger() -> None:
    written = {
        name: np.where(np.abs(values) < 100, np.round(values, 3), np.round(values, 1))
        for name, values in sweep().items()
    }
    assert agreement(written, sweep()) is not None


def test_different_quantities_say_nothing() -> None:
    assert agreement(cycled(), sweep()) is None


def test_columns_of_an_export_s_own_are_compared_where_nothing_else_was_measured() -> None:
    own = {"record_index": np.arange(30.0), "Vfwd/V": volts(30)}
    other = {"record_index": np.arange(30.0), "Vfwd/V": volts(30, seed=2)}
    assert agreement(own, own) is not None
    assert agreement(own, other) is None
    assert agreement({"record_index": np.arange(30.0)}, own) is None


_SHAPES = st.sampled_from([1, 2, 7, 30])
_ANY = st.floats(-1e100, 1e100) | st.just(np.nan)


@law(200)
@given(data=st.data(), size=_SHAPES)
def test_whatever_the_numbers_are_they_agree_with_themselves_and_nothing_breaks(
    data: st.DataObject, size: int
) -> None:
    def drawn() -> dict[str, Floats]:
        return {
            name: np.array(data.draw(st.lists(_ANY, min_size=size, max_size=size)))
            for name in cycled()
        }

    one, other = drawn(), drawn()
    agreement(one, other)
    measured = np.isfinite(one["voltage_volt"]).any() or np.isfinite(one["current_ampere"]).any()
    assert (agreement(one, one) is not None) == measured
