"""The charge of steps of real exports is that of the counter or of the trapezoid."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.draft import Draft, draft
from ingest.reading import HEAD_BYTES, Export
from ingest.recognize import reader_for

Floats = NDArray[np.float64]
WAYS = (("charging", 1.0), ("discharging", -1.0))
CYCLED = (
    "NewareNDA/test_2.ndax",
    "cellpy/neware_uio.csv",
    "datalab/arbin_example.bdf.csv",
    "fastnda/nw4-120-1-6-53.ndax",
    "battery-data-format/legacy.bdf.parquet",
)


def drafted(path: Path) -> Draft:
    """Return the one test of an export."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    export = Export(path, path.name, head, path)
    (reading,) = reader_for(export).read(export)
    return draft(reading)


@pytest.mark.exports
@pytest.mark.slow
def test_the_charge_of_a_step_is_that_of_counter_or_trapezoid(exports: Path) -> None:
    """Both are worked out here from the points, by other code."""
    for name in CYCLED:
        test = drafted(exports / name)
        steps = test.steps
        flows = np.isin(steps["mode"], ("charge", "discharge"))
        ours = np.abs(steps["net_charge_ah"][flows])
        counted = np.abs(_counted(test))[flows]
        trapezoid = np.abs(_trapezoid(test))[flows]
        apart = np.fmin(np.abs(ours - counted), np.abs(ours - trapezoid))
        # counters are kept in single precision
        allowed = steps["charge_error_ah"][flows] + 1e-6 * ours
        assert np.all(apart <= allowed), (name, np.flatnonzero(apart > allowed))


def _trapezoid(test: Draft) -> Floats:
    points = test.points
    interval = np.nan_to_num(points.number("interval_second"))
    current = points.number("current_ampere")
    step = points.number("step_count").astype(np.int64)
    before = np.concatenate((current[:1], current[:-1]))
    before = np.where(np.diff(step, prepend=0) > 0, current, before)
    return np.bincount(step, 0.5 * (current + before) * interval)[1:] / 3600.0


def _counted(test: Draft) -> Floats:
    """Return what the counters rose by from the end of one step to that of the next, net."""
    points, total = test.points, np.zeros(len(test.steps["mode"]))
    ends = np.cumsum(test.steps["point_count"]) - 1
    for stretch in ("step_", "cycle_", ""):
        names = {f"{stretch}{way}_capacity_ah": sign for way, sign in WAYS}
        if not any(np.any(points.number(name) > 0.0) for name in names):
            continue
        for name, sign in names.items():
            at = np.nan_to_num(points.number(name)[ends])
            rose = at - np.concatenate(([0.0], at[:-1]))
            total += sign * (at if stretch == "step_" else np.where(rose < 0.0, at, rose))
        return total
    return np.full(total.size, np.nan)
