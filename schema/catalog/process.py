"""What turned materials into a material."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from schema.catalog.material import Material
from schema.catalog.table import Key, Table


class Process(Table):
    """One act of making: milling, calcination, pressing, sintering, coating, wetting."""

    __tablename__ = "process"

    id: Mapped[int] = mapped_column(Key, primary_key=True, doc="Key of the process.")
    name: Mapped[str] = mapped_column(unique=True, doc="Name of this act, e.g. sinter-2024-05-02.")
    kind: Mapped[str] = mapped_column(index=True, doc="What was done: mill, press, sinter, coat.")
    performed_at: Mapped[datetime | None] = mapped_column(doc="When it was done.")
    note: Mapped[str | None] = mapped_column(doc="Anything else worth knowing.")

    inputs: Mapped[list[Material]] = relationship(secondary="process_input")
    outputs: Mapped[list[Material]] = relationship(secondary="process_output")
    parameters: Mapped[list["ProcessParameter"]] = relationship(
        cascade="all, delete-orphan", order_by="ProcessParameter.name"
    )


class ProcessInput(Table):
    """A material that went in."""

    __tablename__ = "process_input"

    process_id: Mapped[int] = mapped_column(
        ForeignKey("process.id"), primary_key=True, doc="The process."
    )
    material_id: Mapped[int] = mapped_column(
        ForeignKey("material.id"), primary_key=True, index=True, doc="What went in."
    )


class ProcessOutput(Table):
    """A material that came out; a material has one maker."""

    __tablename__ = "process_output"

    process_id: Mapped[int] = mapped_column(
        ForeignKey("process.id"), primary_key=True, doc="The process."
    )
    material_id: Mapped[int] = mapped_column(
        ForeignKey("material.id"), primary_key=True, unique=True, doc="What came out."
    )


class ProcessParameter(Table):
    """A condition of a process with its unit and qualifier."""

    __tablename__ = "process_parameter"

    process_id: Mapped[int] = mapped_column(
        ForeignKey("process.id"), primary_key=True, doc="The process."
    )
    name: Mapped[str] = mapped_column(primary_key=True, doc="Name, e.g. temperature.")
    value: Mapped[float | None] = mapped_column(doc="Number, in `unit`; null for a range.")
    lower: Mapped[float | None] = mapped_column(
        doc="What it is at least, in `unit`: the number itself, or the lower end of a range."
    )
    upper: Mapped[float | None] = mapped_column(
        doc="What it is at most, in `unit`: the number itself, or the upper end of a range."
    )
    text: Mapped[str | None] = mapped_column(doc="Value that is no number, e.g. argon.")
    unit: Mapped[str | None] = mapped_column(
        doc="Unit of the numbers: one for every dimension, °C for temperatures, h for times."
    )
    qualifier: Mapped[str | None] = mapped_column(doc="<, >, ~, <= or >= when not exact.")
    written: Mapped[str] = mapped_column(doc="What somebody wrote, e.g. 1173 K.")
