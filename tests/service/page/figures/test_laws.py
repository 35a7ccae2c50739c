"""The plots of impedance: whatever values there are, the picture is well formed."""

import xml.etree.ElementTree as ET
from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from service.page.drawing import Drawing
from service.page.figures.arrhenius import Sweeps, arrhenius
from service.page.figures.arrhenius_line import Line, lines_table
from service.page.figures.bode import Bode, bode
from service.page.figures.diffusion import LOOKS, Diffusions, diffusion
from service.page.figures.nyquist import Trace, nyquist
from service.page.figures.relaxation import Peak, Relaxations, relaxation
from service.page.figures.residual import Residuals, residual
from service.page.figures.resistance import Resistances, resistance
from tests.law import law

LAW = law(40)
Floats = NDArray[np.float64]
ANY = st.floats(-1e300, 1e300) | st.sampled_from((np.nan, inf, -inf, 0.0, 1e-300))
POSITIVE = st.floats(1e-12, 1e12)
THINGS = st.sampled_from(("bulk", "interface"))
STATUSES = st.sampled_from(("ok", "low_quality", "not_computable"))


def drawn(drawing: Drawing) -> ET.Element:
    """Return a drawing as XML, after asserting that it is well formed, its files too."""
    svg = drawing.figure.svg(alone=True)
    root = ET.fromstring(svg)  # noqa: S314 # our own
    numbers = [each for path in root.iter() for each in (path.get("d"), path.get("x")) if each]
    assert not any("nan" in each or "inf" in each for each in numbers)
    assert "style=" not in svg
    drawing.figure.readings()
    assert len(drawing.table.csv().splitlines()) == len(drawing.table) + 1
    drawing.table.rows()
    return root


@st.composite
def columns(draw: st.DrawFn, count: int, most: int = 30) -> list[Floats]:
    """Draw columns of one length of any numbers."""
    size = draw(st.integers(1, most))
    return [np.array(draw(st.lists(ANY, min_size=size, max_size=size))) for _ in range(count)]


@LAW
@given(columns(3), st.none() | ANY, st.booleans(), st.integers(1, 7))
def test_any_sweeps_have_a_nyquist_plot_of_one_scale(
    values: list[Floats], whole: float | None, everything: bool, count: int
) -> None:
    frequency, real, imaginary = values
    trace = Trace("a <sweep>", np.abs(frequency), real, imaginary, whole=whole)
    fitted = Trace(
        "b", np.abs(frequency), real, imaginary, "r1", "r1", real, imaginary, "R0", whole
    )
    framed = nyquist([trace, *[fitted] * (count - 1)], whole=everything)
    drawn(framed.drawing)
    (panel,) = framed.drawing.figure.panels
    across = panel.width / (panel.x.high - panel.x.low)
    assert abs(across / (panel.height / (panel.y.high - panel.y.low)) - 1) < 1e-6
    assert panel.x.low <= 0 <= panel.x.high
    assert 0 <= framed.beyond <= len(real) * count


@LAW
@given(columns(3), POSITIVE)
def test_any_sweep_has_a_bode_plot(values: list[Floats], factor: float) -> None:
    frequency, magnitude, phase = values
    per = Bode(frequency, magnitude, phase, frequency, magnitude, phase, "R0", (1.0, 1e3))
    drawn(bode(per, factor=factor))


@LAW
@given(columns(3), st.none() | POSITIVE)
def test_any_residuals_are_drawn(values: list[Floats], noise: float | None) -> None:
    frequency, real, imaginary = values
    both = [Residuals(what, frequency, real, imaginary, noise) for what in ("this", "that")]
    drawn(residual(both, invalid=(1.0, 10.0)))


@LAW
@given(
    st.lists(st.tuples(POSITIVE, ANY), min_size=1, max_size=30),
    st.lists(st.tuples(POSITIVE, ANY), max_size=4),
    POSITIVE,
    st.floats(1.0, 1e12),
)
def test_any_distribution_is_drawn(
    density: list[tuple[float, float]],
    tops: list[tuple[float, float]],
    lowest: float,
    factor: float,
) -> None:
    second, ohm = (np.array(each) for each in zip(*sorted(density), strict=True))
    peaks = [Peak(each, height, None) for each, height in tops]
    per = Relaxations(
        second, ohm, peaks, lowest, lowest * factor, 1e-3, "ridge", None, "low_quality", "<why>"
    )
    drawn(relaxation(per))


@pytest.mark.slow
@LAW
@given(
    columns(3),
    st.lists(
        st.tuples(st.sampled_from(("bulk", "interface")), STATUSES, st.booleans()), min_size=30
    ),
    st.lists(st.none() | st.floats(-1e3, 1e3), min_size=6, max_size=6),
    st.sampled_from(("sT", "s")),
    st.integers(0, 9),
)
def test_any_lines_are_drawn(
    values: list[Floats],
    kinds: list[tuple[str, str, bool]],
    numbers: list[float | None],
    convention: str,
    count: int,
) -> None:
    size = len(values[0])
    things, statuses, used = zip(*kinds[:size], strict=True)
    energy, error, high, height, off, center = numbers
    lines = [
        Line(thing, place, 1.0, energy, error, high, height, off, center, count, "ok", None)
        for place in (1, 2)
        for thing in ("bulk", "interface")
    ]
    per = Sweeps(
        test=["1"] * size,
        count=[1] * size,
        thing=things,
        place=[1] * size,
        celsius=values[0],
        conductivity=values[1],
        relative_error=values[2],
        used=np.array(used),
        status=statuses,
        reason=[None] * size,
    )
    drawn(arrhenius(lines, per, convention))
    table = lines_table(lines, convention)
    assert len(table.rows()) == len(lines)


@LAW
@given(
    columns(4),
    st.lists(st.tuples(st.integers(1, 9), STATUSES), min_size=30, max_size=30),
)
def test_any_resistances_are_drawn(values: list[Floats], kinds: list[tuple[int, str]]) -> None:
    size = len(values[0])
    tracks, statuses = zip(*kinds[:size], strict=True)
    hour, celsius, ohm, error = values
    per = Resistances(
        track=tracks,
        hour=hour,
        celsius=celsius,
        resistance=ohm,
        error=error,
        unit="Ω",
        assignment=["interface"] * size,
        status=statuses,
        reason=[None] * size,
        test=["1"] * size,
        count=[1] * size,
        element=["R1"] * size,
    )
    drawn(resistance(per))


@LAW
@given(columns(4), st.data())
def test_any_diffusion_coefficients_are_drawn_over_their_voltage(
    values: list[Floats], data: st.DataObject
) -> None:
    size = len(values[0])
    ways = st.sampled_from([name for name, _, _ in LOOKS])

    def listed(one: st.SearchStrategy[str]) -> list[str]:
        return data.draw(st.lists(one, min_size=size, max_size=size))

    statuses = listed(STATUSES)
    reasons = [None if status == "ok" else "a <rest> & more" for status in statuses]
    numbers = list(range(size))
    volt, size_of, error, reduced = values
    per = Diffusions(
        listed(ways), volt, size_of, error, reduced, statuses, reasons, numbers, numbers
    )
    drawing = diffusion(per, "1 µm deep")
    drawn(drawing)
    (panel,) = drawing.figure.panels
    assert panel.y.log
