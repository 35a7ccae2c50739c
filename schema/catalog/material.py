"""A physical thing made of a substance, and what it descends from."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from schema.catalog.substance import Substance
from schema.catalog.table import Key, Table, now


class Material(Table):
    """A pellet, a coated pellet, an ionic-liquid batch, an electrode, a powder batch."""

    __tablename__ = "material"

    id: Mapped[int] = mapped_column(Key, primary_key=True, doc="Key of the material.")
    name: Mapped[str] = mapped_column(unique=True, doc="Label on the thing, e.g. LATP-pellet-07.")
    kind: Mapped[str | None] = mapped_column(
        doc="What it is: pellet, coating, batch, electrode, foil."
    )
    substance_id: Mapped[int | None] = mapped_column(
        ForeignKey("substance.id"), index=True, doc="The substance it is made of."
    )
    batch: Mapped[str | None] = mapped_column(index=True, doc="Batch it belongs to.")
    mass_gram: Mapped[float | None] = mapped_column(doc="Mass.", info={"unit": "g"})
    thickness_um: Mapped[float | None] = mapped_column(doc="Thickness.", info={"unit": "µm"})
    thickness_error_um: Mapped[float | None] = mapped_column(
        doc="Standard error of the thickness.", info={"unit": "µm"}
    )
    area_cm2: Mapped[float | None] = mapped_column(doc="Face area.", info={"unit": "cm²"})
    area_error_cm2: Mapped[float | None] = mapped_column(
        doc="Standard error of the area.", info={"unit": "cm²"}
    )
    note: Mapped[str | None] = mapped_column(doc="Anything else worth knowing.")
    created_at: Mapped[datetime] = mapped_column(default=now, doc="When it was entered.")

    substance: Mapped[Substance | None] = relationship()


class Ancestor(Table):
    """The closure of "was made from": one row per material and each material it descends from."""

    __tablename__ = "ancestor"

    material_id: Mapped[int] = mapped_column(
        ForeignKey("material.id"), primary_key=True, doc="The descendant."
    )
    ancestor_id: Mapped[int] = mapped_column(
        ForeignKey("material.id"), primary_key=True, index=True, doc="What it descends from."
    )
    depth: Mapped[int] = mapped_column(doc="Processes between the two, at least 1.")
