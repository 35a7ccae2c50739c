"""The curve of a fit over GraphQL is off the points by what the fit said it leaves."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from schema.settings import Settings
from tests.service.asker import Asker, asked


@pytest.fixture(scope="module")
def service(demo_warehouse: Settings) -> Iterator[Asker]:
    """Return who asks about the sweeps of the demo study."""
    with asked(demo_warehouse, only_reads=True) as asker:
        yield asker


def test_a_fit_is_off_its_points_by_what_it_was_told_to_leave(service: Any) -> None:  # noqa: ANN401 # a fixture
    query = """{ spectrum(id: "2") { realImpedanceOhm imaginaryImpedanceOhm
      fits { circuit rmsResidual curve { frequencyHertz realImpedanceOhm imaginaryImpedanceOhm
        realResidual imaginaryResidual } } } }"""
    sweep = service.data(query)["spectrum"]
    measured = np.array(sweep["realImpedanceOhm"]) + 1j * np.array(sweep["imaginaryImpedanceOhm"])
    curves = [each for each in sweep["fits"] if each["curve"] is not None]
    assert len(curves) > 3
    for each in curves:
        curve = each["curve"]
        fitted = np.array(curve["realImpedanceOhm"]) + 1j * np.array(curve["imaginaryImpedanceOhm"])
        left = np.array(curve["realResidual"]) + 1j * np.array(curve["imaginaryResidual"])
        assert np.allclose(left, (measured - fitted) / np.abs(measured))
        # nothing of these sweeps was left out of a fit
        rms = np.sqrt(np.mean(np.abs(left) ** 2))
        assert rms == pytest.approx(each["rmsResidual"], rel=1e-6)


def test_a_fit_is_drawn_as_finely_as_asked_and_no_finer_than_may_be(service: Any) -> None:  # noqa: ANN401 # a fixture
    query = """query ($n: Int) { spectrum(id: "2") { highestFrequencyHertz lowestFrequencyHertz
      fit { curve(perDecade: $n) { frequencyHertz realResidual } } } }"""
    sweep = service.data(query, n=10)["spectrum"]
    frequency = sweep["fit"]["curve"]["frequencyHertz"]
    ends = sweep["highestFrequencyHertz"], sweep["lowestFrequencyHertz"]
    assert (frequency[0], frequency[-1]) == pytest.approx(ends)
    assert len(frequency) == np.ceil(10 * np.log10(ends[0] / ends[1])) + 1
    assert sweep["fit"]["curve"]["realResidual"] == [None] * len(frequency)
    for count in (0, -1, 201):
        assert "perDecade" in service.error(query, n=count)["message"]
