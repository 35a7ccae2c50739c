"""A value known of a material, a cell or a test, with all that qualifies it."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from schema.catalog.table import Key, Table


class Property(Table):
    """One value of one quantity: measured, fitted or taken from the literature."""

    __tablename__ = "property"

    id: Mapped[int] = mapped_column(Key, primary_key=True, doc="Key of the property.")
    name: Mapped[str] = mapped_column(index=True, doc="Quantity, e.g. relative_density.")
    substance_id: Mapped[int | None] = mapped_column(
        ForeignKey("substance.id"), index=True, doc="The substance it is known of."
    )
    material_id: Mapped[int | None] = mapped_column(
        ForeignKey("material.id"), index=True, doc="The material it is known of."
    )
    cell_id: Mapped[int | None] = mapped_column(
        ForeignKey("cell.id"), index=True, doc="The cell it is known of."
    )
    test_id: Mapped[int | None] = mapped_column(
        ForeignKey("test.id"), index=True, doc="The test it came from."
    )
    value: Mapped[float | None] = mapped_column(doc="Number, in `unit`.")
    text: Mapped[str | None] = mapped_column(doc="Value that is no number.")
    unit: Mapped[str | None] = mapped_column(doc="Unit of `value`.")
    qualifier: Mapped[str | None] = mapped_column(doc="<, >, ~, <= or >= when not exact.")
    standard_deviation: Mapped[float | None] = mapped_column(doc="One sigma, in `unit`.")
    lower: Mapped[float | None] = mapped_column(doc="Lower end of the interval, in `unit`.")
    upper: Mapped[float | None] = mapped_column(doc="Upper end of the interval, in `unit`.")
    method: Mapped[str | None] = mapped_column(doc="How it was obtained.")
    method_version: Mapped[str | None] = mapped_column(doc="Version of the method.")
    parameter_hash: Mapped[str | None] = mapped_column(doc="Hash of the method's parameters.")
    input_hash: Mapped[str | None] = mapped_column(doc="Hash of what it was computed from.")
    status: Mapped[str] = mapped_column(
        default="ok", doc="ok, low_quality, censored or not_computable."
    )
    reason: Mapped[str | None] = mapped_column(doc="Why the status is not ok.")
