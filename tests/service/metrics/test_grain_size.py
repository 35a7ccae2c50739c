"""Grain size: laws, and grains that are made by chance and known."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import find_objects
from scipy.spatial import cKDTree

from tests.law import law

Ask = Callable[..., list[dict[str, Any]]]
FRAMES, SIDE, PIXELS = 12, 8.0, 320
INTERCEPT = 2 / 2.9105
"""Of Poisson-Voronoi grains, one a volume: 2 over their boundary for a volume (Meijering, 1953)."""


def seeds(generator: np.random.Generator) -> cKDTree:
    """Return the seeds of Poisson-Voronoi grains around a plane."""
    low, high = np.array([-3.0, -3.0, -3.0]), np.array([SIDE + 3, SIDE + 3, 3.0])
    count = generator.poisson(np.prod(high - low))
    return cKDTree(generator.uniform(low, high, (count, 3)))


def grain_at(tree: cKDTree, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return which grain places of the plane belong to."""
    return np.asarray(tree.query(np.stack([x, y, np.zeros_like(x)], axis=-1))[1])


def section(tree: cKDTree) -> np.ndarray:
    """Return which grain each pixel of the frame belongs to."""
    at = (np.arange(PIXELS) + 0.5) * SIDE / PIXELS
    return grain_at(tree, *np.meshgrid(at, at))


def grains(frame: int, section: np.ndarray) -> list[dict[str, Any]]:
    """Return the grains of a section as they are measured."""
    pixel = SIDE / PIXELS
    labels = np.unique(section, return_inverse=True)[1].reshape(section.shape)
    areas = np.bincount(labels.ravel()) * pixel**2
    return [
        {
            "kind": "grain",
            "image_id": frame,
            "image_object_id": label,
            "area_um2": float(areas[label]),
            "box_width_um": (columns.stop - columns.start) * pixel,
            "box_height_um": (rows.stop - rows.start) * pixel,
            "touches_frame": min(rows.start, columns.start) == 0
            or max(rows.stop, columns.stop) == PIXELS,
        }
        for label, (rows, columns) in enumerate(find_objects(labels + 1))
    ]


def lines(tree: cKDTree) -> list[dict[str, Any]]:
    """Return lines of 5 in three directions, and how many boundaries each crosses."""
    along, found = np.linspace(-2.5, 2.5, 4000), []
    for degree in (0.0, 60.0, 120.0):
        x, y = np.cos(np.radians(degree)), np.sin(np.radians(degree))
        for aside in (-2.0, -1.0, 0.0, 1.0, 2.0):
            met = grain_at(tree, SIDE / 2 + along * x - aside * y, SIDE / 2 + along * y + aside * x)
            found.append(
                {
                    "kind": "test_line",
                    "image_id": 1,
                    "length_um": 5.0,
                    "crossing_count": float(np.count_nonzero(np.diff(met))),
                    "direction_degree": degree,
                }
            )
    return found


@pytest.fixture(scope="module")
def samples() -> list[cKDTree]:
    generator = np.random.default_rng(7)
    return [seeds(generator) for _ in range(FRAMES)]


def asked(ask: Ask, objects: list[dict[str, Any]], **arguments: object) -> list[dict[str, Any]]:
    fixed = {
        "test_id": 1,
        "region": "",
        "status": "ok",
        "frame_width_um": SIDE,
        "frame_height_um": SIDE,
    }
    return ask("grain_size", {"measured_object": [fixed | each for each in objects]}, **arguments)


def test_the_mean_intercept_of_grains_made_by_chance_is_known(
    ask: Ask, samples: list[cKDTree]
) -> None:
    measured = (line for tree in samples for line in lines(tree))
    objects = [{**each, "image_object_id": place} for place, each in enumerate(measured)]
    rows = {each["way"]: each for each in asked(ask, objects, factor=1.77)}
    found = rows["intercept"]
    assert abs(found["size_um"] - INTERCEPT) < 3 * found["error_um"]
    assert found["half_width_um"] < 0.05 * INTERCEPT
    # of the grains in space the mean diameter is 1.217
    assert rows["intercept_diameter"]["size_um"] == pytest.approx(1.217, rel=0.04)
    assert (found["direction_count"], found["status"]) == (3, "ok")


@pytest.mark.slow
def test_weighting_by_the_frame_gives_back_the_grains_it_cuts(
    ask: Ask, samples: list[cKDTree]
) -> None:
    objects = [each for frame, tree in enumerate(samples) for each in grains(frame, section(tree))]
    blind = [{**each, "box_width_um": None} for each in objects]
    weighted, unweighted = (
        np.mean([row["size_um"] for row in asked(ask, each) if row["weighting"] == "number"])
        for each in (objects, blind)
    )
    assert weighted / INTERCEPT == pytest.approx(1.27, abs=0.04)
    assert 0.88 < unweighted / weighted < 0.96


@law(20)
@given(st.floats(0.1, 10.0), st.lists(st.floats(0.1, 50.0), min_size=2, max_size=30))
def test_grains_twice_as_large_are_twice_as_large_in_every_number(
    ask: Ask, scale: float, diameters: list[float]
) -> None:
    def found(factor: float) -> dict[str, Any]:
        objects = [
            {
                "kind": "grain",
                "image_id": 1,
                "image_object_id": place,
                "area_um2": np.pi / 4 * (factor * each) ** 2,
                "touches_frame": False,
            }
            for place, each in enumerate(diameters)
        ]
        return next(row for row in asked(ask, objects) if row["weighting"] == "number")

    one, other = found(1.0), found(scale)
    assert one["size_um"] == pytest.approx(np.mean(diameters), rel=1e-9)
    assert one["sd_um"] == pytest.approx(np.std(diameters, ddof=1), rel=1e-6, abs=1e-6)
    for name in ("size_um", "error_um", "median_um", "lower_decile_um", "upper_decile_um"):
        assert other[name] == pytest.approx(scale * one[name], rel=1e-6, abs=1e-6)


@law(20)
@given(st.floats(0.1, 100.0))
def test_an_intercept_half_as_long_is_two_numbers_of_astm_more(ask: Ask, length: float) -> None:
    def number(factor: float) -> float:
        line = {
            "kind": "test_line",
            "image_id": 1,
            "image_object_id": 1,
            "length_um": length * factor,
            "crossing_count": 10.0,
            "direction_degree": 0.0,
        }
        rows = asked(ask, [line])
        return next(float(row["grain_size_number"]) for row in rows if row["way"] == "intercept")

    assert number(0.5) - number(1.0) == pytest.approx(2.0, abs=1e-6)
