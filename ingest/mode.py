"""What mode a step is: by the instrument's label, by technique, by its net charge (METRICS 0.2)."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ingest.label import step_labels
from ingest.reading import Finding
from ingest.rest_current import CurrentScale
from ingest.series import Series
from ingest.technique import technique_of

STILL: Final = ("rest", "impedance", "voltammetry")
"""Modes whose charge is no capacity."""
_CONTRADICTS: Final = 0.01
"""A labelled rest that moves more than this part of the largest half-cycle, at more than this part
of the typical current, is none."""

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]
Words = NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class StatedModes:
    """What label and technique state of each step, without looking at its charge.

    Attributes:
        mode: charge, discharge, rest, pulse, both, impedance, voltammetry, or "".
        control: what its label says was held, or "".
        by: label or technique, or "".
    """

    mode: Words
    control: Words
    by: Words


def stated_modes(series: Series, starts: Rows, technique: str | None) -> StatedModes:
    """Return what label and technique say of each step."""
    mode = np.full(starts.size, "", dtype="U12")
    control, by = mode.copy(), mode.copy()
    labels = series.columns.get("step_type")
    if isinstance(labels, pa.Array):
        words = step_labels(labels.take(pa.array(starts)))
        mode = np.append(words.mode, "").astype("U12")[words.codes]
        control = np.append(words.control, "").astype("U12")[words.codes]
        by = np.where(mode != "", "label", by)
    known = technique_of(technique)
    silent = mode == ""
    if known is not None and known.mode == "voltammetry":
        mode, by = np.full_like(mode, "voltammetry"), np.full_like(by, "technique")
    elif known is not None and known.mode == "rest":
        mode, by = np.where(silent, "rest", mode), np.where(silent, "technique", by)
    if "frequency_hertz" in series.columns:
        swept = np.fmax.reduceat(series.number("frequency_hertz"), starts) > 0.0
        mode, by = np.where(swept, "impedance", mode), np.where(swept, "technique", by)
    return StatedModes(mode, control, by)


def judged_modes(
    stated: StatedModes,
    net_ah: Floats,
    elapsed_second: Floats,
    current: Floats,
    scale: CurrentScale,
) -> tuple[Words, Words]:
    """Return the mode of each step and what it was judged by: label, technique or charge.

    Args:
        stated: by label and technique.
        net_ah: net charge, A·h; NaN where unknown.
        elapsed_second: duration.
        current: median current, which decides in a step that lasts no time.
        scale: of the test's currents.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(elapsed_second > 0.0, 3600.0 * net_ah / elapsed_second, current)
    by_charge = np.select(
        [np.isnan(mean) & np.isnan(current), mean > scale.rest_ampere, mean < -scale.rest_ampere],
        ["unknown", "charge", "discharge"],
        default="rest",
    )
    contrary = ((stated.mode == "charge") & (by_charge == "discharge")) | (
        (stated.mode == "discharge") & (by_charge == "charge")
    )
    takes = np.isin(stated.mode, ("charge", "discharge", "rest", "impedance", "voltammetry"))
    takes &= ~contrary
    return np.where(takes, stated.mode, by_charge), np.where(takes, stated.by, "charge")


def rests_that_run(
    stated: StatedModes,
    net_ah: Floats,
    elapsed_second: Floats,
    largest_ah: float,
    scale: CurrentScale,
) -> Flags:
    """Return the steps labelled rest that move too much charge, too fast, to be one."""
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = 3600.0 * np.abs(net_ah) / elapsed_second
    return np.asarray(
        (stated.mode == "rest")
        & (stated.by == "label")
        & (np.abs(net_ah) > _CONTRADICTS * largest_ah)
        & (mean > _CONTRADICTS * scale.typical_ampere)
    )


def disagreement(contrary: Flags, steps: NDArray[np.int64]) -> tuple[Finding, ...]:
    """Return the finding for steps whose label their charge contradicts."""
    if not contrary.any():
        return ()
    return (
        Finding(
            "label_disagrees",
            f"the charge of {int(np.count_nonzero(contrary))} steps contradicts their label; "
            "they are taken for what their charge says",
            f"step {int(steps[np.argmax(contrary)])}",
        ),
    )
