"""Sets of relative sensitivity factors of photoemission lines, as a lab has them."""

from typing import Final

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from schema.catalog.table import Key, Table

BACKGROUNDS: Final = ("any", "shirley", "tougaard")
INCLUDED: Final = ("nothing", "path", "path and transmission")


class SensitivitySet(Table):
    """A set of relative sensitivity factors, for one energy of photons."""

    __tablename__ = "sensitivity_set"

    id: Mapped[int] = mapped_column(Key, primary_key=True, doc="Key of the set.")
    name: Mapped[str] = mapped_column(
        unique=True, doc="What results call it, e.g. PHI 5000 lab 3; it stands by every amount."
    )
    source: Mapped[str] = mapped_column(doc="Where its factors were published, or who measured.")
    excitation_energy_ev: Mapped[float] = mapped_column(
        doc="Energy of the photons it holds for, e.g. 1486.6.", info={"unit": "eV"}
    )
    background: Mapped[str] = mapped_column(
        doc="Background its areas lie above: shirley, tougaard, or any for cross sections.",
        info={"choices": BACKGROUNDS},
    )
    includes: Mapped[str] = mapped_column(
        doc="What its factors hold beside the cross section: nothing; path (of electrons in the "
        "solid); path and transmission (measured on the instrument, at its angles). What they "
        "hold is not divided by again.",
        info={"choices": INCLUDED},
    )
    geometry: Mapped[str | None] = mapped_column(
        doc="Instrument, lens mode, pass energy and angles it holds for, in words."
    )
    lab_default: Mapped[bool | None] = mapped_column(
        doc="Whether it is taken for tests that name none: of one set at most."
    )
    note: Mapped[str | None] = mapped_column(doc="Anything else worth knowing.")

    factors: Mapped[list["SensitivityFactor"]] = relationship(
        cascade="all, delete-orphan", order_by="SensitivityFactor.line"
    )


class SensitivityFactor(Table):
    """How strong a line is in a set."""

    __tablename__ = "sensitivity_factor"

    sensitivity_set_id: Mapped[int] = mapped_column(
        ForeignKey("sensitivity_set.id"), primary_key=True, doc="The set."
    )
    line: Mapped[str] = mapped_column(
        primary_key=True, doc="Element and line, e.g. Ti2p: of a doublet both parts together."
    )
    factor: Mapped[float] = mapped_column(
        doc="Relative to any line of the set, of all its lines alike.", info={"unit": "1"}
    )
