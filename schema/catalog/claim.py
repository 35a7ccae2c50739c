"""A value somebody reported, and what the warehouse makes of it."""

from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from schema.catalog.table import Key, Table


class Claim(Table):
    """A reported value with its verdict; never a measurement."""

    __tablename__ = "claim"

    id: Mapped[int] = mapped_column(Key, primary_key=True, doc="Key of the claim.")
    name: Mapped[str] = mapped_column(unique=True, doc="Short name, e.g. N3.")
    source: Mapped[str] = mapped_column(doc="Who reported it, where.")
    text: Mapped[str] = mapped_column(doc="The words of the report.")
    quantity: Mapped[str | None] = mapped_column(doc="Quantity it is about.")
    value: Mapped[float | None] = mapped_column(doc="Reported number, in `unit`.")
    text_value: Mapped[str | None] = mapped_column(doc="Reported value that is no number.")
    unit: Mapped[str | None] = mapped_column(doc="Unit of `value`.")
    qualifier: Mapped[str | None] = mapped_column(doc="<, >, ~, <= or >= when not exact.")
    verdict: Mapped[str | None] = mapped_column(doc="supported, contradicted or untestable.")
    why: Mapped[str | None] = mapped_column(doc="Why that verdict.")
    evidence: Mapped[dict[str, Any]] = mapped_column(doc="What the verdict rests on.")
