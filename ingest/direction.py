"""Whether the sign of the current agrees with what the export calls its steps."""

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ingest.label import step_labels
from ingest.reading import Finding
from ingest.series import Series

_AGREED: Final = 0.95
"""This part of the labelled charge decides on the sign."""
_NOISE: Final = 1e-3
"""A current below this part of the typical one has no say."""
_LONG: Final = 10.0
"""An interval counts up to this many times the usual one."""
_NET: Final = re.compile(r"(?:\w+_)?net_(?:capacity_ah|energy_wh)|increment_charge_ah")
_UNDIRECTED: Final = "step_cumulative_capacity_ah"
_CLOSED: Final = (0.95, 1.05)
_TOLERATED_VOLT: Final = 1e-3

Floats = NDArray[np.float64]


def signed(series: Series) -> Series:
    """Return the series with a current that charges when positive, as the step labels have it.

    Each labelled record votes with the charge that passed in it. Where 95 % of the charge of both
    charging and discharging steps is against the sign, the current is turned round; where 95 % of
    either is positive and nothing else is negative, it is a magnitude and takes its sign from the
    labels; else it stays. Whatever is done, and every contrary record, is a finding.
    """
    labels = series.columns.get("step_type")
    if "current_ampere" not in series.columns:
        return series
    if not isinstance(labels, pa.Array):
        return _doubted(series)
    return _checked(series, series.number("current_ampere"), labels)


def _checked(series: Series, current: Floats, labels: pa.Array) -> Series:
    """Return the series with its current checked against the labels."""
    direction = directions(labels)
    contrary = current * direction < 0.0
    if not contrary.any():
        return series
    vote = _vote(series, current, direction)
    contrary &= np.abs(current) > vote.noise
    if not contrary.any():
        return series
    count, place = int(np.count_nonzero(contrary)), f"record {int(np.argmax(contrary)) + 1}"
    if vote.reversed:
        right = int(np.count_nonzero((current * direction > 0.0) & (np.abs(current) > vote.noise)))
        detail = f"by the step types a positive current discharges, in {count} records of them"
        detail += f" against {right}: turned round" if right else ": turned round"
        note = Finding("current_sign_reversed", detail)
        return _turned(series, current, np.array(-1.0)).noting(note)
    if vote.magnitude:
        detail = f"the current is never negative; {count} records of discharge steps"
        note = Finding("current_sign_added", f"{detail} take their sign from the step type")
        return _turned(series, current, np.where(direction < 0, -1.0, 1.0)).noting(note)
    detail = f"the sign of the current contradicts the step type in {count} records"
    return series.noting(Finding("current_sign_disagrees", detail, place))


def _doubted(series: Series) -> Series:
    """Tell that a current may be a magnitude: its counter has no direction, and nothing labels."""
    current = series.number("current_ampere")
    known = current[~np.isnan(current)]
    if _UNDIRECTED not in series.columns or not known.any() or known.min() < 0.0:
        return series
    detail = (
        "the current is never negative, its counter counts either way, and no column tells the "
        "state: if it is a magnitude, discharges are taken for charges"
    )
    return series.noting(Finding("current_unsigned", detail))


def directions(labels: pa.Array) -> NDArray[np.int8]:
    """Return 1 where a step's label says charge, -1 where it says discharge, else 0."""
    said = step_labels(labels)
    of_label = np.select([said.mode == "charge", said.mode == "discharge"], [1, -1]).astype(np.int8)
    found: NDArray[np.int8] = np.append(of_label, np.int8(0))[said.codes]
    return found


@dataclass(frozen=True, slots=True)
class _Vote:
    """What part of the charge is positive, NaN where there is none."""

    charging: float
    discharging: float
    negative: float
    """What part of all charge, labelled or not, is negative."""
    noise: float
    """A current up to this, in A, had no say."""

    @property
    def reversed(self) -> bool:
        against = (1.0 - self.charging, self.discharging)
        shares = [part for part in against if not np.isnan(part)]
        return bool(shares) and min(shares) >= _AGREED

    @property
    def magnitude(self) -> bool:
        sides = (self.charging, self.discharging, 1.0 - self.negative)
        return all(part >= _AGREED for part in sides)


