"""A value somebody reported, and what the warehouse makes of it."""

from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from schema.catalog.table import Key, Table


class Claim(Table):
    """A reported value with its verdict; never a measurement."""

    __tablename__ = "claim"
    __table_args__ = (
        UniqueConstraint("study_id", "name"),
        Index(
            "ix_claim_name",
            "name",
            unique=True,
            sqlite_where=text("study_id IS NULL"),
            postgresql_where=text("study_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True, doc="Key of the claim.")
    name: Mapped[str] = mapped_column(doc="Short name, e.g. N3; a study has it once.")
    study_id: Mapped[int | None] = mapped_column(
        ForeignKey("study.id"), doc="The study that reports it, as last applied."
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
    # what a person judged is shown apart, beside the verdict that is computed
    verdict: Mapped[str | None] = mapped_column(
        doc="Judgement of a person: supported, contradicted or untestable.", info={"shown": False}
    )
    why: Mapped[str | None] = mapped_column(
        doc="Why, in that person's words.", info={"shown": False}
    )
    evidence: Mapped[dict[str, Any]] = mapped_column(
        default=dict,
        doc="What that person points to, under `stated`: names of files, tests, cells, materials.",
        info={"shown": False},
    )
