"""Cells over each other, groups with bands and survival: what is drawn is what is known."""

import re
import xml.etree.ElementTree as ET
from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.page.figure.edge import GAP_PIXEL, spread_out
from service.page.figures.band import Group, band
from service.page.figures.overlay import MOST_POINTS, Compared, Curve, overlay
from service.page.figures.survival import Lives, survival
from tests.law import law
from tests.service.page.path_data import stretches

NUMBERS = st.lists(
    st.floats(-1e300, 1e300) | st.sampled_from((np.nan, inf, -inf, 0.0)), min_size=1, max_size=12
)
STATUS = st.sampled_from(("ok", "low_quality", "not_comparable", "not_computable", None))
WIDTH = st.sampled_from(("narrow", "half", "wide"))
COMPARED = Compared("capacity", "Discharge capacity", "A·h", "Cycle")


def curve(values: list[float], name: str = "<a & b>", status: str | None = "ok") -> Curve:
    """Return a line of cycles from 1 on."""
    numbers = np.array(values, float)
    along = np.arange(1.0, len(values) + 1)
    return Curve(name, along, numbers, numbers * 0.1, [status] * len(values), [None] * len(values))


def group(values: list[float], cells: int, name: str = "<g>") -> Group:
    """Return a group whose every cell is alive and counts."""
    numbers, count = np.array(values, float), np.full(len(values), float(cells))
    none: list[str | None] = [None] * len(values)
    along = np.arange(1.0, len(values) + 1)
    return Group(
        name,
        along,
        numbers,
        numbers - 1,
        numbers + 1,
        count,
        count,
        cells,
        none,
        ["ok"] * len(values),
        none,
    )


def well_formed(svg: str) -> None:
    """Hold a picture to be one."""
    ET.fromstring(svg)  # noqa: S314 # our own
    assert not re.search(r'[ ",](nan|inf)', svg)


@law(40)
@given(st.lists(NUMBERS, max_size=60), STATUS, WIDTH)
def test_any_cells_give_a_picture(cells: list[list[float]], status: str | None, width: str) -> None:
    drawn = overlay([curve(each, status=status) for each in cells], COMPARED, width=width)
    well_formed(drawn.figure.svg(alone=True))
    assert len(drawn.table) == sum(map(len, cells))


@law(40)
@given(st.lists(st.tuples(NUMBERS, st.integers(1, 20)), max_size=12), WIDTH)
def test_any_groups_give_a_picture(groups: list[tuple[list[float], int]], width: str) -> None:
    drawn = band([group(values, cells) for values, cells in groups], COMPARED, width=width)
    well_formed(drawn.figure.svg(alone=True))


@law(40)
@given(st.lists(st.lists(st.floats(0, 1e6), min_size=1, max_size=9), max_size=12), WIDTH)
def test_any_lives_give_a_picture(groups: list[list[float]], width: str) -> None:
    lives = []
    for hours in groups:
        hour = np.unique(hours)
        share = np.linspace(1, 0, len(hour) + 1)[1:]
        one = np.ones(len(hour))
        nan = np.full(len(hour), np.nan)
        risk = np.arange(len(hour), 0.0, -1)
        lives.append(
            Lives("<l>", hour, share, nan, nan, risk, one, one * 0, len(hour), np.nan, "ok", "")
        )
    well_formed(survival(lives, [], width=width).figure.svg(alone=True))


@pytest.mark.parametrize(("cells", "bands"), [(1, 0), (2, 0), (3, 1)])
def test_fewer_than_three_cells_have_no_band(cells: int, bands: int) -> None:
    drawn = band([group([5.0, 4.0, 3.0], cells)], COMPARED)
    assert drawn.figure.svg().count(' band"') == bands
    assert ("Too few" in drawn.caption) == (not bands)


def test_a_line_ends_when_half_of_its_group_is_gone() -> None:
    whole = group([5.0, 4.0, 3.0, 2.0], 4)
    dying = Group(
        **{
            **{name: getattr(whole, name) for name in Group.__slots__},
            "alive": np.array([4.0, 3.0, 2.0, 1.0]),
        }
    )
    svg = band([dying], COMPARED).figure.panels[0]
    line = next(each for each in svg.parts if ' line"' in each)
    (places,) = stretches(re.findall(r' d="([^"]*)"', line)[0])
    assert len(places) == 3


def test_points_beyond_what_is_seen_are_thinned_and_it_is_said() -> None:
    many = [curve(np.sin(np.arange(2000) / 9).tolist(), f"c{each}") for each in range(20)]
    drawn = overlay(many, COMPARED)
    assert MOST_POINTS < 20 * 2000
    assert "40000 points are thinned" in drawn.caption
    assert len(drawn.table) == 40_000
    whole = overlay(many[:10], COMPARED)
    assert "thinned" not in whole.caption


def test_what_is_not_comparable_is_counted_and_breaks_its_line() -> None:
    good = curve([1.0, 2.0, 3.0, 4.0, 5.0])
    bad = Curve(
        "b",
        good.along,
        good.value,
        good.error,
        ["ok", "ok", "not_comparable", "ok", "low_quality"],
        [None] * 5,
    )
    drawn = overlay([bad], COMPARED)
    assert "1 not comparable" in drawn.caption
    line = next(each for each in drawn.figure.panels[0].parts if ' line"' in each)
    assert len(re.findall(r"M\d", line)) == 2
    assert "hollow" in drawn.figure.svg()


@given(st.lists(st.floats(-100, 500), max_size=30))
def test_names_are_apart_and_within(places: list[float]) -> None:
    apart = spread_out(np.sort(np.array(places, float)), 0, 400)
    assert ((apart >= -1e-9) & (apart <= 400 + 1e-9)).all()
    if len(places) > 1:
        least = min(GAP_PIXEL, 400 / (len(places) - 1))
        assert (np.diff(apart) >= least - 1e-9).all()
