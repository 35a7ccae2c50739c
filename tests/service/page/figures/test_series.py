"""The picture of a window is well-formed, whatever was measured."""

from xml.etree.ElementTree import fromstring  # our own SVG

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from service.page.figures.series import series
from service.page.panel_choice import PanelQuantity
from service.page.window import Curve, Window
from tests.law import law

_FLOATS = st.floats(allow_nan=True, allow_infinity=True)
_HOSTILE = PanelQuantity("x", "x", "</svg><script>", "<V>")


@law(40)
@given(
    st.lists(st.tuples(st.floats(0, 1e6), _FLOATS, _FLOATS), max_size=30),
    st.booleans(),
    st.lists(st.none() | st.tuples(st.floats(0, 1e6), st.floats(0, 1e6)), max_size=3),
)
def test_any_window_is_a_well_formed_picture(
    rows: list[tuple[float, float, float]],
    every: bool,
    spots: list[tuple[float, float] | None],
) -> None:
    hour, low, high = np.array(sorted(rows), float).reshape(-1, 3).T
    known = np.concatenate([low, high])[np.isfinite(np.concatenate([low, high]))]
    scale = (float(known.min()), float(known.max())) if known.size else (np.nan, np.nan)
    curve = Curve(_HOSTILE, low, high, scale, 1.0, "<V>", 0)
    seen = Window(0.0, 1e6, 600, len(rows), every, hour, [curve, curve], 0)
    drawing = series(seen, spots)
    root = fromstring(drawing.figure.svg(alone=True))  # noqa: S314 # our own SVG
    assert root.tag.endswith("svg")
    assert not list(root.iter("{http://www.w3.org/2000/svg}script"))
    assert len(drawing.table) == len(rows)
