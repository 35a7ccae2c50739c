"""Impedance sweeps of a test, and what was computed of these and of other measurements."""

from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from schema.catalog.table import Key, Table


class Sweep(Table):
    """An impedance sweep: how it was taken. Its points rest in the lake."""

    __tablename__ = "sweep"
    __table_args__ = (UniqueConstraint("test_id", "spectrum_count", name="uq_sweep_place"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True, doc="Key of the sweep.")
    test_id: Mapped[int] = mapped_column(ForeignKey("test.id"), index=True, doc="The test.")
    spectrum_count: Mapped[int] = mapped_column(doc="Place within the test, from 1.")
    input_hash: Mapped[str] = mapped_column(
        index=True, doc="Hash of its points: equal sweeps have equal hashes."
    )
    point_count: Mapped[int] = mapped_column(doc="Points.", info={"unit": "1"})
    lowest_frequency_hertz: Mapped[float] = mapped_column(
        doc="Lowest frequency.", info={"unit": "Hz"}
    )
    highest_frequency_hertz: Mapped[float] = mapped_column(
        doc="Highest frequency.", info={"unit": "Hz"}
    )
    start_time_second: Mapped[float | None] = mapped_column(
        doc="Test time of its first point.", info={"unit": "s"}
    )
    voltage_volt: Mapped[float | None] = mapped_column(doc="Mean bias.", info={"unit": "V"})
    current_ampere: Mapped[float | None] = mapped_column(doc="Mean bias.", info={"unit": "A"})
    temperature_celsius: Mapped[float | None] = mapped_column(
        doc="Mean temperature, where recorded.", info={"unit": "°C"}
    )
    temperature_drift_kelvin: Mapped[float | None] = mapped_column(
        doc="Highest less lowest temperature.", info={"unit": "K"}
    )
    state_of_charge: Mapped[float | None] = mapped_column(
        doc="Mean share of charge held, where the export or a sidecar tells.", info={"unit": "1"}
    )


class Analysis(Table):
    """A method with its settings, applied to measurements of a test; its rows are a lake file."""

    __tablename__ = "analysis"

    id: Mapped[int] = mapped_column(Key, primary_key=True, doc="Key of the analysis.")
    lake_file_id: Mapped[int] = mapped_column(
        ForeignKey("lake_file.id"), unique=True, doc="The file with its rows."
    )
    test_id: Mapped[int] = mapped_column(ForeignKey("test.id"), index=True, doc="The test.")
    method: Mapped[str] = mapped_column(doc="fit, kramers_kronig, relaxation …")
    version: Mapped[str] = mapped_column(doc="Version of the method.")
    parameter_hash: Mapped[str] = mapped_column(doc="Hash of its settings.")
    parameters: Mapped[dict[str, Any]] = mapped_column(doc="Its settings.")
    tried_on: Mapped[str | None] = mapped_column(
        doc="Hash of the one measurement that it was tried on; null: of all of the test."
    )


class FitChoice(Table):
    """The fit that a person chose for an impedance sweep, in place of the automatic one."""

    __tablename__ = "fit_choice"

    test_id: Mapped[int] = mapped_column(
        ForeignKey("test.id"), primary_key=True, doc="The test of the sweep."
    )
    spectrum_count: Mapped[int] = mapped_column(primary_key=True, doc="Which sweep of it, from 1.")
    input_hash: Mapped[str] = mapped_column(
        doc="Hash of the points of the sweep: of other points nobody chose."
    )
    version: Mapped[str] = mapped_column(doc="Version of the method that fitted it.")
    parameter_hash: Mapped[str] = mapped_column(doc="Hash of its settings.")
    circuit: Mapped[str] = mapped_column(doc="Circuit, e.g. R0-p(R1,CPE1)-W2.")
