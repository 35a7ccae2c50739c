"""One test made ready to be written: points, steps, measurements, findings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ingest.analysis.result import Result
from ingest.check import check
from ingest.derive import derive
from ingest.diffraction_scan import scans
from ingest.image import images
from ingest.later import Later, Ordinals
from ingest.measurement import Measurements
from ingest.normalize import canonical, normalize
from ingest.photoemission_region import regions
from ingest.reading import Finding, Measured, Reading
from ingest.record import codes
from ingest.scan_counting import counted
from ingest.series import Series, Values
from ingest.spectrum import sweeps
from ingest.subject import RESTING, SWEEPS
from ingest.technique import EIS, technique_of
from schema.cycle import FLOWING
from schema.relation import POINTS, STEP, Relation
from schema.rows import Column, Rows, rows_of


@dataclass(frozen=True, slots=True)
class Draft:
    """What one reading becomes; nothing of it is written yet."""

    reading: Reading
    points: Series
    steps: Mapping[str, Any]
    """Empty where the test is no electrochemistry."""
    parts: Mapping[str, Any] | None
    """Parts of steps, where the instrument's cycle changes inside them."""
    measurements: Measurements | None
    """Its impedance sweeps, diffraction scans, photoemission regions or images."""
    findings: tuple[Finding, ...]
    results: tuple[Result, ...] = ()
    """What was computed of these."""

    @property
    def spectra(self) -> Mapping[str, Any] | None:
        """Return the points of its impedance sweeps, None where it has none."""
        found = self.measurements
        return found.columns if found and found.subject is SWEEPS else None

    @property
    def step_count(self) -> int:
        """Return the number of steps."""
        return len(self.steps["step_count"]) if self.steps else 0

    @property
    def turn_count(self) -> int:
        """Return the number of cycles by the turns of the charge."""
        return int(self.steps["cycle_count"][-1]) if self.steps else 0

    @property
    def spectrum_count(self) -> int:
        """Return the number of impedance sweeps."""
        return 0 if self.spectra is None else int(self.spectra["spectrum_count"][-1])

    @property
    def technique(self) -> str | None:
        """Return the technique: by the instrument's word, or impedance where all is."""
        if known := technique_of(self.reading.technique):
            return known.name or None
        if not self.steps:
            return None
        return EIS if bool(np.all(self.steps["mode"] == "impedance")) else None

    @property
    def instrument_count(self) -> int | None:
        """Return how many cycles the instrument numbers, None where it numbers none.

        One number throughout is none.
        """
        if not self.steps or self.steps["vendor_cycle_count"] is None:
            return None
        of_rows = [rows for rows in (self.steps, self.parts) if rows is not None]
        flows = [np.isin(rows["mode"], (*FLOWING, "voltammetry")) for rows in of_rows]
        numbers = [
            codes(rows["vendor_cycle_count"])[flowing]
            for rows, flowing in zip(of_rows, flows, strict=True)
        ]
        count = int(np.unique(np.concatenate(numbers)).size)
        return count if count > 1 else None

    @property
    def duration_second(self) -> float | None:
        """Return the last test time less the first, None where time is unknown."""
        time = self.points.number("test_time_second")
        known = np.isfinite(time)
        if not known.any():
            return None
        last = time.size - 1 - np.argmax(known[::-1])
        return float(time[last] - time[np.argmax(known)])

    def tables(self, test_id: int) -> dict[str, tuple[Relation, Rows]]:
        """Return what rests in the lake, by kind."""
        points = Rows(_laid(POINTS, self.points.columns, test_id), self.points.row_count)
        tables = {"points": (POINTS, points)}
        if self.steps:
            steps = pa.table(_laid(STEP, self.steps, test_id))
            if self.parts is not None:
                parts = pa.table(_laid(STEP, self.parts, test_id)).select(steps.column_names)
                steps = pa.concat_tables([steps, parts])
            tables["steps"] = (STEP, rows_of(steps))
        if self.measurements is not None and self.measurements.columns:
            kind = self.measurements.subject.kind
            relation = RESTING[kind]
            rows = pa.table(_laid(relation, self.measurements.columns, test_id))
            tables[kind] = (relation, rows_of(rows))
        return tables


def draft(reading: Reading) -> Draft:
    """Return the reading normalized, cut into steps and cycles, rolled up and checked."""
    if reading.measured is not None:
        return _of_structure(reading, reading.measured)
    # what passed in next to no time is beyond any number where damage left such times
    with np.errstate(over="ignore"):
        derived = derive(normalize(reading), _marks(reading), reading.technique)
        found = sweeps(derived.points, derived.starts)
    findings = (*derived.points.findings, *check(derived.steps, found.columns if found else None))
    return Draft(reading, derived.points, derived.steps, derived.parts, found, findings)


def _of_structure(reading: Reading, measured: Measured) -> Draft:
    """Return what is no electrochemistry: points and measurements, without steps and cycles."""
    points = canonical(reading).adding({"record_index": Ordinals(reading.row_count)})
    match measured:
        case "diffraction":
            found = counted(scans(points, reading.measurements))
        case "photoemission":
            found = regions(points, reading.measurements)
        case "images":
            found = images(reading.measurements)
    return Draft(reading, points, {}, None, found, points.findings)


def _marks(reading: Reading) -> tuple[str, ...]:
    """Return the columns that mark steps under the names they have after normalization."""
    names = {raw.name: raw.quantity or raw.name for raw in reading.columns}
    return tuple(names[mark] for mark in reading.step_marks if mark in names)


def _laid(relation: Relation, columns: Mapping[str, Values], test_id: int) -> dict[str, Column]:
    """Lay columns out as the relation orders them; the export's own follow."""
    rows = next(len(values) for values in columns.values() if values is not None)
    test_ids = pa.RunEndEncodedArray.from_arrays([rows], [test_id])
    laid: dict[str, Column] = {"test_id": pa.chunked_array([test_ids])}
    for column in relation.columns[1:]:
        values = columns.get(column.name)
        laid[column.name] = (
            pa.chunked_array([pa.nulls(rows, column.arrow)])
            if values is None
            else _column(values, column.arrow)
        )
    taken = {name.lower() for name in laid}
    for name, values in columns.items():
        if name not in laid and values is not None:
            # SQL does not tell case: `Test_ID` of an export must not hide our test_id
            own = name if name.lower() not in taken else f"{name} (export)"
            taken.add(own.lower())
            laid[own] = _column(values)
    return laid


def _column(values: Values, kind: pa.DataType | None = None) -> Column:
    if isinstance(values, Later) and kind in {None, pa.from_numpy_dtype(values.dtype)}:
        return values
    return pa.chunked_array([_array(values, kind)])


def _array(values: NDArray[Any] | pa.Array, kind: pa.DataType | None) -> pa.Array:
    if isinstance(values, np.ndarray):
        missing = values.dtype.kind == "f" and values.size > 0 and bool(np.isnan(values.min()))
        return pa.array(values, type=kind, from_pandas=missing)
    same = kind is None or values.type == kind or pa.types.is_run_end_encoded(values.type)
    return values if same else values.cast(kind)
