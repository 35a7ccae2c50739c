"""What is computed once of impedance sweeps.

One row per sweep (and circuit, or way of regularizing and choice of its weight); the values that
are many per row rest in lists of structs.
"""

from collections.abc import Mapping
from typing import Final, Literal

from schema.analysis.layout import INPUT, METHOD, STATUS, Layout
from schema.relation import Column, Relation

ImpedanceMethod = Literal["fit", "kramers_kronig", "relaxation"]

_SWEEP: Final = (
    Column("test_id", "BIGINT", "", "Test the sweep belongs to."),
    Column("spectrum_count", "BIGINT", "1", "Sweep within the test, from 1."),
)
_CIRCUIT: Final = Column("circuit", "VARCHAR", "", "Circuit, e.g. R0-p(R1,CPE1)-W2.")
_WAY: Final = (
    Column("way", "VARCHAR", "", "ridge or non_negative."),
    Column("selected_by", "VARCHAR", "", "fixed or cross_validation: how its weight was chosen."),
)

FIT: Final = Relation(
    "fit",
    "one row per circuit fitted to an impedance sweep",
    (
        *_SWEEP,
        *METHOD,
        _CIRCUIT,
        INPUT,
        Column("chosen", "BOOLEAN", "", "Whether the sweep is taken for it, by AICc and F-test."),
        Column("point_count", "BIGINT", "1", "Points it was fitted to."),
        Column("outlier_count", "BIGINT", "1", "Outliers left out, by the Kramers-Kronig test."),
        Column("masked_count", "BIGINT", "1", "Inductive points left out: no L in the circuit."),
        Column("masked_from_hertz", "DOUBLE", "Hz", "Lowest frequency left out."),
        Column("chi_square", "DOUBLE", "1", "Sum of |dZ|²/|Z|² over degrees of freedom."),
        Column("noise_square", "DOUBLE", "1", "The same of the sweep's own noise."),
        Column("rms_residual", "DOUBLE", "1", "Root of the mean |dZ|²/|Z|²."),
        Column("aicc", "DOUBLE", "1", "Akaike's criterion, corrected for few points."),
        Column("whole_low_ohm", "DOUBLE", "Ω", "Of R in series and of arcs, if chosen: 95 %, low."),
        Column("whole_high_ohm", "DOUBLE", "Ω", "The same, upper end; null: the sweep tells none."),
        Column("whole_interval", "VARCHAR", "", "Of these two ends: linear or profile."),
        Column("restart_count", "BIGINT", "1", "Starts it took."),
        Column("greatest_correlation", "DOUBLE", "1", "Between two of its parameters, absolute."),
        *STATUS,
    ),
)

FIT_PARAMETER: Final = Relation(
    "fit_parameter",
    "one row per parameter of a fitted circuit",
    (
        *_SWEEP,
        *METHOD,
        _CIRCUIT,
        Column("element", "VARCHAR", "", "Element of the circuit, e.g. CPE1."),
        Column("parameter", "VARCHAR", "", "Its parameter: R, C, L, Q, n, A, tau."),
        Column("value", "DOUBLE", "", "Value, in `unit`."),
        Column("standard_error", "DOUBLE", "", "One sigma, in `unit`, as if all were linear."),
        Column("low", "DOUBLE", "", "Lower end of the 95 % interval, in `unit`; of the chosen."),
        Column("high", "DOUBLE", "", "Upper end; null: the sweep tells none."),
        Column("interval", "VARCHAR", "", "linear, or profile: the valley may bend."),
        Column("unit", "VARCHAR", "", "Unit of all of them."),
        Column("at_bound", "BOOLEAN", "", "Whether it stands where it may not pass."),
    ),
)

FIT_CORRELATION: Final = Relation(
    "fit_correlation",
    "one row per two resistances of a fitted circuit that stand in series, alone or in an arc",
    (
        *_SWEEP,
        *METHOD,
        _CIRCUIT,
        Column("element", "VARCHAR", "", "The one, e.g. R0."),
        Column("other_element", "VARCHAR", "", "The other, e.g. R1."),
        Column("correlation", "DOUBLE", "1", "Of their estimates, -1 to 1."),
    ),
)

ARC: Final = Relation(
    "arc",
    "one row per arc of a fitted circuit, and what it is taken for",
    (
        *_SWEEP,
        *METHOD,
        _CIRCUIT,
        Column("arc_count", "BIGINT", "1", "Place by rising time constant, from 1."),
        Column("element", "VARCHAR", "", "Its resistance in the circuit, e.g. R1."),
        Column("resistance_ohm", "DOUBLE", "Ω", "Width of the arc."),
        Column("resistance_error_ohm", "DOUBLE", "Ω", "One sigma, as if all were linear."),
        Column("resistance_low_ohm", "DOUBLE", "Ω", "Lower end of the 95 % interval."),
        Column("resistance_high_ohm", "DOUBLE", "Ω", "Upper end; null: the sweep tells none."),
        Column("interval", "VARCHAR", "", "linear or profile."),
        Column("time_constant_second", "DOUBLE", "s", "Of its peak."),
        Column("exponent", "DOUBLE", "1", "1 is a semicircle."),
        Column("capacitance_farad", "DOUBLE", "F", "Time constant over resistance."),
        Column("capacitance_error_farad", "DOUBLE", "F", "One sigma."),
        Column("peak_frequency_hertz", "DOUBLE", "Hz", "Of its peak."),
        Column(
            "assignment",
            "VARCHAR",
            "",
            "bulk, grain_boundary, interface, mixed or not_identifiable, by its capacitance.",
        ),
        Column("unassigned", "VARCHAR", "", "Why it is mixed or not identifiable."),
    ),
)

