"""The arrays of a PalmSens session, and which of them are one test.

Each spectrum of a measurement, and each scan of a voltammogram, is one; the curves beside them
repeat its arrays for plotting, and are read where there is nothing else.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ingest.parse.json_node import Node

_SCAN: Final = re.compile(r"scan\d+(?:channel\d+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Array:
    """One array of a data set."""

    kind: int
    label: str
    unit: str
    """Class of its unit: MicroAmpere, ZIm."""
    symbol: str
    negated: bool
    scan: str | None
    values: NDArray[np.float64]
    status: NDArray[np.float64] | None


def data_sets(measurement: Node) -> list[tuple[str | None, list[Array]]]:
    """Return the arrays of each spectrum, else of each scan, else of the measurement."""
    spectra = measurement.nodes("EISDataList")
    sets = [(one.get("Title", str), _arrays(one.node("DataSet"))) for one in spectra]
    if filled := [(title, arrays) for title, arrays in sets if arrays]:
        return filled
    arrays = _arrays(measurement.node("DataSet"))
    if not arrays:
        return _curves(measurement)
    scans = list(dict.fromkeys(array.scan for array in arrays if array.scan))
    if len(scans) < 2:
        return [(scans[0] if scans else None, arrays)]
    return [(scan, _of_scan(arrays, place, scans)) for place, scan in enumerate(scans)]


def _curves(measurement: Node) -> list[tuple[str | None, list[Array]]]:
    """Return what the curves draw, where nothing else is kept: those of one length together.

    A kind of array that comes again with other values begins another test.
    """
    found: list[tuple[str | None, list[Array]]] = []
    for curve in measurement.nodes("Curves"):
        drawn = [
            array
            for name in ("XAxisDataArray", "YAxisDataArray")
            if (array := _array(curve.node(name))).values.size
        ]
        fitting = (arrays for _, arrays in found if all(_fits(arrays, array) for array in drawn))
        if (arrays := next(fitting, None)) is None:
            found.append((curve.get("Title", str), drawn))
        else:
            known = {array.kind for array in arrays}
            arrays.extend(array for array in drawn if array.kind not in known)
    return [(title, arrays) for title, arrays in found if arrays]


def _fits(arrays: Sequence[Array], array: Array) -> bool:
    """Return whether an array may be of the same points as these."""
    same = [other.values for other in arrays if other.kind == array.kind]
    return {other.values.size for other in arrays} <= {array.values.size} and all(
        np.array_equal(values, array.values, equal_nan=True) for values in same
    )


def _of_scan(arrays: Sequence[Array], place: int, scans: Sequence[str]) -> list[Array]:
    """Return the arrays of a scan, and its own of those that name none but come once for each."""
    own = [array for array in arrays if array.scan == scans[place]]
    shared = [array for array in arrays if array.scan is None]
    for kind in dict.fromkeys(array.kind for array in shared):
        alike = [array for array in shared if array.kind == kind]
        candidates = alike if len(alike) == 1 else alike[place : place + 1]
        fits = len(alike) in {1, len(scans)} and candidates[0].values.size == own[0].values.size
        own.extend(candidates if fits else ())
    return own


def _arrays(data_set: Node) -> list[Array]:
    return [array for node in data_set.nodes("Values") if (array := _array(node)).values.size]


def _array(node: Node) -> Array:
    unit = node.node("Unit")
    description = node.get("Description", str) or "array"
    quantity = unit.get("Q", str) or description
    kind = node.get("ArrayType", int)
    points = node.get("DataValues", list) or []
    upper = bool(points) and isinstance(points[0], dict) and "V" in points[0]
    keys = ("V", "S") if upper else ("v", "s")
    try:
        structs = pa.array(points, pa.struct([(key, pa.float64()) for key in keys]))
    except (pa.ArrowException, TypeError) as fault:
        raise node.broken(f"its DataValues are no numbers: {fault}") from fault
    values, status = (_floats(structs, key) for key in keys)
    scan = description if _SCAN.fullmatch(description) else None
    return Array(
        kind=-1 if kind is None else kind,
        label=quantity if scan else description,
        unit=(unit.get("Type", str) or "").rpartition(".")[2],
        symbol=unit.get("S", str) or "",
        negated=quantity.startswith("-"),
        scan=scan,
        values=values,
        status=None if np.isnan(status).all() else status,
    )


def _floats(structs: pa.StructArray, key: str) -> NDArray[np.float64]:
    column = pc.struct_field(structs, key)
    numbers: NDArray[np.float64] = column.to_numpy(zero_copy_only=False).astype(np.float64)
    return numbers
