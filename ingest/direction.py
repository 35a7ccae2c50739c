"""Whether the sign of the current agrees with what the export calls its steps."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ingest.label import step_labels
from ingest.reading import Finding, RawColumn, Reading, column


def directions(labels: pa.Array) -> NDArray[np.int8]:
    """Return 1 where a step's label says charge, -1 where it says discharge, else 0."""
    said = step_labels(labels)
    of_label = np.select([said.mode == "charge", said.mode == "discharge"], [1, -1]).astype(np.int8)
    found: NDArray[np.int8] = np.append(of_label, np.int8(0))[said.codes]
    return found


def sign_checked(columns: list[RawColumn]) -> tuple[list[RawColumn], tuple[Finding, ...]]:
    """Return the columns with a current that charges when positive, as the step types have it.

    A current whose sign contradicts every labelled step is turned round; one that is never
    negative is a magnitude and takes its sign from the labels. Either is told as a finding, and
    so is a mixture, which stays as it is.
    """
    labels = next((raw.values for raw in columns if raw.quantity == "step_type"), None)
    current = column(Reading(tuple(columns)), "current_ampere")
    if current is None or not isinstance(labels, pa.Array):
        return columns, ()
    direction = directions(labels)
    contrary = int(np.count_nonzero(current * direction < 0))
    if not contrary:
        return columns, ()
    if not np.any(current * direction > 0):
        detail = f"by the step types a positive current discharges, in {contrary} records of them"
        note = Finding("current_sign_reversed", f"{detail}: turned round")
        return [_signed(raw, -1.0) for raw in columns], (note,)
    if not np.any(current < 0):
        detail = f"the current is never negative; {contrary} records of discharge steps"
        note = Finding("current_sign_added", f"{detail} take their sign from the step type")
        return [_signed(raw, np.where(direction < 0, -1.0, 1.0)) for raw in columns], (note,)
    detail = f"the sign of the current contradicts the step type in {contrary} records"
    return columns, (Finding("current_sign_disagrees", detail),)


def _signed(raw: RawColumn, sign: float | NDArray[np.float64]) -> RawColumn:
    if raw.quantity not in {"current_ampere", "power_watt"} or isinstance(raw.values, pa.Array):
        return raw
    return RawColumn(raw.name, raw.values * sign, raw.quantity, raw.scale)
