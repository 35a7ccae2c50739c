"""What is computed once of photoemission regions.

One row per region; the areas of its lines, backgrounds, what was counted where lines would be, and
components rest in lists of structs. Energies are binding energies as referred: measured plus
`energy_shift_ev`. Areas are in the intensity of the region times eV; every error is one sigma.
"""

from collections.abc import Mapping
from typing import Final, Literal

from schema.analysis.layout import INPUT, METHOD, STATUS, Layout
from schema.relation import Column, Relation

PhotoemissionMethod = Literal["emission"]

_REGION: Final = (
    Column("test_id", "BIGINT", "", "Test the region belongs to."),
    Column("region_count", "BIGINT", "1", "Region within the test, from 1."),
)
_ELEMENT: Final = Column("line_element", "VARCHAR", "", "Element it is of.")
_BACKGROUND: Final = Column("background", "VARCHAR", "", "shirley or tougaard.")

EMISSION: Final = Relation(
    "emission",
    "one row per photoemission region: what can be made of it",
    (
        *_REGION,
        *METHOD,
        INPUT,
        Column("survey", "BOOLEAN", "", "Whether it was taken for no line of an element."),
        Column("line", "VARCHAR", "", "The line it was taken for; null for a survey."),
        Column("gain", "DOUBLE", "", "Variance over intensity; null: nobody knows its noise."),
        Column("energy_shift_ev", "DOUBLE", "eV", "Added to what was measured."),
        *STATUS,
    ),
)

EMISSION_AREA: Final = Relation(
    "emission_area",
    "one row per line of a photoemission region and background: its area",
    (
        *_REGION,
        *METHOD,
        Column("emission_line", "VARCHAR", "", "Line of an element, e.g. Ti2p."),
        _ELEMENT,
        _BACKGROUND,
        Column("chosen", "BOOLEAN", "", "Whether its area is taken: tougaard where it can be had."),
        Column("lowest_ev", "DOUBLE", "eV", "Where it begins."),
        Column("highest_ev", "DOUBLE", "eV", "Where it ends."),
        Column("area", "DOUBLE", "", "Above the background, intensity times eV."),
        Column("area_error", "DOUBLE", "", "One sigma, by copies of the spectrum."),
        Column("background_gain", "DOUBLE", "1", "G of Shirley's: above 1 noise feeds back."),
        Column("sensitivity_set", "VARCHAR", "", "Whose sensitivity factors, e.g. scofield."),
        Column("sensitivity", "DOUBLE", "1", "Of the line, in its set."),
        Column("transmission", "DOUBLE", "1", "Of the analyzer; 1 where nobody tells it."),
        Column("transmission_told", "BOOLEAN", "", "Whether the export tells it."),
        Column("path_model", "VARCHAR", "", "By what the path is told, e.g. kinetic_energy^0.75."),
        Column("path", "DOUBLE", "1", "Inelastic mean free path over that at 1000 eV."),
        Column("angular_factor", "DOUBLE", "1", "W, for the angle between source and analyzer."),
        Column("counting_time_second", "DOUBLE", "s", "That made rates of counts; 1 for rates."),
        Column("amount", "DOUBLE", "", "Area over all of these: n, in units of its own."),
        Column("amount_error", "DOUBLE", "", "One sigma, of counting."),
        Column("amount_systematic", "DOUBLE", "1", "Relative error that is not of counting."),
        Column("verdict", "VARCHAR", "", "ok, low_quality or not_computable."),
        Column("doubt", "VARCHAR", "", "Why the verdict is not ok."),
    ),
)

EMISSION_BACKGROUND: Final = Relation(
    "emission_background",
    "one row per energy, line and background of a photoemission region",
    (
        *_REGION,
        *METHOD,
        Column("emission_line", "VARCHAR", "", "Line whose area is above it."),
        _BACKGROUND,
        Column("binding_energy_ev", "DOUBLE", "eV", "As measured."),
        Column("level", "DOUBLE", "", "Of the background, in the intensity of the region."),
        Column("model", "DOUBLE", "", "Background and components; null where there are none."),
    ),
)

EMISSION_WINDOW: Final = Relation(
    "emission_window",
    "one row per line that a photoemission region could show: what was counted there",
    (
        *_REGION,
        *METHOD,
        Column("emission_line", "VARCHAR", "", "Line looked for, e.g. Ti2p."),
        _ELEMENT,
        Column("overlapped_by", "VARCHAR", "", "Elements with lines there too, by commas."),
        Column("lowest_ev", "DOUBLE", "eV", "Where the window begins."),
        Column("highest_ev", "DOUBLE", "eV", "Where it ends."),
        Column("channel_count", "BIGINT", "1", "Channels of the window, n."),
        Column("side_count", "BIGINT", "1", "Channels of background on either side, m."),
        Column("net_count", "DOUBLE", "1", "Counts above the background."),
        Column("net_error_count", "DOUBLE", "1", "Their sigma if no line were there, sd0."),
        Column("sensitivity", "DOUBLE", "1", "Of the line, in its set."),
        Column("amount_per_count", "DOUBLE", "", "What one count is as an amount."),
        Column("scanned", "BOOLEAN", "", "Whether anything can be said."),
        Column("doubt", "VARCHAR", "", "Why not: not_covered, too_coarse …"),
    ),
)

EMISSION_COMPONENT: Final = Relation(
    "emission_component",
    "one row per component of a line of a photoemission region",
    (
        *_REGION,
        *METHOD,
        Column("emission_line", "VARCHAR", "", "Line it is of."),
        _ELEMENT,
        Column("component_count", "BIGINT", "1", "Place by rising binding energy, from 1."),
        Column("energy_ev", "DOUBLE", "eV", "Of its stronger part, as referred."),
        Column("energy_error_ev", "DOUBLE", "eV", "One sigma of the fit, not of the reference."),
        Column("area", "DOUBLE", "", "Of all of it, intensity times eV."),
        Column("area_error", "DOUBLE", "", "One sigma."),
        Column("area_share", "DOUBLE", "1", "Of all components of the line."),
        Column("width_ev", "DOUBLE", "eV", "Full width at half maximum, of all components."),
        Column("width_error_ev", "DOUBLE", "eV", "One sigma."),
        Column("lorentz_share", "DOUBLE", "1", "η: the part of a Lorentzian."),
        Column("chi_square", "DOUBLE", "1", "Of the fit, over degrees of freedom."),
        Column("aicc", "DOUBLE", "1", "Akaike's criterion, by which their number was chosen."),
        Column("doubt", "VARCHAR", "", "Why they are doubtful; null where they are not."),
    ),
)

PHOTOEMISSION_LAYOUTS: Final[Mapping[PhotoemissionMethod, Layout]] = {
    "emission": Layout(
        "emissions",
        EMISSION,
        (EMISSION_AREA, EMISSION_BACKGROUND, EMISSION_WINDOW, EMISSION_COMPONENT),
    ),
}
"""What is computed of photoemission regions, by method."""