def _vote(series: Series, current: Floats, direction: NDArray[np.int8]) -> _Vote:
    size = np.abs(np.nan_to_num(current))
    flowing = size[(direction != 0) & (size > 0.0)]
    typical = float(np.quantile(flowing, 0.9)) if flowing.size else 0.0
    # one glitch, or one long interval before a record, must not outvote a test
    charge = np.where(size > _NOISE * typical, np.minimum(size, typical), 0.0)
    timed = charge * _intervals(series.number("test_time_second"), direction)
    positive = current > 0.0

    def part(among: NDArray[np.bool_], those: NDArray[np.bool_]) -> float:
        for weight in (timed, charge):
            whole = float(weight[among].sum())
            if whole > 0.0:
                return float(weight[among & those].sum()) / whole
        return np.nan

    everywhere = np.ones(series.row_count, dtype=bool)
    return _Vote(
        part(direction > 0, positive),
        part(direction < 0, positive),
        part(everywhere, ~positive),
        _NOISE * typical,
    )


def _intervals(time: Floats, direction: NDArray[np.int8]) -> Floats:
    """Return the time before each record; 0 before one that opens a step, and where unknown."""
    interval = np.diff(time, prepend=time[:1])
    interval[1:][direction[1:] != direction[:-1]] = 0.0
    interval = np.maximum(np.nan_to_num(interval), 0.0)
    running = interval[interval > 0.0]
    longest = _LONG * float(np.quantile(running, 0.9)) if running.size else 0.0
    return np.minimum(interval, longest)


def _turned(series: Series, current: Floats, sign: Floats) -> Series:
    """Return the series with current, and the power and net counters of its sign, times ``sign``.

    A net counter has no sign of each record to be given, so a magnitude leaves it as it is.
    """
    columns = {"current_ampere": current * sign}
    for name in series.columns:
        follows = name == "power_watt" or (sign.ndim == 0 and _NET.fullmatch(name))
        if follows:
            values = series.number(name)
            flow = np.diff(values, prepend=values[:1]) if "net" in name else values
            if np.count_nonzero(flow * current > 0.0) >= np.count_nonzero(flow * current < 0.0):
                columns[name] = values * sign
    return series.adding(columns)


def sign_doubtful(
    charge_mean_volt: Floats,
    discharge_mean_volt: Floats,
    charge_ah: Floats,
    discharge_ah: Floats,
    span_volt: Floats,
) -> Finding | None:
    """Return a finding where charging runs at a lower voltage than discharging.

    A cell takes more voltage to charge than it gives back, so the sign of the current is doubtful
    where it does not, by more than 1 mV in the charge-weighted mean of all closed cycles, and by
    more than what the charge that one of the two has more of may move its mean.

    Args:
        charge_mean_volt: mean voltage of each cycle while the current is positive.
        discharge_mean_volt: the same while it is negative.
        charge_ah: charge of each cycle while the current is positive.
        discharge_ah: the same while it is negative, as a positive number.
        span_volt: greatest less least voltage of each cycle.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        share = discharge_ah / charge_ah
    closed = (share >= _CLOSED[0]) & (share <= _CLOSED[1])
    closed &= np.isfinite(charge_mean_volt) & np.isfinite(discharge_mean_volt)
    if not closed.any():
        return None
    charging = float(np.average(charge_mean_volt[closed], weights=charge_ah[closed]))
    discharging = float(np.average(discharge_mean_volt[closed], weights=discharge_ah[closed]))
    missing = 0.5 * np.abs(1.0 - share[closed]) * np.nan_to_num(span_volt[closed])
    tolerated = _TOLERATED_VOLT + float(np.average(missing, weights=charge_ah[closed]))
    if charging >= discharging - tolerated:
        return None
    detail = (
        f"the mean voltage is {charging:.6g} V while the current is positive and "
        f"{discharging:.6g} V while it is negative, over {int(np.count_nonzero(closed))} closed "
        "cycles: a positive current may discharge"
    )
    return Finding("current_sign_doubtful", detail)
