"""The plots of impedance: what stands where, what is hollow, what is left out and counted."""

import re
from typing import Any

import numpy as np
import pytest

from service.page.drawing import Drawing
from service.page.figures.arrhenius import Sweeps, arrhenius
from service.page.figures.arrhenius_line import Line
from service.page.figures.nyquist import Trace, hertz, nyquist
from service.page.figures.relaxation import Peak, Relaxations, relaxation
from service.page.figures.resistance import Resistances, resistance

FREQUENCY = np.logspace(6, -1, 71)
OMEGA = 2j * np.pi * FREQUENCY
ARC = 100 + 500 / (1 + OMEGA * 1e-5)
BLOCKED = ARC + 1 / (OMEGA * 1e-5)


def trace(impedance: Any, whole: float | None = 600.0, **also: Any) -> Trace:  # noqa: ANN401 # any columns
    """Return a sweep of these values."""
    return Trace("sweep", FREQUENCY, impedance.real, impedance.imag, whole=whole, **also)


def marks(drawing: Drawing, kind: str, *, hollow: bool) -> int:
    """Return how many marks of a color class are drawn."""
    look = "hollow" if hollow else "mark"
    paths = re.findall(rf'<path class="{kind} {look}"[^>]* d="([^"]*)"', drawing.figure.svg())
    return sum(path.count("M") for path in paths)


def test_a_blocking_tail_does_not_crush_the_arcs() -> None:
    framed = nyquist([trace(BLOCKED)])
    (panel,) = framed.drawing.figure.panels
    left, right = panel.across([100.0, 600.0])
    assert panel.x.label == "Re(Z) / Ω"
    assert right - left > panel.width / 3
    assert framed.beyond == int((-BLOCKED.imag > panel.y.high).sum()) > 10
    assert f"{framed.beyond} points" in framed.drawing.caption


def test_all_of_a_tail_is_there_when_it_is_asked_for() -> None:
    framed = nyquist([trace(BLOCKED)], whole=True)
    (panel,) = framed.drawing.figure.panels
    assert framed.beyond == 0
    assert panel.y.high >= 1 / (2 * np.pi * 0.1 * 1e-5) / 1000


def test_a_sweep_without_arcs_is_shown_whole() -> None:
    assert nyquist([trace(BLOCKED, None)]).beyond == 0


def test_what_is_inductive_lies_below_zero_and_is_shown() -> None:
    framed = nyquist([trace(ARC + OMEGA * 1e-4)])
    (panel,) = framed.drawing.figure.panels
    assert panel.y.low < -500
    assert panel.x.low == 0


def test_each_decade_is_filled_and_labeled() -> None:
    drawing = nyquist([trace(ARC)]).drawing
    assert marks(drawing, "s0", hollow=True) == len(FREQUENCY)
    assert marks(drawing, "s0", hollow=False) == 8
    svg = drawing.figure.svg()
    assert sum(f">{hertz(10.0**power)}<" in svg for power in range(-1, 7)) >= 5
    assert hertz(1e5) == "100\u00a0kHz"


def test_points_that_are_not_valid_are_grey() -> None:
    doubtful = FREQUENCY < 1
    drawing = nyquist([trace(ARC, doubtful=doubtful)]).drawing
    grey = re.findall(r'<path class="muted hollow"[^>]* d="([^"]*)"', drawing.figure.svg())
    assert sum(path.count("M") for path in grey) == int(doubtful.sum())
    assert drawing.table.json().count(b"true") == int(doubtful.sum())


def test_times_area_is_told_in_its_unit() -> None:
    framed = nyquist([trace(ARC)], factor=2.0, unit="Ω·cm²")
    (panel,) = framed.drawing.figure.panels
    assert panel.x.label.endswith("Ω·cm²")
    (column,) = (
        each for each in framed.drawing.table.columns if each.name == "real_impedance_ohm_cm2"
    )
    assert np.allclose(column.values, 2 * ARC.real)


def test_what_lies_outside_the_band_does_not_set_the_scale_of_relaxation_times() -> None:
    second = np.logspace(-7, 1, 81)
    density = 100 * np.exp(-((np.log10(second) + 4) ** 2) * 8) + np.where(second > 1, 1e5, 0)
    per = Relaxations(
        second, density, [Peak(1e-4, 130.0, 2.0)], 1.0, 1e6, 1e-3, "ridge", "CPE2", "ok", None
    )
    drawing = relaxation(per)
    (panel,) = drawing.figure.panels
    assert panel.y.high < 200
    assert ">1.59\u00a0kHz, 130.0 ± 2.0 Ω<" in drawing.figure.svg()
    assert "tail CPE2 subtracted" in drawing.caption
    assert drawing.figure.svg().count('class="shade"') == 2


