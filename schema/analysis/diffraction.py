"""What is computed once of diffraction scans.

One row per scan; its lines, the phases it was held against, their cells and reference lines, what
could be hidden of others, and the size of crystallites rest in lists of structs. Areas are those of
Kα1, in intensity times degree; every error is one sigma, already widened by √max(1, χ²/dof).
"""

from collections.abc import Mapping
from typing import Final, Literal

from schema.analysis.layout import INPUT, METHOD, STATUS, Layout
from schema.relation import Column, Relation

DiffractionMethod = Literal["pattern"]

_SCAN: Final = (
    Column("test_id", "BIGINT", "", "Test the scan belongs to."),
    Column("scan_count", "BIGINT", "1", "Scan within the test, from 1."),
)
_PHASE: Final = Column("phase", "VARCHAR", "", "Phase, by the name of its reference.")
_HKL: Final = Column("hkl", "VARCHAR", "", "Reflection, e.g. 1 1 3.")
_JUDGED: Final = Column("doubt", "VARCHAR", "", "Why the verdict is not the best there is.")

PATTERN: Final = Relation(
    "pattern",
    "one row per diffraction scan: how well its lines were found",
    (
        *_SCAN,
        *METHOD,
        INPUT,
        Column("found_count", "BIGINT", "1", "Lines that were found."),
        Column("ghost_count", "BIGINT", "1", "Those that may be of other wavelengths than Kα."),
        Column("foreign_count", "BIGINT", "1", "Those of no phase and no ghost."),
        Column("typical_width_degree", "DOUBLE", "°", "Full width of its strongest lines."),
        Column("typical_share", "DOUBLE", "1", "η of these: the part of a Lorentzian."),
        Column("peak_chi_square", "DOUBLE", "1", "Of all lines fitted together, over dof."),
        Column("peak_widening", "DOUBLE", "1", "What the errors of lines were multiplied by."),
        Column("main_phase", "VARCHAR", "", "The phase most like it; null where none is."),
        *STATUS,
    ),
)

PATTERN_PEAK: Final = Relation(
    "pattern_peak",
    "one row per line of a diffraction scan",
    (
        *_SCAN,
        *METHOD,
        Column("peak_count", "BIGINT", "1", "Place by rising angle, from 1."),
        Column("two_theta_degree", "DOUBLE", "°", "Where it is, by Kα1, as measured."),
        Column("two_theta_error_degree", "DOUBLE", "°", "One sigma."),
        Column("d_angstrom", "DOUBLE", "Å", "Spacing of that angle; null without a wavelength."),
        Column("d_error_angstrom", "DOUBLE", "Å", "One sigma, of counting alone."),
        Column("area", "DOUBLE", "", "Intensity times degree."),
        Column("area_error", "DOUBLE", "", "One sigma."),
        Column("width_degree", "DOUBLE", "°", "Full width at half maximum."),
        Column("width_error_degree", "DOUBLE", "°", "One sigma."),
        Column("share", "DOUBLE", "1", "η: the part of a Lorentzian."),
        Column("share_error", "DOUBLE", "1", "One sigma."),
        Column("own_width", "BOOLEAN", "", "Whether width and η are its own, not of all lines."),
        Column("significance", "DOUBLE", "1", "Area over its sigma if no line were there."),
        _PHASE,
        _HKL,
        Column("ghost", "VARCHAR", "", "k_beta or w_l_alpha, where it may be one."),
    ),
)

PATTERN_CELL: Final = Relation(
    "pattern_cell",
    "one row per phase of a diffraction scan whose cell was fitted",
    (
        *_SCAN,
        *METHOD,
        _PHASE,
        Column("way", "VARCHAR", "", "whole_pattern or lone_lines."),
        Column("crystal_system", "VARCHAR", "", "cubic, hexagonal, …: what is free of the cell."),
        Column("a_angstrom", "DOUBLE", "Å", "Length of a."),
        Column("a_error_angstrom", "DOUBLE", "Å", "One sigma, of counting."),
        Column("a_systematic_angstrom", "DOUBLE", "Å", "What is not of counting, one sigma."),
        Column("b_angstrom", "DOUBLE", "Å", "Length of b."),
        Column("b_error_angstrom", "DOUBLE", "Å", "One sigma, of counting."),
        Column("b_systematic_angstrom", "DOUBLE", "Å", "What is not of counting, one sigma."),
        Column("c_angstrom", "DOUBLE", "Å", "Length of c."),
        Column("c_error_angstrom", "DOUBLE", "Å", "One sigma, of counting."),
        Column("c_systematic_angstrom", "DOUBLE", "Å", "What is not of counting, one sigma."),
        Column("a_c_correlation", "DOUBLE", "1", "Of the estimates of a and c, -1 to 1."),
        Column("alpha_degree", "DOUBLE", "°", "Angle between b and c."),
        Column("beta_degree", "DOUBLE", "°", "Angle between a and c."),
        Column("gamma_degree", "DOUBLE", "°", "Angle between a and b."),
        Column("volume_angstrom3", "DOUBLE", "Å³", "Volume of the cell."),
        Column("volume_error_angstrom3", "DOUBLE", "Å³", "One sigma, of counting."),
        Column("volume_systematic_angstrom3", "DOUBLE", "Å³", "What is not of counting."),
        Column("correction", "VARCHAR", "", "What moves lines: displacement, zero or none."),
        Column("correction_value", "DOUBLE", "", "Zero in °, or displacement over radius in 1."),
        Column("correction_error", "DOUBLE", "", "One sigma of that, of counting."),
        Column("chi_square", "DOUBLE", "1", "Of the fit, over degrees of freedom."),
        Column("widening", "DOUBLE", "1", "What errors of counting were multiplied by."),
        Column("fitted_count", "BIGINT", "1", "Lines of the reference that were fitted."),
        Column("formula", "VARCHAR", "", "Formula unit of the reference."),
        Column("formula_mass_gram_per_mole", "DOUBLE", "g/mol", "Of that formula unit."),
        Column("formula_units", "BIGINT", "1", "Of these in a cell, Z."),
        Column("reference_volume_angstrom3", "DOUBLE", "Å³", "Volume of the reference's cell."),
        Column("verdict", "VARCHAR", "", "ok or low_quality."),
        _JUDGED,
    ),
)

