"""The metrics of voltammetry on real exports, against what these and NumPy say of them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest.intake import take_in
from schema.settings import Settings
from schema.warehouse import open_warehouse
from service.metric.library import read_metrics
from service.store.points import points_question
from service.store.question import asked, metric_question
from service.store.store import Store

METRICS = {
    name: each
    for name, each in read_metrics().items()
    if each.path.parent.name == "voltammetry" and each.shown
}
STATED = {
    "cv.mpr": 1e-4,
    "lsv.issue_195.mpr": 0.1,
    "Pt_poly_cv_CUT.mpt": 0.1,
    "CV example.pssession": 0.1,
    "cv_1scan.pssession": 1.0,
}
"""Scan rate that each states of itself, in V/s."""
Answers = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def told(
    exports: Path, more_exports: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Store, dict[str, tuple[int, ...]], Answers]]:
    """Return a store of them, the tests of each, and what every metric says of these."""
    warehouse = open_warehouse(Settings(home=tmp_path_factory.mktemp("voltammetry") / "home"))
    found = {
        "cv.mpr": exports / "yadg" / "cv.mpr",
        "lsv.issue_195.mpr": exports / "yadg" / "lsv.issue_195.mpr",
        "Pt_poly_cv_CUT.mpt": exports / "ixdat" / "Pt_poly_cv_CUT.mpt",
        "CV example.pssession": more_exports / "palmsens-sdk" / "CV example.pssession",
        "cv_1scan.pssession": exports / "palmsens-sdk" / "cv_1scan.pssession",
    }
    outcomes = {name: take_in(warehouse, path) for name, path in found.items()}
    assert {each.status for each in outcomes.values()} == {"ingested"}, outcomes
    tests = {name: each.tests for name, each in outcomes.items()}
    store = Store(warehouse.engine, warehouse.lake)
    store.refresh()
    answers: Answers = {}
    for name, metric in METRICS.items():
        with store.cursor() as cursor:
            rows = asked(store, cursor, metric_question(metric, None)).to_arrow_table()
            answers[name] = rows.to_pylist()
    yield store, tests, answers
    store.close()
    warehouse.engine.dispose()


@pytest.mark.parametrize("metric", METRICS)
def test_every_row_of_a_real_voltammogram_says_how_far_it_is_to_be_trusted(
    metric: str, told: tuple[Store, dict[str, tuple[int, ...]], Answers]
) -> None:
    rows = told[2][metric]
    assert rows
    for row in rows:
        assert (row["status"] == "ok") == (row["reason"] is None)
        assert row[METRICS[metric].main] is not None or row["status"] != "ok"
        assert not any(
            isinstance(value, float) and not np.isfinite(value) for value in row.values()
        )


@pytest.mark.parametrize("name", STATED)
def test_the_scan_rate_of_the_points_is_the_one_that_was_set(
    name: str, told: tuple[Store, dict[str, tuple[int, ...]], Answers]
) -> None:
    _, tests, answers = told
    segments = [row for row in answers["voltammetry_segment"] if row["test_id"] in tests[name]]
    assert segments
    for row in segments:
        assert row["scan_rate_volt_per_second"] == pytest.approx(STATED[name], rel=0.01)


def test_a_peak_lies_at_the_greatest_current_of_its_segment(
    told: tuple[Store, dict[str, tuple[int, ...]], Answers],
) -> None:
    store, tests, answers = told
    peaks = [
        row
        for row in answers["voltammetry_peak"]
        if row["test_id"] in tests["CV example.pssession"]
    ]
    (test,) = {row["test_id"] for row in peaks}
    with store.cursor() as cursor:
        points = asked(store, cursor, points_question(store, test)).to_arrow_table().to_pydict()
    volt, ampere = np.array(points["voltage_volt"]), np.array(points["current_ampere"])
    rising, falling = peaks
    assert rising["peak_volt"] == pytest.approx(volt[np.argmax(ampere)], abs=0.005)
    assert falling["peak_volt"] == pytest.approx(volt[np.argmin(ampere)], abs=0.005)
    assert rising["top_ampere"] == pytest.approx(ampere.max(), rel=0.002)
    assert falling["top_ampere"] == pytest.approx(ampere.min(), rel=0.002)
    # it begins so near that no baseline can be drawn, and says so
    assert (rising["peak_ampere"], rising["reason"]) == (None, "no baseline before the wave")
    (couple,) = [row for row in answers["voltammetry_couple"] if row["test_id"] == test]
    middle = (volt[np.argmax(ampere)] + volt[np.argmin(ampere)]) / 2
    assert couple["half_wave_volt"] == pytest.approx(middle, abs=0.005)
