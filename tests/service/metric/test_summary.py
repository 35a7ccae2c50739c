"""What a metric's file may say of how its rows become one number a cell."""

from pathlib import Path

import pytest

from schema.error import InvalidMetric
from service.metric.library import described, read_metrics
from service.metric.reduction import summaries
from service.shown import shown

FILE = """-- Charge
--
-- Charge put into a cell.
--
-- grain:      test_id, cycle_count
-- column:     charge_ah | A·h | charge
-- column:     kind | | how
-- column:     status | | ok
-- column:     reason | | null
-- main:       charge_ah
{lines}
-- needs:      cycle
-- reference:  nobody
SELECT
    test_id, cycle_count, charge_capacity_ah AS charge_ah, CAST('cc' AS VARCHAR) AS kind,
    CAST('ok' AS VARCHAR) AS status, CAST(NULL AS VARCHAR) AS reason
FROM cycle;

-- example: nothing is nothing
WITH cycle(test_id, cycle_count, charge_capacity_ah) AS (VALUES (1, 1, 2.0))
SELECT charge_ah = 2 FROM charge;
"""


def describe(folder: Path, *lines: str) -> None:
    """Read a metric whose header has these lines besides."""
    text = FILE.format(lines="\n".join(f"-- {line}" for line in lines))
    (folder / "charge.sql").write_text(text, encoding="utf-8")
    described(folder)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("summary: charge | first | | ", "parts, not 5"),
        ("summary: Charge | first | | | first charge", "snake_case"),
        ("summary: charge | first | | | ", "a meaning last"),
        ("summary: charge | mean | | | mean charge", "reduced by mean, not by single, first"),
        ("summary: charge | first | | color | first charge", "no column color"),
        ("summary: charge | first | flavor = 1 | | first charge", "flavor"),
    ],
)
def test_a_summary_that_cannot_be_is_told_with_its_file(
    tmp_path: Path, line: str, why: str
) -> None:
    with pytest.raises(InvalidMetric, match=why) as fault:
        describe(tmp_path, line)
    assert "charge.sql" in str(fault.value)


def test_two_summaries_of_one_name_are_refused(tmp_path: Path) -> None:
    line = "summary: charge | first | | | first charge"
    with pytest.raises(InvalidMetric, match="another summary_charge"):
        describe(tmp_path, line, line)


def test_what_does_not_rest_has_no_summary(tmp_path: Path) -> None:
    with pytest.raises(InvalidMetric, match="its rows do not rest"):
        describe(
            tmp_path,
            "materialized: no | for the sake of this test",
            "summary: charge | first | | | first charge",
        )


def test_a_metric_of_one_row_a_cell_is_a_summary() -> None:
    metrics = read_metrics()
    of_cells = [each for each in shown(metrics).values() if each.grain == ("cell_id",)]
    assert of_cells
    assert all(each.summaries for each in of_cells)


def test_every_summary_is_a_metric_of_one_row_a_cell_that_rests() -> None:
    metrics = read_metrics()
    for summary, metric, reduced in summaries(metrics).values():
        assert summary in metric.summaries
        assert reduced.grain == ("cell_id",)
        assert reduced.is_materialized
        assert not reduced.shown
        unit = next(each.unit for each in metric.answer if each.name == metric.main)
        assert reduced.columns[0].unit == unit


def test_a_summary_is_made_anew_when_its_metric_is_another(tmp_path: Path) -> None:
    versions = []
    for meaning in ("first charge", "the first charge"):
        describe(tmp_path, f"summary: charge | first | | | {meaning}")
        versions.append(described(tmp_path)["summary_charge"].version)
    assert versions[0] != versions[1]