KRAMERS_KRONIG: Final = Relation(
    "kramers_kronig",
    "one row per impedance sweep: whether it can be that of a linear, steady, causal system",
    (
        *_SWEEP,
        *METHOD,
        INPUT,
        Column("unit_count", "BIGINT", "1", "RC units it took."),
        Column("mu", "DOUBLE", "1", "1 less negative over positive resistance of the units."),
        Column("tail_capacitance", "BOOLEAN", "", "Whether a series capacitance was fitted too."),
        Column("rms_residual", "DOUBLE", "1", "Root of the mean |dZ|²/|Z|²."),
        Column(
            "noise", "DOUBLE", "1", "Standard deviation of a part of dZ over |Z| that is noise."
        ),
        Column("structure", "DOUBLE", "1", "Root of the mean |dZ|²/|Z|² going on along frequency."),
        Column("outlier_count", "BIGINT", "1", "Points that stand alone and were left out."),
        Column("valid_share", "DOUBLE", "1", "Part of the points within 1 % or 3 x the noise."),
        Column("verdict", "VARCHAR", "", "valid, suspicious, invalid or not_computable."),
        Column("lowest_invalid_hertz", "DOUBLE", "Hz", "Lowest frequency beyond both."),
        Column("highest_invalid_hertz", "DOUBLE", "Hz", "Highest frequency beyond both."),
        Column("reason", "VARCHAR", "", "Why the verdict is not valid, and outliers."),
    ),
)

KRAMERS_KRONIG_RESIDUAL: Final = Relation(
    "kramers_kronig_residual",
    "one row per frequency of a sweep: how far it is from what the test allows",
    (
        *_SWEEP,
        *METHOD,
        Column("frequency_hertz", "DOUBLE", "Hz", "Frequency."),
        Column("real_residual", "DOUBLE", "1", "Real part of dZ over |Z|."),
        Column("imaginary_residual", "DOUBLE", "1", "Imaginary part of dZ over |Z|."),
        Column("outlier", "BOOLEAN", "", "Whether the point stands alone: a fit may leave it out."),
    ),
)

RELAXATION: Final = Relation(
    "relaxation",
    "one row per impedance sweep, way of regularizing and choice of its weight: its distribution "
    "of relaxation times",
    (
        *_SWEEP,
        *METHOD,
        *_WAY,
        INPUT,
        Column("regularization", "DOUBLE", "1", "Weight of roughness, of data weighed by |Z|."),
        Column("tail", "VARCHAR", "", "What was subtracted first, terms of a circuit, e.g. CPE2."),
        Column("tail_circuit", "VARCHAR", "", "The chosen circuit that tells the tail, or none."),
        Column("series_resistance_ohm", "DOUBLE", "Ω", "Resistance that does not relax."),
        Column("series_inductance_henry", "DOUBLE", "H", "Of the leads."),
        Column("series_capacitance_farad", "DOUBLE", "F", "For a tail that no circuit tells."),
        Column("rms_residual", "DOUBLE", "1", "Root of the mean |dZ|²/|Z|²."),
        Column("resample_count", "BIGINT", "1", "Resampled spectra that tell errors of its peaks."),
        *STATUS,
    ),
)

RELAXATION_DENSITY: Final = Relation(
    "relaxation_density",
    "one row per time constant of a distribution of relaxation times",
    (
        *_SWEEP,
        *METHOD,
        *_WAY,
        Column("time_constant_second", "DOUBLE", "s", "Time constant."),
        Column("density_ohm", "DOUBLE", "Ω", "Resistance per unit of ln(time constant)."),
    ),
)

RELAXATION_PEAK: Final = Relation(
    "relaxation_peak",
    "one row per peak of a distribution of relaxation times; those at its ends are left out",
    (
        *_SWEEP,
        *METHOD,
        *_WAY,
        Column("peak_count", "BIGINT", "1", "Place by rising time constant, from 1."),
        Column("time_constant_second", "DOUBLE", "s", "Of its top."),
        Column("resistance_ohm", "DOUBLE", "Ω", "Its area, with that of its side lobes."),
        Column(
            "resistance_error_ohm", "DOUBLE", "Ω", "One sigma, by resamples where there are any."
        ),
        Column("resistance_low_ohm", "DOUBLE", "Ω", "End of the 95 % interval by resamples."),
        Column("resistance_high_ohm", "DOUBLE", "Ω", "Its other end."),
        Column("capacitance_farad", "DOUBLE", "F", "Time constant over resistance."),
    ),
)

IMPEDANCE_LAYOUTS: Final[Mapping[ImpedanceMethod, Layout]] = {
    "fit": Layout("fits", FIT, (FIT_PARAMETER, FIT_CORRELATION, ARC), "trial_fits"),
    "kramers_kronig": Layout("kramers_kronig", KRAMERS_KRONIG, (KRAMERS_KRONIG_RESIDUAL,)),
    "relaxation": Layout("relaxations", RELAXATION, (RELAXATION_DENSITY, RELAXATION_PEAK)),
}
"""What is computed of sweeps, by method."""
