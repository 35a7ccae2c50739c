"""When the charge of a step may be wrong, it says so."""

from typing import Any

import numpy as np

from ingest.quality import judged_quality


def judged(**told: Any) -> tuple[list[str], list[str | None], list[str]]:  # noqa: ANN401 — columns
    """Return status, reason and findings of two steps of 1 A·h, each a half-cycle."""
    steps = {
        "mode": np.array(["charge", "discharge"]),
        "half_cycle_count": np.array([1, 2]),
        "net_charge_ah": np.array([1.0, -1.0]),
        "gap_count": np.array([0, 0]),
        "outlier_count": np.array([0, 0]),
        "_refused_ah": np.array([0.0, 0.0]),
    }
    doubts = told.pop("doubts", ())
    quality, findings = judged_quality({**steps, **told}, doubts)
    return (
        quality["status"].tolist(),
        quality["reason"].tolist(),
        [finding.kind for finding in findings],
    )


def test_what_nothing_is_wrong_with_is_ok() -> None:
    assert judged() == (["ok", "ok"], [None, None], [])


def test_a_counter_refused_by_less_than_a_hundredth_is_told_and_no_doubt() -> None:
    found = judged(_refused_ah=np.array([0.009, 0.011]))
    assert found[1] == [None, "counter_disagrees"]
    assert found[2] == ["counter_disagrees"]


def test_reasons_stand_beside_each_other() -> None:
    gaps, outlying = np.array([1, 0]), np.array([1, 0])
    assert judged(gap_count=gaps, outlier_count=outlying)[1] == ["gap, outlier", None]


def test_a_doubt_of_the_whole_test_is_one_of_every_step() -> None:
    assert judged(doubts=("time_unit_doubtful",))[1] == ["time_unit_doubtful"] * 2


def test_a_charge_that_is_not_known_is_not_computable_whatever_else_is_said() -> None:
    net, gaps = np.array([np.nan, -1.0]), np.array([1, 0])
    status, reason, _ = judged(net_charge_ah=net, gap_count=gaps)
    assert (status, reason) == (["not_computable", "ok"], ["gap, charge_unknown", None])
    scan, impedance = np.array(["voltammetry", "rest"]), np.array(["impedance", "rest"])
    assert judged(mode=scan, net_charge_ah=net)[0] == ["not_computable", "ok"]
    assert judged(mode=impedance, net_charge_ah=net)[0] == ["ok", "ok"]
