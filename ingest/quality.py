"""Whether the charge of a step may be wrong, and why (METRICS 0.5, 0.6, 0.9)."""

from collections.abc import Collection, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ingest.reading import Finding

REFUSED_SHARE: Final = 0.01
"""A counter that differs by more than this part of its half-cycle makes its row doubtful."""


def judged_quality(
    steps: Mapping[str, Any], doubts: Collection[str]
) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """Return status and reason of each step, and findings.

    Args:
        steps: columns of schema.relation.STEP with half-cycles, and ``_refused_ah``.
        doubts: reasons that hold for the whole test.
    """
    flows = np.isin(steps["mode"], ("charge", "discharge"))
    refused = steps["_refused_ah"]
    half = _of_half_cycle(steps, flows)
    disagrees = flows & (refused > REFUSED_SHARE * half)
    flaws = {
        "gap": flows & (steps["gap_count"] > 0),
        "outlier": steps["outlier_count"] > 0,
        "counter_disagrees": disagrees,
        **dict.fromkeys(doubts, flows),
        "charge_unknown": (flows | (steps["mode"] == "voltammetry"))
        & np.isnan(steps["net_charge_ah"]),
    }
    reason = np.full(flows.size, "", dtype=object)
    for word, found in flaws.items():
        reason[found] = [f"{each}, {word}" if each else word for each in reason[found]]
    doubted = np.where(reason == "", "ok", "low_quality")
    status = np.where(flaws["charge_unknown"], "not_computable", doubted)
    reason[reason == ""] = None
    return {"status": status, "reason": reason}, tuple(_findings(steps, flows, refused))


def _of_half_cycle(steps: Mapping[str, Any], flows: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the net charge of the half-cycle of each step, above 0."""
    number = steps["half_cycle_count"]
    number = number if isinstance(number, np.ndarray) else np.asarray(number.fill_null(0))
    net = np.where(flows, np.nan_to_num(steps["net_charge_ah"]), 0.0)
    return np.abs(np.bincount(number, net))[number]


def _findings(
    steps: Mapping[str, Any], flows: NDArray[np.bool_], refused: NDArray[np.float64]
) -> list[Finding]:
    found: list[Finding] = []
    apart = flows & (refused > 0.0)
    if apart.any():
        worst = int(np.argmax(np.where(apart, refused, 0.0)))
        found.append(
            Finding(
                "counter_disagrees",
                f"the instrument's counter lies outside what the samples allow in "
                f"{int(np.count_nonzero(apart))} of {int(np.count_nonzero(flows))} steps, by "
                f"{refused[worst]:.4g} A·h at most; the trapezoid is used there",
                f"step {worst + 1}",
            )
        )
    outlying = steps["outlier_count"]
    if outlying.any():
        found.append(
            Finding(
                "outlier",
                f"{int(outlying.sum())} single records hold another current than both neighbors, "
                "which the voltage does not follow; they are left out of integrals",
                f"step {int(np.argmax(outlying > 0)) + 1}",
            )
        )
    return found
