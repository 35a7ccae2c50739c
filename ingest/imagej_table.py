"""What ImageJ measured in an image: its table of results, as objects of the catalog.

A first column without a name numbers the rows. The unit of the numbers stands nowhere in the table,
so whoever hands it over says it.
"""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from schema.catalog import Image
from schema.error import EmptyExport, InvalidArgument, UnreadableExport

Numbers = npt.NDArray[np.float64]

_READER: Final = "ImageJ results"
_UNITS: Final = ("um", "pixel")
_BOX: Final = ("BX", "BY", "Width", "Height")
_READ: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "grain": (("Area",), _BOX),
    "pore": (("Area",), _BOX),
    "crack": ((), ("Area", "Length", "Angle", *_BOX)),
    "test_line": (("Length", "Angle", "Crossings"), ()),
    "layer": (("X", "Length"), ("Angle",)),
}
"""Columns that a kind must have, and those it may."""
_SQUARE: Final = 1e-3
"""Relative difference of its sides up to which a pixel is square."""
_HALF_PIXEL: Final = 0.5


def objects_in(path: Path, kind: str, unit: str, image: Image) -> list[dict[str, Any]]:
    """Return the objects of a table as columns of the catalog, in µm.

    Args:
        path: of the table; tabs or commas part its fields.
        kind: grain, test_line, layer, crack or pore.
        unit: of its lengths, um or pixel; areas are in its square.
        image: in which they were measured.

    Raises:
        UnreadableExport: when a column or a number is missing.
        EmptyExport: when it has no row.
        InvalidArgument: when there is no such kind or unit, or pixels cannot be turned into µm.
    """
    if kind not in _READ:
        raise InvalidArgument("kind", kind, " or ".join(_READ))
    if unit not in _UNITS:
        raise InvalidArgument("unit", unit, " or ".join(_UNITS))
    columns = _columns(path, *_READ[kind])
    across, down = _scale(unit, image)
    found: dict[str, list[Any]] = {}
    if "Area" in columns:
        found["area_um2"] = (columns["Area"] * across * down).tolist()
    if kind == "layer":
        found["position_um"] = (columns["X"] * across).tolist()
    if "Length" in columns:
        length, direction = _line(columns, across, down)
        found["length_um"] = length.tolist()
        if kind == "test_line":
            found["direction_degree"] = direction.tolist()
    if "Crossings" in columns:
        found["crossing_count"] = columns["Crossings"].tolist()
    if "Width" in columns and "Height" in columns:
        found["box_width_um"] = (columns["Width"] * across).tolist()
        found["box_height_um"] = (columns["Height"] * down).tolist()
    if all(name in columns for name in _BOX) and (frame := _frame(unit, image)):
        found["touches_frame"] = _touching(columns, *frame).tolist()
    return [dict(zip(found, values, strict=True)) for values in zip(*found.values(), strict=True)]


def _columns(path: Path, needed: tuple[str, ...], welcome: tuple[str, ...]) -> dict[str, Numbers]:
    """Return the columns of a table that are needed or welcome, by name."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            head = lines.readline()
            lines.seek(0)
            rows = list(csv.reader(lines, delimiter="\t" if "\t" in head else ","))
    except (UnicodeDecodeError, csv.Error) as fault:
        raise UnreadableExport(path, _READER, "text", str(fault)) from fault
    names = [name.strip() for name in rows[0]] if rows else []
    if lacking := [name for name in needed if name not in names]:
        reason = f"it has no column {', '.join(lacking)}; it has {', '.join(filter(None, names))}"
        raise UnreadableExport(path, _READER, "line 1", reason)
    if not (wanted := [name for name in (*needed, *welcome) if name in names]):
        reason = f"it has none of the columns {', '.join(welcome)}"
        raise UnreadableExport(path, _READER, "line 1", reason)
    records = [(line, row) for line, row in enumerate(rows[1:], start=2) if any(row)]
    if not records:
        raise EmptyExport(path, _READER, "it has no row")
    return {
        name: np.array([_number(path, line, row, name, names.index(name)) for line, row in records])
        for name in wanted
    }


def _number(path: Path, line: int, row: list[str], name: str, place: int) -> float:
    text = row[place] if place < len(row) else ""
    try:
        number = float(text)
    except ValueError:
        number = np.nan
    if not np.isfinite(number):
        raise UnreadableExport(path, _READER, f"line {line}", f"{name} is {text!r}, no number")
    return number


def _scale(unit: str, image: Image) -> tuple[float, float]:
    """Return what turns a length along the rows and one along the columns into µm."""
    if unit == "um":
        return 1.0, 1.0
    if not image.pixel_width_um or not image.pixel_height_um:
        why = image.scale_reason or "nothing tells it"
        raise InvalidArgument(
            "unit", unit, f"um, for the image tells no size of a pixel ({why}): measure it in µm"
        )
    return image.pixel_width_um, image.pixel_height_um


def _line(columns: Mapping[str, Numbers], across: float, down: float) -> tuple[Numbers, Numbers]:
    """Return lengths in µm and directions of lines, by their angles where pixels are no squares."""
    length = columns["Length"]
    if "Angle" in columns:
        angle = np.radians(columns["Angle"])
        x, y = across * np.cos(angle), down * np.sin(angle)
        return length * np.hypot(x, y), np.degrees(np.arctan2(y, x))
    if abs(across / down - 1.0) > _SQUARE:
        raise InvalidArgument(
            "unit",
            "pixel",
            f"um, for a pixel is {across:g} by {down:g} µm and the table has no column Angle",
        )
    return length * np.sqrt(across * down), np.full(length.size, np.nan)


def _frame(unit: str, image: Image) -> tuple[float, float, float, float] | None:
    """Return the size of the frame, then that of a pixel, in a unit; None for an unknown one."""
    if unit == "pixel":
        return image.width_pixel, image.height_pixel, 1.0, 1.0
    if not image.pixel_width_um or not image.pixel_height_um:
        return None
    wide, high = image.pixel_width_um, image.pixel_height_um
    return image.width_pixel * wide, image.height_pixel * high, wide, high


def _touching(
    columns: Mapping[str, Numbers], width: float, height: float, wide: float, high: float
) -> npt.NDArray[np.bool_]:
    """Return which boxes reach the frame, to half a pixel."""
    left, top = columns["BX"], columns["BY"]
    right, bottom = left + columns["Width"], top + columns["Height"]
    beside = (left < _HALF_PIXEL * wide) | (right > width - _HALF_PIXEL * wide)
    found: npt.NDArray[np.bool_] = (
        beside | (top < _HALF_PIXEL * high) | (bottom > height - _HALF_PIXEL * high)
    )
    return found
