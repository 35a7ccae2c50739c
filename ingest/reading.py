"""What a reader gives back: raw columns, what the file says of itself, and what was noticed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ingest.growth.parsed import Parsed
from ingest.later import Later

Fact = str | int | float | bool | None
HEAD_BYTES = 4096
"""Of a file, by which a reader knows it."""


@dataclass(frozen=True, slots=True)
class Export:
    """A file to be read: where its bytes are, and how it was called where it came from."""

    path: Path
    """The bytes; read these. Once archived this is lake/raw/<sha256>, without a suffix."""
    name: str
    """File name as it came, with its suffix."""
    head: bytes
    """Its first ``HEAD_BYTES``."""
    origin: Path
    """Where it came from; for messages."""
    sidecar: Path | None = None
    """The YAML that declares its columns, where there is one beside it."""
    growing: bool = False
    """Whether it is still written to: its head may be older than its records."""
    parsed: Parsed | None = None
    """What was parsed of a shorter version, of a text that grows."""

    @classmethod
    def at(cls, path: Path, sidecar: Path | None = None) -> Self:
        """Return a file that is read where it lies."""
        with path.open("rb") as file:
            return cls(path, path.name, file.read(HEAD_BYTES), path, sidecar)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a careful person would want to know of the file."""

    kind: str
    """A snake_case name, e.g. ``truncated``, ``time_reversed``, ``counter_disagrees``."""
    detail: str
    """One sentence with the numbers."""
    place: str | None = None
    """Where: ``record 812``, ``byte 4096``, ``step 3``."""


@dataclass(frozen=True, slots=True)
class RawColumn:
    """One column as the export has it, and what it becomes."""

    name: str
    """Name in the export, with its unit, e.g. ``<I>/mA``."""
    values: NDArray[Any] | pa.DictionaryArray | pa.Array | Later
    """A 1-D NumPy array of numbers (NaN where missing), or an Arrow array of text.

    Finite numbers that nobody computes with may wait in the file until they are written.
    """
    quantity: str | None = None
    """Canonical name (schema/quantity.py) it is stored under; None keeps the export's own name."""
    scale: float = 1.0
    """Canonical value = raw value x scale: unit and sign (-Im(Z) has -1) in one number.

    1.0 too where a reader that deals records out in blocks has applied it there.
    """
    digits: int | None = None
    """Behind the decimal mark, as a text writes it; None where that is not known."""


@dataclass(frozen=True, slots=True)
class ProgramStep:
    """A step as it was programmed, under the names of the catalog's protocol steps.

    Currents are magnitudes: the mode tells which way they flow.
    """

    mode: str
    """charge, discharge, rest, hold, impedance, loop, or other."""
    label: str | None = None
    """As the instrument names it."""
    current_ampere: float | None = None
    voltage_volt: float | None = None
    lower_voltage_volt: float | None = None
    upper_voltage_volt: float | None = None
    duration_second: float | None = None
    stop_current_ampere: float | None = None
    repeat_count: int | None = None
    """How often the steps of a loop run in all."""
    repeat_from: int | None = None
    """Where a loop begins, from 1."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """One diffraction scan, photoemission region or image of an export."""

    how: Mapping[str, Fact]
    """How it was taken, as far as the file says: columns of its table in
    schema/catalog/structure.py."""
    row_count: int
    """Its records, which follow those of the measurement before; an image is one."""


Measured = Literal["diffraction", "photoemission", "images"]
"""Kinds of measurements that are no electrochemistry."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One test out of an export; a reader fills in only what the file knows."""

    columns: tuple[RawColumn, ...]
    technique: str | None = None
    """As the instrument names it: GCPL2, PEIS, CHRONOA; None when the file does not say."""
    instrument: str | None = None
    channel: str | None = None
    started_at: datetime | None = None
    """Naive local time unless the export names its zone."""
    step_marks: tuple[str, ...] = ()
    """Names of raw columns whose change starts a new step (Ns, step id, half cycle, status)."""
    bare_farad: float | None = None
    """Capacitance of the specimen's geometry without the specimen, ε₀ A/d, where it is stated."""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    """All else the export says of itself, under its own names."""
    findings: tuple[Finding, ...] = ()
    program: tuple[ProgramStep, ...] = ()
    """The steps it was programmed to run, in their order."""
    measured: Measured | None = None
    """What it is, where it is no electrochemistry: then it has no steps and no cycles."""
    measurements: tuple[Measurement, ...] = ()
    """Its scans, regions or images."""

    @property
    def row_count(self) -> int:
        """Return the number of records."""
        return len(self.columns[0].values) if self.columns else 0


def column(reading: Reading, quantity: str) -> NDArray[np.float64] | None:
    """Return a canonical quantity of a reading as float64, or None where the file has none."""
    for raw in reading.columns:
        if raw.quantity == quantity:
            # what is infinite then is reported as such, and a missing value may be one that signals
            with np.errstate(over="ignore", invalid="ignore"):
                values = np.asarray(raw.values, dtype=np.float64)
                return values if raw.scale == 1.0 else values * raw.scale
    return None
