"""Findings about a whole test: gaps, counters that disagree, shares that are none."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ingest.reading import Finding

COUNTER_TOLERANCE = 0.005
"""Our integral and the vendor's counter may differ by this part (METRICS §0)."""
_NEGLIGIBLE = 0.01
"""Steps that move less than this part of the test's greatest step are not compared."""

_OVERCHARGE = 0.2
"""A cell may hold this much more or less than what is called full and empty."""


def check(steps: Mapping[str, Any], spectra: Mapping[str, Any] | None) -> Iterator[Finding]:
    """Yield what is odd about the steps and sweeps of a test, columns of STEP and SPECTRUM."""
    yield from _unknown(steps)
    yield from _gaps(steps)
    for side in ("charge", "discharge"):
        yield from _counter(steps, side)
    if spectra is not None:
        yield from _share(spectra)


def _share(spectra: Mapping[str, Any]) -> Iterator[Finding]:
    share = spectra["state_of_charge"]
    beyond = (share < -_OVERCHARGE) | (share > 1.0 + _OVERCHARGE)
    if beyond.any():
        first = int(np.argmax(beyond))
        yield Finding(
            "state_of_charge_beyond",
            f"the state of charge is {share[first]:g} in the first of "
            f"{int(np.count_nonzero(beyond))} points where it is no share from 0 to 1; is it in %?",
            f"record {int(spectra['record_index'][first])}",
        )


def _unknown(steps: Mapping[str, Any]) -> Iterator[Finding]:
    unknown = np.isnan(steps["charge_capacity_ah"]) & np.isfinite(steps["median_current_ampere"])
    if unknown.any():
        yield Finding(
            "charge_unknown",
            f"{int(np.count_nonzero(unknown))} steps have a record without current or time; "
            "their charge is unknown, and that of their cycles",
            f"step {int(np.argmax(unknown)) + 1}",
        )


def _gaps(steps: Mapping[str, Any]) -> Iterator[Finding]:
    # an impedance sweep takes longer the lower the frequency: that is no gap
    count = np.where(np.asarray(steps["mode"]) == "impedance", 0, steps["gap_count"])
    if count.any():
        worst = int(np.argmax(np.where(count > 0, steps["longest_gap_second"], 0.0)))
        yield Finding(
            "time_gap",
            f"{int(count.sum())} intervals in {int(np.count_nonzero(count))} steps are longer than "
            "10 times the median of their step, "
            f"the longest {steps['longest_gap_second'][worst]:g} s",
            f"step {worst + 1}",
        )


def _counter(steps: Mapping[str, Any], side: str) -> Iterator[Finding]:
    counter = steps.get(f"vendor_{side}_capacity_ah")
    if counter is None:
        return
    ours = np.asarray(steps[f"{side}_capacity_ah"])
    one_way = np.asarray(steps["mode"]) == side
    greatest = np.nanmax(np.where(one_way, np.abs(counter), 0.0), initial=0.0)
    compared = one_way & (np.abs(counter) > _NEGLIGIBLE * greatest) & np.isfinite(ours)
    off = np.zeros(len(ours))
    np.divide(ours - counter, counter, out=off, where=compared & (counter != 0.0))
    apart = np.abs(off) > COUNTER_TOLERANCE
    if apart.any():
        worst = int(np.argmax(np.abs(off)))
        yield Finding(
            "counter_disagrees",
            f"{side}d charge by trapezoid differs from the instrument's counter by more than "
            f"{COUNTER_TOLERANCE:.1%} in {int(np.count_nonzero(apart))} of "
            f"{int(np.count_nonzero(compared))} steps; worst {ours[worst]:.6g} A·h against "
            f"{counter[worst]:.6g} A·h",
            f"step {worst + 1}",
        )
