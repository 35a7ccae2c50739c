"""What a scanning electron microscope would see of the study, and what is measured in it.

Grains of a pellet are the cells of points thrown at random, a section is Prussian blue on LATP, a
cycled surface has cracks and pores or hardly any. What is measured is told by the picture that was
drawn, in pixels: ImageJ would have to find it first. Images are small.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from demo.measurement import Counts, Numbers

Grays = NDArray[np.uint8]
Table = Mapping[str, NDArray[Any]]
"""A table of results, by the columns of ImageJ."""

GRAIN_PIXEL_UM: Final = 0.12
SECTION_PIXEL_UM: Final = 0.0125
SURFACE_PIXEL_UM: Final = 0.05
_GRAIN_FRAME: Final = (442, 512)
_SECTION_FRAME: Final = (160, 256)
_SURFACE_FRAME: Final = (240, 320)
_GRAINS: Final = 400
"""Points over the frame: 8.1 µm² a grain, 3.1 µm across."""
_AT_ONCE: Final = 34
"""Rows whose nearest points are sought together."""
_DARK, _BRIGHT, _NOISE = 45.0, 190.0, 6.0


@dataclass(frozen=True, slots=True)
class Micrograph:
    """An image, the side of its pixels in µm, and what is measured in it by kind."""

    grays: Grays
    pixel_um: float
    tables: Mapping[str, Table] = field(default_factory=dict)


def grains(noise: np.random.Generator) -> Micrograph:
    """Return the surface of a pellet, its grains and lines across them."""
    rows, columns = _GRAIN_FRAME
    seeds = noise.random((_GRAINS, 2)) * _GRAIN_FRAME
    label = np.vstack(
        [
            _nearest(seeds, np.arange(first, min(first + _AT_ONCE, rows)), columns)
            for first in range(0, rows, _AT_ONCE)
        ]
    )
    edge = np.zeros(_GRAIN_FRAME, bool)
    edge[:-1] |= label[:-1] != label[1:]
    edge[:, :-1] |= label[:, :-1] != label[:, 1:]
    shade = noise.uniform(0.6, 1.0, _GRAINS)[label] * _BRIGHT
    shade[edge] = _DARK
    tables = {"grain": _outlined(label), "test_line": _crossed(label)}
    return Micrograph(_grained(shade, noise), GRAIN_PIXEL_UM, tables)


def section(thickness_um: float, noise: np.random.Generator) -> Micrograph:
    """Return a layer of Prussian blue on LATP in cross-section, and its thickness by column."""
    rows, columns = _SECTION_FRAME
    thickness = thickness_um / SECTION_PIXEL_UM + _wandering(columns, 2.5, noise)
    below = 0.8 * rows + _wandering(columns, 1.0, noise)
    row = np.arange(rows)[:, None]
    shade = np.where(row > below, _BRIGHT, 110.0)
    shade[row < below - thickness] = _DARK
    table = {
        "X": np.arange(columns),
        "Length": np.round(thickness, 2),
        "Angle": np.full(columns, 90.0),
    }
    return Micrograph(_grained(shade, noise), SECTION_PIXEL_UM, {"layer": table})


def surface(cracks: int, pores: int, noise: np.random.Generator) -> Micrograph:
    """Return a surface with so many cracks and pores, each measured."""
    rows, columns = _SURFACE_FRAME
    shade = np.full(_SURFACE_FRAME, 0.8 * _BRIGHT)
    row, column = np.mgrid[:rows, :columns]
    found: dict[str, list[tuple[NDArray[np.bool_], float]]] = {"crack": [], "pore": []}
    for _ in range(cracks):
        y, x = noise.uniform(0.15, 0.85, 2) * _SURFACE_FRAME
        angle, length, width = noise.uniform(0, np.pi), noise.uniform(40, 110), 2.5
        along = (column - x) * np.cos(angle) + (row - y) * np.sin(angle)
        across = (row - y) * np.cos(angle) - (column - x) * np.sin(angle)
        across = across + 2.0 * np.sin(along / 7.0)
        found["crack"].append(((np.abs(along) < length / 2) & (np.abs(across) < width / 2), length))
    for _ in range(pores):
        y, x = noise.uniform(0.05, 0.95, 2) * _SURFACE_FRAME
        radius = noise.uniform(2.5, 6.0)
        found["pore"].append((np.hypot(row - y, column - x) < radius, 2 * radius))
    for each in found.values():
        for inside, _ in each:
            shade[inside] = _DARK
    tables = {
        kind: _boxed([inside for inside, _ in each])
        | ({"Length": np.round([length for _, length in each], 1)} if kind == "crack" else {})
        for kind, each in found.items()
    }
    return Micrograph(_grained(shade, noise), SURFACE_PIXEL_UM, tables)


def _nearest(seeds: Numbers, rows: NDArray[Any], columns: int) -> Counts:
    """Return which seed lies nearest to each pixel of some rows."""
    across = (np.arange(columns)[:, None] - seeds[:, 1]) ** 2
    down = (rows[:, None] - seeds[:, 0]) ** 2
    return np.asarray(np.argmin(down[:, None, :] + across, axis=2), dtype=np.int64)


def _outlined(label: Counts) -> Table:
    """Return area and box of each grain that is in the frame."""
    return _boxed([label == each for each in np.unique(label)])


def _boxed(objects: list[NDArray[np.bool_]]) -> dict[str, NDArray[Any]]:
    told = []
    for inside in objects:
        rows, columns = np.nonzero(inside.any(axis=1))[0], np.nonzero(inside.any(axis=0))[0]
        width, height = columns[-1] - columns[0] + 1, rows[-1] - rows[0] + 1
        told.append((inside.sum(), columns[0], rows[0], width, height))
    names = ("Area", "BX", "BY", "Width", "Height")
    return dict(zip(names, np.array(told).T, strict=True))


def _crossed(label: Counts) -> Table:
    """Return lines in four directions, five each, and the boundaries they cross."""
    rows, columns = label.shape
    told = []
    for place in np.linspace(0.1, 0.9, 5):
        across, down = label[int(place * rows)], label[:, int(place * columns)]
        shift = round((place - 0.5) * 0.5 * columns)
        falling, rising = label.diagonal(shift), label[::-1].diagonal(shift)
        for line, angle, step in (
            *((across, 0.0, 1.0), (down, 90.0, 1.0)),
            *((falling, -45.0, np.sqrt(2.0)), (rising, 45.0, np.sqrt(2.0))),
        ):
            crossings = np.count_nonzero(np.diff(line))
            told.append((np.round(step * (len(line) - 1), 2), angle, crossings))
    return dict(zip(("Length", "Angle", "Crossings"), np.array(told).T, strict=True))


def _wandering(count: int, deviation: float, noise: np.random.Generator) -> Numbers:
    """Return how far an edge is from its mean: neighbors within 20 pixels go together."""
    kernel = np.exp(-0.5 * (np.arange(-40, 41) / 10.0) ** 2)
    rough = np.convolve(noise.normal(size=count + 80), kernel, mode="valid")
    return np.asarray(rough * deviation / np.sqrt(np.sum(kernel**2)))


def _grained(shade: Numbers, noise: np.random.Generator) -> Grays:
    grained = shade + noise.normal(0.0, _NOISE, shade.shape)
    return np.asarray(np.clip(grained, 0, 255), dtype=np.uint8)
