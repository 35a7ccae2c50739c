"""A chemistry, free of any piece of it."""

from sqlalchemy.orm import Mapped, mapped_column

from schema.catalog.table import Key, Table


class Substance(Table):
    """A chemistry: LATP, Prussian blue, LiFePO4."""

    __tablename__ = "substance"

    id: Mapped[int] = mapped_column(Key, primary_key=True, doc="Key of the substance.")
    name: Mapped[str] = mapped_column(unique=True, doc="Short name used in the lab, e.g. LATP.")
    title: Mapped[str | None] = mapped_column(doc="Full name.")
    formula: Mapped[str | None] = mapped_column(doc="Chemical formula, e.g. Li1.3Al0.3Ti1.7(PO4)3.")
    molar_mass_gram_per_mole: Mapped[float | None] = mapped_column(
        doc="Molar mass of the formula unit.", info={"unit": "g/mol"}
    )
    electrons: Mapped[float | None] = mapped_column(
        doc="Electrons exchanged per formula unit, for the theoretical capacity.",
        info={"unit": "1"},
    )
    role: Mapped[str | None] = mapped_column(
        doc="Usual role: electrolyte, interlayer, wetting agent, active material, metal, additive."
    )
    note: Mapped[str | None] = mapped_column(doc="Anything else worth knowing.")
