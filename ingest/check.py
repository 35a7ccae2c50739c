"""Findings about a whole test: gaps, unknown charge, other units, shares that are none."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ingest.current_unit import against_counters
from ingest.reading import Finding

_OVERCHARGE = 0.2
"""A cell may hold this much more or less than what is called full and empty."""


def check(steps: Mapping[str, Any], spectra: Mapping[str, Any] | None) -> Iterator[Finding]:
    """Yield what is odd about the steps and sweeps of a test, columns of STEP and SPECTRUM."""
    yield from _unknown(steps)
    yield from _gaps(steps)
    yield from against_counters(steps)
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
    count = steps["gap_count"]
    if count.any():
        worst = int(np.argmax(np.where(count > 0, steps["longest_gap_second"], 0.0)))
        yield Finding(
            "time_gap",
            f"{int(count.sum())} intervals in {int(np.count_nonzero(count))} steps are longer than "
            "10 times the median of their step and nothing accounts for them; their charge is left "
            f"out, the longest {steps['longest_gap_second'][worst]:g} s",
            f"step {worst + 1}",
        )
