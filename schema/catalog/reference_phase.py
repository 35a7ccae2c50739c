"""A phase that patterns are held against, as somebody entered it: a structure, or its lines."""

from typing import Final

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from schema.catalog.table import Key, Table

CRYSTAL_SYSTEMS: Final = (
    *("triclinic", "monoclinic", "orthorhombic", "tetragonal"),
    *("hexagonal", "rhombohedral", "cubic"),
)
"""Those of schema.diffraction.lattice: what opens a catalog does not wait for NumPy."""


class ReferencePhase(Table):
    """A reference of diffraction: by the text of a CIF, or by a list of lines."""

    __tablename__ = "reference_phase"

    id: Mapped[int] = mapped_column(Key, primary_key=True, doc="Key of the reference phase.")
    name: Mapped[str] = mapped_column(
        unique=True,
        doc="What results call the phase, e.g. LiTiOPO4; one that is built in gives way to it.",
    )
    title: Mapped[str | None] = mapped_column(doc="What it is, in words.")
    substance_id: Mapped[int | None] = mapped_column(
        ForeignKey("substance.id"), index=True, doc="The substance it is the structure of."
    )
    formula: Mapped[str | None] = mapped_column(
        doc="Of one formula unit, where the CIF does not tell it."
    )
    formula_units: Mapped[int | None] = mapped_column(
        doc="Formula units of a cell, Z, where the CIF does not tell it.", info={"unit": "1"}
    )
    source: Mapped[str] = mapped_column(
        doc="Where it was published, or who measured it; of a CIF what that cites, where nobody "
        "says."
    )
    card_number: Mapped[str | None] = mapped_column(
        doc="Number of its card in a licensed set, e.g. PDF 00-035-0754: a word, no data of it."
    )
    cif: Mapped[str | None] = mapped_column(doc="Text of its CIF, without measured reflections.")
    crystal_system: Mapped[str | None] = mapped_column(
        doc="Of a list with a cell: triclinic … cubic; hexagonal is trigonal in such axes, too.",
        info={"choices": CRYSTAL_SYSTEMS},
    )
    a_angstrom: Mapped[float | None] = mapped_column(
        doc="Of a list: axis a; what follows from the system is left out.", info={"unit": "Å"}
    )
    b_angstrom: Mapped[float | None] = mapped_column(doc="Of a list: axis b.", info={"unit": "Å"})
    c_angstrom: Mapped[float | None] = mapped_column(doc="Of a list: axis c.", info={"unit": "Å"})
    alpha_degree: Mapped[float | None] = mapped_column(
        doc="Of a list: between b and c.", info={"unit": "°"}
    )
    beta_degree: Mapped[float | None] = mapped_column(
        doc="Of a list: between a and c.", info={"unit": "°"}
    )
    gamma_degree: Mapped[float | None] = mapped_column(
        doc="Of a list: between a and b.", info={"unit": "°"}
    )
    wavelength_angstrom: Mapped[float | None] = mapped_column(
        doc="Of a list: of the radiation its intensities are of, e.g. 1.5406; null: nobody says, "
        "and they are doubtful.",
        info={"unit": "Å"},
    )
    corundum_ratio: Mapped[float | None] = mapped_column(
        doc="Of a list: I/Ic, its strongest line over corundum's 113 at equal weights; null: no "
        "weights can be told.",
        info={"unit": "1"},
    )
    doubt: Mapped[str | None] = mapped_column(
        doc="Why its intensities are doubtful, e.g. textured; what rests on them is low_quality."
    )
    note: Mapped[str | None] = mapped_column(doc="Anything else worth knowing.")

    lines: Mapped[list["ReferenceLine"]] = relationship(
        cascade="all, delete-orphan", order_by="ReferenceLine.position"
    )


class ReferenceLine(Table):
    """A line of a reference phase, as a list has it."""

    __tablename__ = "reference_line"

    reference_phase_id: Mapped[int] = mapped_column(
        ForeignKey("reference_phase.id"), primary_key=True, doc="The reference phase."
    )
    position: Mapped[int] = mapped_column(primary_key=True, doc="Place in the list, from 1.")
    spacing_angstrom: Mapped[float] = mapped_column(doc="d.", info={"unit": "Å"})
    relative_intensity: Mapped[float] = mapped_column(
        doc="I, of any unit: the strongest of all counts.", info={"unit": "1"}
    )
    hkl: Mapped[str | None] = mapped_column(
        doc="Its indices, three with blanks between, e.g. -1 1 3."
    )