PATTERN_PHASE: Final = Relation(
    "pattern_phase",
    "one row per reference a diffraction scan was held against",
    (
        *_SCAN,
        *METHOD,
        _PHASE,
        Column("title", "VARCHAR", "", "What it is."),
        Column("main", "BOOLEAN", "", "Whether it is the phase most like the scan."),
        Column("merit", "DOUBLE", "1", "FOM: strength of expected lines that are there, of all."),
        Column("chance_merit", "DOUBLE", "1", "What any scan with so many lines has by chance."),
        Column("expected_count", "BIGINT", "1", "Lines that should be seen."),
        Column("matched_count", "BIGINT", "1", "Those that are."),
        Column("intensity_residual", "DOUBLE", "1", "R_I: Σ of differences of relative areas."),
        Column("textured", "BOOLEAN", "", "Whether that is so large that grains lie in order."),
        Column("strain", "DOUBLE", "1", "Largest relative difference from the reference's cell."),
        Column("source", "VARCHAR", "", "Where the reference comes from."),
        Column("content_hash", "VARCHAR", "", "Hash of the structure it was computed of."),
        Column("reference_doubt", "VARCHAR", "", "Why its intensities are doubtful."),
        Column("verdict", "VARCHAR", "", "present or candidate."),
        _JUDGED,
    ),
)

PATTERN_REFERENCE: Final = Relation(
    "pattern_reference",
    "one row per line of the reference of a phase that is present in a diffraction scan",
    (
        *_SCAN,
        *METHOD,
        _PHASE,
        _HKL,
        Column("place_degree", "DOUBLE", "°", "2θ where the scan should have it."),
        Column("relative_intensity", "DOUBLE", "%", "Of the strongest line of the reference."),
        Column("expected", "BOOLEAN", "", "Whether it should be seen, alone or with neighbors."),
        Column("peak_count", "BIGINT", "1", "The line of the scan that it is, or is in."),
    ),
)

PATTERN_LIMIT: Final = Relation(
    "pattern_limit",
    "one row per reference beside the main phase of a diffraction scan and k_a: how much of it "
    "could be there unseen",
    (
        *_SCAN,
        *METHOD,
        _PHASE,
        Column("k_a", "DOUBLE", "1", "4 for a line anywhere, 1.645 for a phase named beforehand."),
        _HKL,
        Column("place_degree", "DOUBLE", "°", "2θ of the line that tells."),
        Column("area", "DOUBLE", "", "What is there, intensity times degree; may be below 0."),
        Column("area_deviation", "DOUBLE", "", "sd0: its sigma if no line were there."),
        Column("critical_area", "DOUBLE", "", "L_C: what is more is no chance."),
        Column("detectable_area", "DOUBLE", "", "L_D: what is more is seen in 95 of 100 scans."),
        Column("fraction", "DOUBLE", "1", "Share of the weight, where it is detected."),
        Column("fraction_error", "DOUBLE", "1", "One sigma, with 20 % of what a gram scatters."),
        Column("critical_fraction", "DOUBLE", "1", "Share of the weight at L_C."),
        Column("detectable_fraction", "DOUBLE", "1", "Share of the weight at L_D."),
        Column(
            "verdict",
            "VARCHAR",
            "",
            "detected, not_detected, not_decidable (lines overlap, step too coarse), not_measured.",
        ),
        _JUDGED,
    ),
)

PATTERN_CRYSTALLITE: Final = Relation(
    "pattern_crystallite",
    "one row per way of telling the size of crystallites of the main phase of a diffraction scan",
    (
        *_SCAN,
        *METHOD,
        _PHASE,
        Column("way", "VARCHAR", "", "scherrer or williamson_hall."),
        Column("shape_factor", "DOUBLE", "1", "K of Scherrer."),
        Column("size_nm", "DOUBLE", "nm", "Size; where the verdict is censored it is more."),
        Column("size_error_nm", "DOUBLE", "nm", "One sigma."),
        Column("strain_spread", "DOUBLE", "1", "ε: local strain that widens lines."),
        Column("strain_spread_error", "DOUBLE", "1", "One sigma."),
        Column("used_count", "BIGINT", "1", "Lines it was told by."),
        Column("verdict", "VARCHAR", "", "ok, censored or not_computable."),
        _JUDGED,
    ),
)

DIFFRACTION_LAYOUTS: Final[Mapping[DiffractionMethod, Layout]] = {
    "pattern": Layout(
        "patterns",
        PATTERN,
        (
            PATTERN_PEAK,
            PATTERN_CELL,
            PATTERN_PHASE,
            PATTERN_REFERENCE,
            PATTERN_LIMIT,
            PATTERN_CRYSTALLITE,
        ),
    ),
}
"""What is computed of scans, by method."""
