"""What a study says of references: phases of diffraction, and sensitivity factors."""

from typing import Annotated

from pydantic import Field

from ingest.study.declared import Declared
from ingest.study.text import Formula, Text, amount


class ReferenceLine(Declared):
    """A line of a reference phase."""

    d: Annotated[Text, amount("Å")] = Field(description="Spacing, e.g. 3.2470 Å.")
    intensity: float = Field(
        allow_inf_nan=False, description="Relative intensity, of any unit, e.g. 100."
    )
    hkl: Text | None = Field(None, description="Indices with blanks between, e.g. 1 1 0.")


class Reference(Declared):
    """A phase that diffraction is held against: by the text of a CIF, or by its lines."""

    title: Text | None = Field(None, description="What it is, in words.")
    substance: Text | None = Field(None, description="The substance it is the structure of.")
    formula: Formula | None = Field(
        None, description="Of one formula unit, where the CIF does not tell it."
    )
    formula_units: int | None = Field(
        None, description="Formula units of a cell, Z, where the CIF does not tell it."
    )
    source: Text | None = Field(
        None, description="Where it was published, or who measured it; else what the CIF cites."
    )
    card_number: Text | None = Field(
        None, description="Number of its card, e.g. PDF 00-035-0754; never data of the card."
    )
    cif: Text | None = Field(None, description="Text of its CIF.")
    crystal_system: Text | None = Field(
        None, description="Of lines with a cell: triclinic … cubic, or hexagonal, rhombohedral."
    )
    a: Annotated[Text, amount("Å")] | None = Field(None, description="Axis a, e.g. 4.5937 Å.")
    b: Annotated[Text, amount("Å")] | None = Field(None, description="Axis b.")
    c: Annotated[Text, amount("Å")] | None = Field(None, description="Axis c.")
    alpha: Annotated[Text, amount("deg")] | None = Field(None, description="Angle, e.g. 104.2 deg.")
    beta: Annotated[Text, amount("deg")] | None = Field(None, description="Angle.")
    gamma: Annotated[Text, amount("deg")] | None = Field(None, description="Angle.")
    wavelength: Annotated[Text, amount("Å")] | None = Field(
        None, description="Of the radiation that the intensities of lines are of, e.g. 1.5406 Å."
    )
    corundum_ratio: float | None = Field(
        None, allow_inf_nan=False, description="I/Ic of lines; without it there are no weights."
    )
    doubt: Text | None = Field(None, description="Why its intensities are doubtful.")
    note: Text | None = Field(None, description="Anything else worth knowing.")
    lines: list[ReferenceLine] = Field([], description="Its lines, where it has no CIF.")


class SensitivitySet(Declared):
    """Relative sensitivity factors of photoemission lines."""

    source: Text = Field(description="Where they were published, or who measured them.")
    excitation_energy: Annotated[Text, amount("eV")] = Field(
        description="Energy of the photons, e.g. 1486.6 eV."
    )
    background: Text = Field(description="Of its areas: shirley, tougaard, or any.")
    includes: Text = Field(
        description="What factors hold beside cross sections: nothing, path, or path and "
        "transmission."
    )
    geometry: Text | None = Field(
        None, description="Instrument, lens mode, pass energy, angles it holds for."
    )
    lab_default: bool | None = Field(
        None, description="Whether it is taken where a test names none: of one set at most."
    )
    note: Text | None = Field(None, description="Anything else worth knowing.")
    factors: dict[Text, float] = Field(
        description="Factor of each line, e.g. Ti2p: 7.91; of a doublet both parts together."
    )
