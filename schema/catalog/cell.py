"""A stack of layers that can be tested."""

from datetime import datetime
from typing import Final

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from schema.catalog.material import Material
from schema.catalog.substance import Substance
from schema.catalog.table import Key, Table, now

CONVENTIONS: Final = ("turns", "instrument")
"""How cycles are counted: by the turns of the charge, or as the instrument numbers them."""


class Cell(Table):
    """A cell: what it is built of and the sizes its metrics are divided by."""

    __tablename__ = "cell"

    id: Mapped[int] = mapped_column(Key, primary_key=True, doc="Key of the cell.")
    name: Mapped[str] = mapped_column(unique=True, doc="Label on the cell.")
    project: Mapped[str | None] = mapped_column(
        index=True, doc="Project it belongs to; readers may be let see only some."
    )
    configuration: Mapped[str | None] = mapped_column(
        index=True, doc="Layer stack as written in the lab, e.g. Li/IL@PB@LATP/Li."
    )
    symmetric: Mapped[bool | None] = mapped_column(doc="Whether both electrodes are the same.")
    area_cm2: Mapped[float | None] = mapped_column(
        doc="Electrode area; unknown means areal metrics are null.", info={"unit": "cm²"}
    )
    area_error_cm2: Mapped[float | None] = mapped_column(
        doc="Standard error of the area.", info={"unit": "cm²"}
    )
    active_mass_gram: Mapped[float | None] = mapped_column(
        doc="Mass of the active material that specific metrics are divided by.", info={"unit": "g"}
    )
    mass_basis: Mapped[str | None] = mapped_column(
        doc="What `active_mass_gram` counts, e.g. cathode active material."
    )
    nominal_capacity_ah: Mapped[float | None] = mapped_column(
        doc="Nominal capacity.", info={"unit": "A·h"}
    )
    cycle_convention: Mapped[str | None] = mapped_column(
        doc="Declared of its tests, how cycles are counted: turns (of the charge) or instrument; "
        "turns where nobody says.",
        info={"choices": CONVENTIONS},
    )
    formation_cycles: Mapped[str | None] = mapped_column(
        doc="Cycles of the cell declared to be formation, e.g. 1-4, 6."
    )
    check_up_cycles: Mapped[str | None] = mapped_column(
        doc="Cycles of the cell declared to be check-ups, e.g. 50, 100."
    )
    note: Mapped[str | None] = mapped_column(doc="Anything else worth knowing.")
    created_at: Mapped[datetime] = mapped_column(default=now, doc="When it was entered.")

    layers: Mapped[list["CellLayer"]] = relationship(
        cascade="all, delete-orphan", order_by="CellLayer.position"
    )


class CellLayer(Table):
    """One layer of a cell, counted from the negative side."""

    __tablename__ = "cell_layer"
    __table_args__ = (UniqueConstraint("cell_id", "position"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True, doc="Key of the layer.")
    cell_id: Mapped[int] = mapped_column(ForeignKey("cell.id"), index=True, doc="The cell.")
    position: Mapped[int] = mapped_column(doc="Place in the stack, from 1.")
    role: Mapped[str | None] = mapped_column(
        doc="Role: negative, electrolyte, interlayer, wetting, positive."
    )
    substance_id: Mapped[int | None] = mapped_column(
        ForeignKey("substance.id"), index=True, doc="What it is made of."
    )
    material_id: Mapped[int | None] = mapped_column(
        ForeignKey("material.id"), index=True, doc="The very piece that was used."
    )
    thickness_um: Mapped[float | None] = mapped_column(doc="Thickness.", info={"unit": "µm"})
    loading_mg_per_cm2: Mapped[float | None] = mapped_column(
        doc="Active mass per area.", info={"unit": "mg/cm²"}
    )

    substance: Mapped[Substance | None] = relationship()
    material: Mapped[Material | None] = relationship()
