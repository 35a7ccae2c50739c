"""What mode a step is, and what told it."""

import numpy as np
import pyarrow as pa
import pytest

from ingest.mode import judged_modes, rests_that_run, stated_modes
from ingest.rest_current import CurrentScale
from ingest.series import Series

SCALE = CurrentScale(typical_ampere=1.0, rest_ampere=1e-3)


def judged(label: str, net_ah: float, second: float = 3600.0) -> tuple[str, str]:
    """Return mode and judge of one step."""
    series = Series({"step_type": pa.array([label])}, 1)
    stated = stated_modes(series, np.array([0]), None)
    current = np.array([3600.0 * net_ah / max(second, 1.0)])
    mode, by = judged_modes(stated, np.array([net_ah]), np.array([second]), current, SCALE)
    return str(mode[0]), str(by[0])


@pytest.mark.parametrize(
    ("label", "net_ah", "expected"),
    [
        ("CC Chg", 1.0, ("charge", "label")),
        ("CC Chg", 1e-5, ("charge", "label")),
        ("CC Chg", -1.0, ("discharge", "charge")),
        ("Rest", 0.005, ("rest", "label")),
        ("Pulse", -0.5, ("discharge", "charge")),
        ("", 0.5, ("charge", "charge")),
        ("", 5e-4, ("rest", "charge")),
        ("", float("nan"), ("unknown", "charge")),
    ],
)
def test_the_label_is_asked_first_and_yields_to_a_contrary_charge(
    label: str, net_ah: float, expected: tuple[str, str]
) -> None:
    assert judged(label, net_ah) == expected


@pytest.mark.parametrize(
    ("technique", "mode"),
    [
        ("OCV", "rest"),
        ("Open Circuit", "rest"),
        ("CV", "voltammetry"),
        ("cva", "voltammetry"),
        ("Cyclic Voltammetry", "voltammetry"),
        ("POTENTIODYNAMIC", "voltammetry"),
    ],
)
def test_a_technique_tells_the_mode(technique: str, mode: str) -> None:
    stated = stated_modes(Series({}, 3), np.array([0]), technique)
    assert (stated.mode.tolist(), stated.by.tolist()) == ([mode], ["technique"])


def test_a_labelled_rest_that_moves_much_and_fast_is_none() -> None:
    series = Series({"step_type": pa.array(["Rest"] * 3)}, 3)
    stated = stated_modes(series, np.arange(3), None)
    net, second = np.array([0.5, 0.5, 0.005]), np.array([3600.0, 360_000.0, 3600.0])
    assert rests_that_run(stated, net, second, 1.0, SCALE).tolist() == [True, False, False]
