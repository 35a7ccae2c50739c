"""The benchmark of publishing finds its figures of a small fleet; times are never judged here."""

import pyarrow.compute as pc
import pytest

from benchmarks import fleet, publish, run


def test_the_steps_of_a_fleet_fade_and_are_the_same_each_time() -> None:
    rows = fleet.steps(test=7, cell=1, cycles=300)
    assert rows.equals(fleet.steps(test=7, cell=1, cycles=300))
    taken_out = rows.filter(pc.equal(rows["mode"], "discharge"))["discharge_capacity_ah"]
    assert len(taken_out) == 300
    assert pc.mean(taken_out[-10:]).as_py() < 0.99 * pc.mean(taken_out[:10]).as_py()


def test_one_cell_of_twenty_is_symmetric() -> None:
    assert [cell for cell in range(1, 61) if fleet.is_symmetric(cell)] == [20, 40, 60]


@pytest.mark.postgres
@pytest.mark.slow
def test_both_publish_the_same_rows_and_every_figure_is_told() -> None:
    report = publish.measure(cells=20, cycles=6, rounds=1, new_tests=1)
    assert "into an empty PostgreSQL database" in report.method
    assert all(figure.ours > 0 for figure in report.figures)
    again = [figure for figure in report.figures if figure.measured.startswith("one new test")]
    assert {figure.unit for figure in again} == {"s"}
    page = run.written([report], [])
    assert page.count(f"| {report.title} |") == len(report.figures)
