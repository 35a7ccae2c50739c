"""One technique run on one cell or material, and what was noticed in it."""

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from schema.catalog.cell import CONVENTIONS, Cell
from schema.catalog.material import Material
from schema.catalog.table import Key, Table


class Test(Table):
    """One technique run once; its points rest in the lake."""

    __test__ = False  # pytest would collect it
    __tablename__ = "test"
    __table_args__ = (
        Index(
            "ix_test_origin",
            "origin",
            "position",
            unique=True,
            sqlite_where=text("removed_snapshot IS NULL"),
            postgresql_where=text("removed_snapshot IS NULL"),
        ),
        Index(
            "ix_test_removed_origin",
            "origin",
            sqlite_where=text("removed_snapshot IS NOT NULL"),
            postgresql_where=text("removed_snapshot IS NOT NULL"),
        ),
        Index("ix_test_start", "start_second", "started_at"),
    )

    id: Mapped[int] = mapped_column(
        Key,
        primary_key=True,
        autoincrement=False,
        doc="Key of the test, allocated before its files are written.",
    )
    name: Mapped[str] = mapped_column(
        index=True, doc="Name of its export, with #n when one export holds several tests."
    )
    origin: Mapped[str] = mapped_column(
        doc="Where its export was found last. Where another measurement took that path, `@` and "
        "the first letters of the hash of its export follow: it is found there no more."
    )
    position: Mapped[int] = mapped_column(doc="Place among the tests of its export, from 1.")
    technique: Mapped[str | None] = mapped_column(
        index=True,
        doc="Technique in one vocabulary: OCV, CV, LSV, DPV, SWV, NPV, CA, CP, GCPL, PCGA, GITT, "
        "PITT, EIS (by a voltage, or nobody says by what), GEIS (by a current), ZIR, XRD, XPS, "
        "SEM, TEM; null when the export does not say.",
    )
    technique_label: Mapped[str | None] = mapped_column(
        doc="Technique as the instrument names it, e.g. PEIS, CHRONOA."
    )
    instrument: Mapped[str | None] = mapped_column(doc="Maker and model, as far as told.")
    instrument_serial: Mapped[str | None] = mapped_column(doc="Serial number of the instrument.")
    firmware: Mapped[str | None] = mapped_column(doc="Version of the instrument's firmware.")
    channel: Mapped[str | None] = mapped_column(doc="Channel of the instrument.")
    program_name: Mapped[str | None] = mapped_column(
        doc="Name of the program, schedule or settings that the instrument ran."
    )
    operator: Mapped[str | None] = mapped_column(doc="Who ran it, as the export states.")
    specimen: Mapped[str | None] = mapped_column(
        doc="Name or barcode of what was tested, as the export states."
    )
    comment: Mapped[str | None] = mapped_column(doc="What somebody wrote to the instrument.")
    stated_mass_gram: Mapped[float | None] = mapped_column(
        doc="Active mass as the export states it; no metric reads it. Null where it states none, "
        "or what instruments write where nobody entered one (0, 0.001 and 1).",
        info={"unit": "g"},
    )
    stated_area_cm2: Mapped[float | None] = mapped_column(
        doc="Electrode area as the export states it; no metric reads it. Null as with the mass.",
        info={"unit": "cm²"},
    )
    stated_capacity_ah: Mapped[float | None] = mapped_column(
        doc="Nominal capacity as the export states it; no metric reads it.",
        info={"unit": "A·h"},
    )
    started_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=False),
        doc="Start on the instrument's own clock; null when the export does not say.",
    )
    time_zone: Mapped[str | None] = mapped_column(
        doc="Zone of `started_at`; null when the export does not say."
    )
    start_second: Mapped[int | None] = mapped_column(
        doc="Second of its quarter of an hour at which it started: time zones are whole quarters.",
        info={"shown": False, "unit": "s"},
    )
    identity_version: Mapped[int] = mapped_column(
        index=True,
        server_default="0",
        doc="Version of the rules by which it is known again; 0 while it is not.",
        info={"shown": False},
    )
    point_count: Mapped[int] = mapped_column(doc="Points stored.", info={"unit": "1"})
    step_count: Mapped[int] = mapped_column(doc="Steps found.", info={"unit": "1"})
    cycle_count: Mapped[int] = mapped_column(
        doc="Cycles, counted as `cycle_convention` of the test, else of its cell, declares.",
        info={"unit": "1"},
    )
    turn_count: Mapped[int] = mapped_column(
        doc="Cycles by the turns of the charge.", info={"unit": "1"}, server_default="0"
    )
    instrument_count: Mapped[int | None] = mapped_column(
        doc="Cycles as the instrument numbers them; null where it numbers none.",
        info={"unit": "1"},
    )
    cycle_convention: Mapped[str | None] = mapped_column(
        doc="Declared of this test, how cycles are counted: turns (of the charge) or instrument.",
        info={"choices": CONVENTIONS},
    )
    spectrum_count: Mapped[int] = mapped_column(doc="Impedance sweeps.", info={"unit": "1"})
    duration_second: Mapped[float | None] = mapped_column(
        doc="Last test time less the first.", info={"unit": "s"}
    )
    facts: Mapped[dict[str, Any]] = mapped_column(
        doc="What else the export says of itself, under its own names."
    )
    cell_id: Mapped[int | None] = mapped_column(
        ForeignKey("cell.id"), index=True, doc="The cell under test."
    )
    material_id: Mapped[int | None] = mapped_column(
        ForeignKey("material.id"), index=True, doc="The material under test, when it is no cell."
    )
    protocol_id: Mapped[int | None] = mapped_column(
        ForeignKey("protocol.id"), index=True, doc="What it was meant to run."
    )
    program_id: Mapped[int | None] = mapped_column(
        ForeignKey("protocol.id"), index=True, doc="What its export says it was programmed to run."
    )
    sensitivity_set: Mapped[str | None] = mapped_column(
        doc="Name of the set of sensitivity factors that its photoemission is told by; null: the "
        "lab's default, else scofield."
    )
    added_snapshot: Mapped[int] = mapped_column(
        ForeignKey("snapshot.id"), doc="Snapshot that brought it."
    )
    removed_snapshot: Mapped[int | None] = mapped_column(
        ForeignKey("snapshot.id"),
        doc="Snapshot that took it away; null while it is alive.",
        info={"shown": False},
    )

    cell: Mapped[Cell | None] = relationship()
    material: Mapped[Material | None] = relationship()
    findings: Mapped[list["Finding"]] = relationship(
        cascade="all, delete-orphan", order_by="Finding.id"
    )


class Finding(Table):
    """Something noticed in a test that a careful reader would want to know."""

    __tablename__ = "finding"

    id: Mapped[int] = mapped_column(Key, primary_key=True, doc="Key of the finding.")
    test_id: Mapped[int] = mapped_column(ForeignKey("test.id"), index=True, doc="The test.")
    kind: Mapped[str] = mapped_column(index=True, doc="What it is, e.g. truncated, time_gap.")
    place: Mapped[str | None] = mapped_column(doc="Where, e.g. record 812, step 3.")
    detail: Mapped[str] = mapped_column(doc="One sentence with the numbers.")
