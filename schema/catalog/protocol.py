"""What a test was meant to do."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from schema.catalog.table import Key, Table


class Protocol(Table):
    """The ordered steps a test was meant to run."""

    __tablename__ = "protocol"

    id: Mapped[int] = mapped_column(Key, primary_key=True, doc="Key of the protocol.")
    name: Mapped[str] = mapped_column(unique=True, doc="Name of the protocol.")
    technique: Mapped[str | None] = mapped_column(doc="Technique, e.g. GCPL.")
    note: Mapped[str | None] = mapped_column(doc="Anything else worth knowing.")

    steps: Mapped[list["ProtocolStep"]] = relationship(
        cascade="all, delete-orphan", order_by="ProtocolStep.position"
    )


class ProtocolStep(Table):
    """One step of a protocol with its set points and limits."""

    __tablename__ = "protocol_step"

    protocol_id: Mapped[int] = mapped_column(
        ForeignKey("protocol.id"), primary_key=True, doc="The protocol."
    )
    position: Mapped[int] = mapped_column(primary_key=True, doc="Place in the protocol, from 1.")
    mode: Mapped[str] = mapped_column(
        doc="charge, discharge, rest, hold, impedance, loop or other: which way a current flows."
    )
    label: Mapped[str | None] = mapped_column(doc="What the instrument calls such a step.")
    current_density_ma_per_cm2: Mapped[float | None] = mapped_column(
        doc="Set current per area.", info={"unit": "mA/cm²"}
    )
    current_ampere: Mapped[float | None] = mapped_column(doc="Set current.", info={"unit": "A"})
    voltage_volt: Mapped[float | None] = mapped_column(doc="Set voltage.", info={"unit": "V"})
    lower_voltage_volt: Mapped[float | None] = mapped_column(
        doc="Voltage that ends a discharge.", info={"unit": "V"}
    )
    upper_voltage_volt: Mapped[float | None] = mapped_column(
        doc="Voltage that ends a charge.", info={"unit": "V"}
    )
    stop_current_ampere: Mapped[float | None] = mapped_column(
        doc="Current that ends a hold.", info={"unit": "A"}
    )
    duration_second: Mapped[float | None] = mapped_column(
        doc="Time that ends the step.", info={"unit": "s"}
    )
    temperature_celsius: Mapped[float | None] = mapped_column(
        doc="Set temperature.", info={"unit": "°C"}
    )
    repeat_count: Mapped[int | None] = mapped_column(
        doc="How often the steps of a loop run in all."
    )
    repeat_from: Mapped[int | None] = mapped_column(
        doc="Position of the step where a loop begins; null: the first."
    )
