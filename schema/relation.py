"""The relations of the lake and the store: every column with its type, unit and meaning.

``points``, ``step`` and ``spectrum`` rest as Parquet, one file per test. ``cycle`` is derived from
``step``. Metrics name these relations; GraphQL descriptions, BI comments and docs copy the words.
Column names are those of the Battery Data Format where it has one. Current > 0 charges.
"""

from dataclasses import dataclass
from typing import Final, Literal

import pyarrow as pa

Kind = Literal["BIGINT", "DOUBLE", "VARCHAR", "BOOLEAN", "TIMESTAMP", "TIMESTAMPTZ"]
"""TIMESTAMP is an instrument's own clock, TIMESTAMPTZ a moment."""
ARROW: Final[dict[Kind, pa.DataType]] = {
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "VARCHAR": pa.string(),
    "BOOLEAN": pa.bool_(),
    "TIMESTAMP": pa.timestamp("us"),
    "TIMESTAMPTZ": pa.timestamp("us", "UTC"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: name with unit, type, unit ("" when it has none) and meaning."""

    name: str
    kind: Kind
    unit: str
    meaning: str

    @property
    def arrow(self) -> pa.DataType:
        """Return the Arrow type."""
        return ARROW[self.kind]


@dataclass(frozen=True, slots=True)
class Relation:
    """A named set of columns."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    """Columns that tell its rows apart; empty when none do."""
    owner: Literal["test_id", "cell_id"] | None = None
    """Column that says whose its rows are; None where they are of more than a test or a cell."""
    files: str | None = None
    """Kind of the lake files that the rows of a test come from; None for what the catalog tells."""

    @property
    def arrow(self) -> pa.Schema:
        """Return the Arrow schema."""
        return pa.schema([pa.field(column.name, column.arrow) for column in self.columns])

    def __getitem__(self, name: str) -> Column:
        """Return the column of that name."""
        return next(column for column in self.columns if column.name == name)


POINTS: Final = Relation(
    "points",
    "one row per record of a test; vendor columns with no canonical name follow under their own",
    (
        Column("test_id", "BIGINT", "", "Test the point belongs to."),
        Column("record_index", "BIGINT", "1", "Place in the export, from 1."),
        Column("test_time_second", "DOUBLE", "s", "Time since the start of the test."),
        Column("voltage_volt", "DOUBLE", "V", "Voltage across the cell."),
        Column("current_ampere", "DOUBLE", "A", "Current; positive charges the cell."),
        Column("cycle_count", "BIGINT", "1", "Cycle by our own numbering, from 1."),
        Column("step_count", "BIGINT", "1", "Step by our own numbering, from 1, never repeating."),
        Column(
            "interval_second",
            "DOUBLE",
            "s",
            "Time before the record that counts to its step; null where the record belongs to no "
            "interval: repeated, an outlier, or without current and voltage.",
        ),
    ),
    key=("test_id", "record_index"),
    owner="test_id",
    files="points",
)

STEP: Final = Relation(
    "step",
    "one row per step: a stretch of one mode within a test",
    (
        Column("test_id", "BIGINT", "", "Test the step belongs to."),
        Column("step_count", "BIGINT", "1", "Step by our own numbering, from 1."),
        Column(
            "part_count",
            "BIGINT",
            "1",
            "Part of the step, from 1, where the instrument's cycle changes inside it; null for "
            "the whole step.",
        ),
        Column("cycle_count", "BIGINT", "1", "Cycle by our own numbering, from 1."),
        Column(
            "half_cycle_count",
            "BIGINT",
            "1",
            "Half-cycle by our own numbering, from 1; null in a run that is too short to be one.",
        ),
        Column(
            "half_cycle_left",
            "BOOLEAN",
            "",
            "Whether the test went on behind its half-cycle: only then is that one whole.",
        ),
        Column(
            "mode", "VARCHAR", "", "charge, discharge, rest, voltammetry, impedance or unknown."
        ),
        Column(
            "judged_by",
            "VARCHAR",
            "",
            "What told the mode: label of the instrument, technique, or net charge.",
        ),
        Column("both_ways", "BOOLEAN", "", "Whether it ran both ways, pulses for example."),
        Column(
            "control", "VARCHAR", "", "What was held: CC, CV, CCCV, CP, CR; null where nothing was."
        ),
        Column(
            "control_value",
            "DOUBLE",
            "",
            "At what, with its sign: A (CC, and CCCV by its CC part), V (CV), W (CP), Ω (CR).",
        ),
        Column("step_id", "BIGINT", "1", "Step of the instrument's program (Ns, Step ID)."),
        Column("vendor_cycle_count", "BIGINT", "1", "Cycle as the instrument numbers it."),
        Column("step_type", "VARCHAR", "", "The instrument's own label of the step."),
        Column("first_record_index", "BIGINT", "1", "Record the step begins with."),
        Column("point_count", "BIGINT", "1", "Points in the step."),
        Column("start_time_second", "DOUBLE", "s", "Test time of its first point."),
        Column("duration_second", "DOUBLE", "s", "Last test time less the first."),
        Column("charge_capacity_ah", "DOUBLE", "A·h", "Charge put in; see charge_source."),
        Column("discharge_capacity_ah", "DOUBLE", "A·h", "Charge taken out; see charge_source."),
        Column("net_charge_ah", "DOUBLE", "A·h", "Charge put in less charge taken out."),
        Column(
            "charge_error_ah",
            "DOUBLE",
            "A·h",
            "Error of its charge: the resolution of the counter, else half of what samples leave "
            "open; gaps and outliers on top.",
        ),
        Column(
            "charge_source",
            "VARCHAR",
            "",
            "counter where the instrument's own lies within what the samples allow, else "
            "trapezoid.",
        ),
        Column("charge_energy_wh", "DOUBLE", "W·h", "Energy put in while current > 0."),
        Column("discharge_energy_wh", "DOUBLE", "W·h", "Energy taken out while current < 0."),
        Column("vendor_charge_capacity_ah", "DOUBLE", "A·h", "The same by the vendor's counter."),
        Column(
            "vendor_discharge_capacity_ah", "DOUBLE", "A·h", "The same by the vendor's counter."
        ),
        Column("first_voltage_volt", "DOUBLE", "V", "Voltage of the first point."),
        Column("last_voltage_volt", "DOUBLE", "V", "Voltage of the last point."),
        Column("minimum_voltage_volt", "DOUBLE", "V", "Lowest voltage."),
        Column("maximum_voltage_volt", "DOUBLE", "V", "Highest voltage."),
        Column("median_voltage_volt", "DOUBLE", "V", "Median voltage of the points."),
        Column("mean_voltage_volt", "DOUBLE", "V", "Voltage averaged over time."),
        Column("middle_voltage_volt", "DOUBLE", "V", "Median voltage of 40-60 % of the duration."),
        Column("end_voltage_volt", "DOUBLE", "V", "Median voltage of the last 20 %."),
        Column("peak_early_voltage_volt", "DOUBLE", "V", "Greatest |voltage| of the first 10 %."),
        Column(
            "late_mean_voltage_volt", "DOUBLE", "V", "Mean |voltage| of the second half's points."
        ),
        Column("late_deviation_volt", "DOUBLE", "V", "Standard deviation of |voltage| over them."),
        Column("mean_current_ampere", "DOUBLE", "A", "Current averaged over time."),
        Column("median_current_ampere", "DOUBLE", "A", "Median current of the points."),
        Column("first_current_ampere", "DOUBLE", "A", "Current of the first point."),
        Column("last_current_ampere", "DOUBLE", "A", "Current of the last point."),
        Column(
            "rest_current_ampere", "DOUBLE", "A", "At or below this a current of its test rests."
        ),
        Column("mean_temperature_celsius", "DOUBLE", "°C", "Mean temperature, where recorded."),
        Column(
            "gap_count",
            "BIGINT",
            "1",
            "Intervals longer than 10 times the median that nothing accounts for.",
        ),
        Column("longest_gap_second", "DOUBLE", "s", "The longest of these intervals."),
        Column("gap_charge_ah", "DOUBLE", "A·h", "What may have passed in them; left out."),
        Column("outlier_count", "BIGINT", "1", "Single records of another current; left out."),
        Column("status", "VARCHAR", "", "ok, low_quality or not_computable."),
        Column("reason", "VARCHAR", "", "Why it is not ok: gap, outlier, counter_disagrees …"),
    ),
    key=("test_id", "step_count"),
    owner="test_id",
    files="steps",
)

CYCLE: Final = Relation(
    "cycle",
    "one row per cycle: a half-cycle each way, in the order the test began with",
    (
        Column("test_id", "BIGINT", "", "Test the cycle belongs to."),
        Column("cycle_count", "BIGINT", "1", "Cycle by our own numbering, from 1."),
        Column("cell_id", "BIGINT", "", "Cell it was run on, where that is known."),
        Column(
            "cell_cycle_count",
            "BIGINT",
            "1",
            "Cycle of the cell, running on over its tests; that of the test without a cell.",
        ),
        Column("first_mode", "VARCHAR", "", "charge or discharge: which half-cycle came first."),
        Column("complete", "BOOLEAN", "", "Whether both half-cycles are there and it was left."),
        Column("start_time_second", "DOUBLE", "s", "Test time of its first point."),
        Column("duration_second", "DOUBLE", "s", "Sum of the durations of its steps."),
        Column(
            "charge_capacity_ah",
            "DOUBLE",
            "A·h",
            "Net charge of its charging half-cycle; null where a step's is unknown.",
        ),
        Column("charge_error_ah", "DOUBLE", "A·h", "Error of it."),
        Column(
            "discharge_capacity_ah",
            "DOUBLE",
            "A·h",
            "Net charge of its discharging half-cycle, above 0; null where a step's is unknown.",
        ),
        Column("discharge_error_ah", "DOUBLE", "A·h", "Error of it."),
        Column("gross_charge_ah", "DOUBLE", "A·h", "All charge put in, pulses counted."),
        Column("gross_discharge_ah", "DOUBLE", "A·h", "All charge taken out, pulses counted."),
        Column(
            "rest_charge_ah", "DOUBLE", "A·h", "What passed at rest: leakage, offset; no capacity."
        ),
        Column("charge_energy_wh", "DOUBLE", "W·h", "Net energy of its charging half-cycle."),
        Column("discharge_energy_wh", "DOUBLE", "W·h", "Net energy of its discharging half-cycle."),
        Column(
            "charge_current_ampere",
            "DOUBLE",
            "A",
            "Current of the charge step that passed most: the set one, or that of its CC part, "
            "else the median.",
        ),
        Column(
            "discharge_current_ampere",
            "DOUBLE",
            "A",
            "The same of its discharge; negative.",
        ),
        Column("mean_temperature_celsius", "DOUBLE", "°C", "Mean temperature, where recorded."),
        Column("vendor_cycle_count", "BIGINT", "1", "Lowest cycle the instrument names in it."),
        Column(
            "kind_count",
            "BIGINT",
            "1",
            "Kind of cycle, from 1 as they come: alike in control, temperature and lower voltage.",
        ),
        Column("kind", "VARCHAR", "", "How its discharge was controlled, e.g. CC 0.5 A."),
        Column("kind_role", "VARCHAR", "", "formation, check_up, main or other."),
        Column("kind_cycle_count", "BIGINT", "1", "Place among the cell's cycles of its kind."),
        Column("status", "VARCHAR", "", "ok or low_quality."),
        Column("reason", "VARCHAR", "", "Why it is not ok, as its steps say."),
    ),
    key=("test_id", "cycle_count"),
    owner="test_id",
    files="steps",
)

SPECTRUM: Final = Relation(
    "spectrum",
    "one row per frequency of an impedance sweep",
    (
        Column("test_id", "BIGINT", "", "Test the sweep belongs to."),
        Column("spectrum_count", "BIGINT", "1", "Sweep within the test, from 1."),
        Column("record_index", "BIGINT", "1", "Place in the export, from 1."),
        Column("frequency_hertz", "DOUBLE", "Hz", "Frequency, above zero."),
        Column("real_impedance_ohm", "DOUBLE", "Ω", "Re(Z)."),
        Column("imaginary_impedance_ohm", "DOUBLE", "Ω", "Im(Z); negative when capacitive."),
        Column("test_time_second", "DOUBLE", "s", "Time since the start of the test."),
        Column("voltage_volt", "DOUBLE", "V", "Bias voltage."),
        Column("current_ampere", "DOUBLE", "A", "Bias current."),
        Column("temperature_celsius", "DOUBLE", "°C", "Temperature, where recorded."),
        Column(
            "state_of_charge",
            "DOUBLE",
            "1",
            "Share of charge held, where the export or a sidecar tells.",
        ),
    ),
    key=("test_id", "spectrum_count", "record_index"),
    owner="test_id",
    files="spectra",
)
