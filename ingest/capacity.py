"""Which charge of a step counts: the counter's in its bracket, else the trapezoid (METRICS 0.5).

Samples only bracket an integral. Inside the bracket the instrument's own counter is the better
number, for it integrates faster than it records; outside it is kept and not used.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

WIDENED: Final = 0.01
"""The bracket is widened by this part of the charge."""
CLOCK_SECOND: Final = 0.5
"""The bracket is widened by the charge of so many seconds."""

Floats = NDArray[np.float64]
Columns = dict[str, Any]


def settled(steps: Mapping[str, Any], written_ampere: float, written_ah: float) -> Columns:
    """Return the charge and energy columns of STEP, each step by its better source.

    Args:
        steps: as ``ingest.rollup.measure`` gives them.
        written_ampere: resolution the current is written with.
        written_ah: resolution of the counters of charge.
    """
    into, out = steps["charge_capacity_ah"], steps["discharge_capacity_ah"]
    gross, net, elapsed = into + out, into - out, steps["duration_second"]
    early = np.maximum(np.abs(steps["first_current_ampere"]), np.abs(steps["last_current_ampere"]))
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(elapsed > 0.0, 3600.0 * gross / elapsed, early)
    bracket = steps["_bracket"] + 0.5 * written_ampere * elapsed / 3600.0
    slack = bracket + WIDENED * gross + CLOCK_SECOND * mean / 3600.0 + 2.0 * written_ah
    counted_in = np.asarray(steps.get("_counted_in", np.full(net.size, np.nan)))
    counted_out = np.asarray(steps.get("_counted_out", np.full(net.size, np.nan)))
    # a side without a counter is the trapezoid's; the side that counts needs its own
    there = np.isfinite(np.where(net >= 0.0, counted_in, counted_out))
    counted_in = np.where(np.isnan(counted_in), into, counted_in)
    counted_out = np.where(np.isnan(counted_out), out, counted_out)
    counted = counted_in - counted_out
    low, high = net - slack - steps["_open_out"], net + slack + steps["_open_in"]
    uses = there & (counted >= low) & (counted <= high)
    open_ = steps["_open_in"] + steps["_open_out"]
    charge_in, charge_out = np.where(uses, counted_in, into), np.where(uses, counted_out, out)
    return {
        "charge_capacity_ah": charge_in,
        "discharge_capacity_ah": charge_out,
        "net_charge_ah": charge_in - charge_out,
        "charge_error_ah": np.where(uses, written_ah, bracket + open_)
        + steps["gap_charge_ah"]
        + steps["_outlier_ah"],
        "charge_source": np.where(uses, "counter", "trapezoid"),
        "charge_energy_wh": _energy(steps, "charge", charge_in, uses),
        "discharge_energy_wh": _energy(steps, "discharge", charge_out, uses),
        "vendor_charge_capacity_ah": steps.get("_counted_in"),
        "vendor_discharge_capacity_ah": steps.get("_counted_out"),
        "_refused_ah": np.where(there & ~uses, np.abs(counted - net), 0.0),
    }


def _energy(steps: Mapping[str, Any], side: str, charge: Floats, uses: NDArray[np.bool_]) -> Floats:
    """Return the energy of one side: at the trapezoid's mean voltage, or by its own counter."""
    trapezoid = steps[f"{side}_capacity_ah"]
    energy = np.asarray(steps[f"{side}_energy_wh"])
    part = np.divide(charge, trapezoid, out=np.ones_like(charge), where=trapezoid > 0.0)
    scaled = np.where(uses, energy * part, energy)
    counted = steps.get("_counted_energy_" + {"charge": "in", "discharge": "out"}[side])
    if counted is None:
        return scaled
    near = np.abs(counted - scaled) <= 2.0 * WIDENED * np.abs(scaled)
    return np.where(uses & near, counted, scaled)
