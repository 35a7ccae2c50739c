"""A value somebody reported, and what the warehouse makes of it."""

from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from schema.catalog.table import Key, Table


class Claim(Table):
    """A reported value with its verdict; never a measurement."""

    __tablename__ = "claim"

    id: Mapped[int] = mapped_column(Key, primary_key=True, doc="Key of the claim.")
    name: Mapped[str] = mapped_column(unique=True, doc="Short name, e.g. N3.")
    study_id: Mapped[int | None] = mapped_column(
        ForeignKey("study.id"), index=True, doc="The study that reports it, as last applied."
    )
    source: Mapped[str] = mapped_column(doc="Who reported it, where.")
    text: Mapped[str] = mapped_column(doc="The words of the report.")
    quantity: Mapped[str | None] = mapped_column(doc="Quantity it is about.")
    value: Mapped[float | None] = mapped_column(doc="Reported number, in `unit`.")
    lower: Mapped[float | None] = mapped_column(doc="Lower end of a reported range, in `unit`.")
    upper: Mapped[float | None] = mapped_column(doc="Upper end of a reported range, in `unit`.")
    text_value: Mapped[str | None] = mapped_column(doc="Reported value that is no number.")
    unit: Mapped[str | None] = mapped_column(doc="Unit of `value`, `lower` and `upper`.")
    qualifier: Mapped[str | None] = mapped_column(doc="<, >, ~, <= or >= when not exact.")
    subject: Mapped[dict[str, Any]] = mapped_column(
        default=dict, doc="What it is about: cell, material, configuration, current density …"
    )
    parameters: Mapped[dict[str, Any]] = mapped_column(
        default=dict, doc="How it is recomputed: arguments of the metric, and what it compares."
    )
    verdict: Mapped[str | None] = mapped_column(doc="supported, contradicted or untestable.")
    why: Mapped[str | None] = mapped_column(doc="Why that verdict.")
    evidence: Mapped[dict[str, Any]] = mapped_column(default=dict, doc="What the verdict rests on.")
