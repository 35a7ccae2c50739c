"""Cycles and charge of real exports agree with the reference, or a sentence says who is right."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.conformance_cycles import PAGE, Row, drafted, measure, page, verdicts
from benchmarks.exports import ExportsAbsent
from ingest.draft import Draft

Floats = NDArray[np.float64]
WAYS = (("charging", 1.0), ("discharging", -1.0))
CYCLED = (
    "NewareNDA/test_2.ndax",
    "cellpy/neware_uio.csv",
    "datalab/arbin_example.bdf.csv",
    "fastnda/nw4-120-1-6-53.ndax",
    "battery-data-format/legacy.bdf.parquet",
)

pytestmark = [pytest.mark.exports, pytest.mark.slow]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    try:
        return list(measure())
    except ExportsAbsent as absent:
        pytest.skip(f"LEYDEN_CASES or LEYDEN_EXPORTS: {absent.path} is absent")


def test_where_we_differ_a_sentence_says_who_is_right(rows: list[Row]) -> None:
    assert {row.file for row in rows if not row.agrees} == verdicts().keys()


def test_the_page_tells_what_is(rows: list[Row]) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(rows)


def test_hardly_a_sound_test_has_a_row_of_low_quality(rows: list[Row]) -> None:
    sound = [
        row
        for row in rows
        if int(row.reference["cycles"]) and row.reference["low_quality_cycles"] == "0"
    ]
    assert sum(row.low_quality > 0 for row in sound) <= 0.05 * len(sound)


@pytest.mark.parametrize(
    ("name", "discharge_ah", "charge_ah"),
    [("2-1-6_61", 0.29986, 0.0), ("kigr_gen6_01_01", 0.0, 2.47e-7)],
)
def test_pulses_and_rests_have_the_charge_the_instrument_counted(
    rows: list[Row], name: str, discharge_ah: float, charge_ah: float
) -> None:
    (row,) = [row for row in rows if name in row.file]
    assert row.discharge_ah[0] == pytest.approx(discharge_ah, rel=1e-4)
    assert row.charge_ah[0] == pytest.approx(charge_ah, rel=1e-2)


def test_the_charge_of_a_step_is_that_of_counter_or_trapezoid(exports: Path) -> None:
    """Both are worked out here from the points, by other code."""
    for name in CYCLED:
        test = drafted(exports / name, 0)
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
