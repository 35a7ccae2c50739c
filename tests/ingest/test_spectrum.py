"""Impedance sweeps among the points."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ingest.series import Series
from ingest.spectrum import find_spectra


def sweep(*frequencies: float) -> Series:
    frequency = np.array(frequencies)
    return Series(
        {
            "record_index": np.arange(1, frequency.size + 1),
            "frequency_hertz": frequency,
            "real_impedance_ohm": np.ones(frequency.size),
            "imaginary_impedance_ohm": -np.ones(frequency.size),
        },
        frequency.size,
    )


def counted(series: Series) -> list[int]:
    spectra = find_spectra(series, np.array([0]))
    assert spectra is not None
    return list(spectra["spectrum_count"])


def test_points_without_frequency_hold_no_sweep() -> None:
    assert find_spectra(Series({"voltage_volt": np.ones(3)}, 3), np.array([0])) is None


def test_a_frequency_of_zero_is_no_impedance() -> None:
    assert find_spectra(sweep(0.0, 0.0), np.array([0])) is None


def test_a_jump_back_to_the_first_frequency_begins_a_sweep() -> None:
    assert counted(sweep(1000, 100, 10, 1000, 100, 10)) == [1, 1, 1, 2, 2, 2]


@given(st.integers(2, 40), st.booleans())
def test_one_sweep_in_either_order_is_one_spectrum(points: int, rising: bool) -> None:  # noqa: FBT001 — hypothesis passes by position
    frequency = np.geomspace(1e6, 0.1, points)
    assert set(counted(sweep(*(frequency[::-1] if rising else frequency)))) == {1}
