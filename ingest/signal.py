"""Time, voltage and current of a test, as integrals see them."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ingest.series import Series

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Signal:
    """Time, voltage and current of every record; one that does not count repeats the one before.

    So it lasts no time, and the records beside it meet.

    Attributes:
        time: s.
        voltage: V.
        current: A; above 0 charges.
        counts: which records count; None for all.
        measured: which records' counters count, outliers of current among them; None for all.
    """

    time: Floats
    voltage: Floats
    current: Floats
    counts: Flags | None
    measured: Flags | None

    @property
    def size(self) -> int:
        """Return the number of records."""
        return self.time.size

    def without(self, rows: Rows) -> "Signal":
        """Return the signal with these records not counting either, but for their counters."""
        if rows.size == 0:
            return self
        counts = np.ones(self.size, dtype=bool) if self.counts is None else self.counts.copy()
        counts[rows] = False
        return _filled(replace(self, counts=counts))


def signal_of(series: Series, counts: Flags | None) -> Signal:
    """Return the signal of a series."""
    time, voltage, current = (
        series.number(name) for name in ("test_time_second", "voltage_volt", "current_ampere")
    )
    return _filled(Signal(time, voltage, current, counts, counts))


def _filled(signal: Signal) -> Signal:
    if signal.counts is None:
        return signal
    source = np.where(signal.counts, np.arange(signal.size), -1)
    source = np.maximum.accumulate(source)
    source[source < 0] = int(np.argmax(signal.counts))  # ahead of all that count
    taken = (signal.time[source], signal.voltage[source], signal.current[source])
    return Signal(*taken, signal.counts, signal.measured)