def sweeps(used: list[bool]) -> Sweeps:
    """Return sweeps of one object at rising temperatures."""
    count = len(used)
    return Sweeps(
        ["1"] * count,
        list(range(1, count + 1)),
        ["total"] * count,
        [1] * count,
        np.linspace(20.0, 80.0, count),
        np.exp(np.linspace(-10.0, -7.0, count)),
        np.full(count, 0.01),
        np.array(used),
        ["ok" if each else "low_quality" for each in used],
        [None if each else "drifted" for each in used],
    )


def line(count: int, status: str = "ok", reason: str | None = None) -> Line:
    """Return a line through so many temperatures."""
    error = 0.01 if count > 2 else None
    high = 0.42 if count > 2 else None
    off = 0.35 if count > 2 else None
    return Line("total", 1, None, 0.4, error, high, 5.0, off, 35.0, count, status, reason)


def test_a_sweep_that_is_left_out_of_its_line_is_hollow() -> None:
    drawing = arrhenius([line(4)], sweeps([True, True, False, True, True]), "sT")
    assert marks(drawing, "s0", hollow=False) == 4
    assert marks(drawing, "s0", hollow=True) == 1
    assert "1 left out" in drawing.caption
    assert any("hollow" in key.text for key in drawing.keys)


@pytest.mark.parametrize(("count", "bands"), [(2, 0), (3, 1)])
def test_a_line_has_a_band_from_three_temperatures_on(count: int, bands: int) -> None:
    drawing = arrhenius([line(count)], sweeps([True] * count), "s")
    assert drawing.figure.svg().count("s0 band") == bands
    assert ("no error" in drawing.keys[0].text) is (count == 2)


def test_a_band_is_the_confidence_of_a_straight_line() -> None:
    """SciPy's covariance of a line through scattered points is the oracle."""
    rng = np.random.default_rng(5)
    x = np.linspace(33.0, 40.0, 6)
    y = 5.0 - 0.4 * x + rng.normal(0, 0.02, 6)
    (slope, height), covariance = np.polyfit(x, y, 1, cov=True)
    error, student = covariance[0, 0] ** 0.5, 2.776445105
    found = Line(
        "total",
        1,
        None,
        -slope,
        error,
        -slope + student * error,
        height,
        covariance[1, 1] ** 0.5,
        float(x.mean()),
        6,
        "ok",
        None,
    )
    at = np.linspace(30.0, 45.0, 7)
    design = np.stack([at, np.ones(7)])
    expected = student * np.sqrt(np.einsum("ij,ik,kj->j", design, covariance, design))
    reach = found.reach(at)
    assert reach is not None
    assert np.allclose(reach, expected, rtol=1e-6)
    assert np.allclose(found.through(at), slope * at + height)


def test_a_line_of_low_quality_is_dashed_and_says_why() -> None:
    drawing = arrhenius([line(4, "low_quality", "curved: t = 9")], sweeps([True] * 4), "s")
    assert 'class="s0 line"' in drawing.figure.svg()
    assert 'stroke-dasharray="6 3"' in drawing.figure.svg()
    assert drawing.keys[0].text.startswith("total: ○ 0.400 ± 0.010 eV (curved")


def test_temperatures_stand_above_where_their_inverse_is() -> None:
    drawing = arrhenius([line(4)], sweeps([True] * 4), "s")
    (panel,) = drawing.figure.panels
    assert panel.above is not None
    places, labels = panel.above.ticks(5)
    celsius = [float(each) for each in labels]
    assert np.allclose(places, 1000 / (np.array(celsius) + 273.15))
    assert len(celsius) >= 3


@pytest.mark.parametrize(("greatest", "log"), [(2_000.0, False), (31_000.0, True)])
def test_resistances_are_logarithmic_above_a_factor_of_30(greatest: float, log: bool) -> None:
    ohm = np.array([1_000.0, greatest])
    per = Resistances(
        [1, 1],
        np.array([0.0, 100.0]),
        np.array([30.0, 30.0]),
        ohm,
        ohm / 100,
        "Ω",
        ["interface"] * 2,
        ["ok", "low_quality"],
        [None, "noisy"],
        ["1", "2"],
        [1, 1],
        ["R1"] * 2,
    )
    drawing = resistance(per)
    (panel,) = drawing.figure.panels
    assert panel.y.log is log
    assert marks(drawing, "s0", hollow=True) == marks(drawing, "s0", hollow=False) == 1
    assert "1 low quality" in drawing.caption
