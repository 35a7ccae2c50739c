"""What was computed of one carrier in a stack of layers: what was stated, and what came of it.

It rests on what somebody stated and on no export, so it stands in the catalog and not in the lake.
Rows are never changed: other statements are another run.
"""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from schema.catalog.table import Key, Table


class TransportRun(Table):
    """A computation of one carrier in layers of a cell: what was stated, and by which version."""

    __tablename__ = "transport_run"
    __table_args__ = (
        UniqueConstraint("cell_id", "version", "parameter_hash", name="uq_transport_run_made"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True, doc="Key of the run.")
    cell_id: Mapped[int] = mapped_column(ForeignKey("cell.id"), index=True, doc="The cell.")
    carrier: Mapped[str] = mapped_column(doc="Ion with its charge, Li+; e- for electrons.")
    charge_number: Mapped[int] = mapped_column(
        doc="Charges of the carrier with their sign, z.",
        info={"unit": "1", "lowest": float("-inf")},
    )
    temperature_celsius: Mapped[float] = mapped_column(doc="Temperature.", info={"unit": "°C"})
    negative_concentration_mol_per_cm3: Mapped[float] = mapped_column(
        doc="Held at the negative side.", info={"unit": "mol/cm³", "lowest": 0.0}
    )
    positive_concentration_mol_per_cm3: Mapped[float] = mapped_column(
        doc="Held at the positive side.", info={"unit": "mol/cm³", "lowest": 0.0}
    )
    initial_concentration_mol_per_cm3: Mapped[float] = mapped_column(
        doc="Everywhere between them at the start.", info={"unit": "mol/cm³", "lowest": 0.0}
    )
    duration_second: Mapped[float] = mapped_column(doc="How long it ran.", info={"unit": "s"})
    step_count: Mapped[int] = mapped_column(doc="Steps of time, all alike.", info={"unit": "1"})
    interval_count: Mapped[int] = mapped_column(
        doc="Intervals that each layer was cut into.", info={"unit": "1"}
    )
    version: Mapped[str] = mapped_column(doc="Version of the method.")
    parameter_hash: Mapped[str] = mapped_column(doc="Hash of all that was stated.")
    added_snapshot: Mapped[int] = mapped_column(
        ForeignKey("snapshot.id"), doc="Snapshot that brought it."
    )

    layers: Mapped[list["TransportLayer"]] = relationship(order_by="TransportLayer.position")
    nodes: Mapped[list["TransportNode"]] = relationship()


class TransportLayer(Table):
    """A layer of a computation, as it was stated."""

    __tablename__ = "transport_layer"

    transport_run_id: Mapped[int] = mapped_column(
        ForeignKey("transport_run.id"), primary_key=True, doc="The run."
    )
    position: Mapped[int] = mapped_column(
        primary_key=True, doc="Layer of the cell, from 1 at the negative side."
    )
    cell_id: Mapped[int] = mapped_column(ForeignKey("cell.id"), index=True, doc="The cell.")
    thickness_um: Mapped[float] = mapped_column(doc="Thickness.", info={"unit": "µm"})
    diffusion_cm2_per_s: Mapped[float] = mapped_column(
        doc="Diffusion coefficient of the carrier.", info={"unit": "cm²/s"}
    )
    potential_difference_volt: Mapped[float] = mapped_column(
        doc="Potential of its positive side less that of its negative one.", info={"unit": "V"}
    )


class TransportNode(Table):
    """A place at an instant of a computation."""

    __tablename__ = "transport_node"

    transport_run_id: Mapped[int] = mapped_column(
        ForeignKey("transport_run.id"), primary_key=True, doc="The run."
    )
    instant_count: Mapped[int] = mapped_column(
        primary_key=True, doc="Instant, 0 at the start; one beyond the last is the steady state."
    )
    node_count: Mapped[int] = mapped_column(
        primary_key=True, doc="Place, from 1 at the negative side."
    )
    cell_id: Mapped[int] = mapped_column(ForeignKey("cell.id"), index=True, doc="The cell.")
    time_second: Mapped[float | None] = mapped_column(
        doc="Since the start; null when nothing changes any more.", info={"unit": "s"}
    )
    position_um: Mapped[float] = mapped_column(
        doc="Distance from the negative side of the first layer.", info={"unit": "µm"}
    )
    concentration_mol_per_cm3: Mapped[float] = mapped_column(
        doc="Concentration.", info={"unit": "mol/cm³"}
    )
    flux_mol_per_cm2_second: Mapped[float | None] = mapped_column(
        doc="From here to the next place, above zero towards the positive side; null at the last.",
        info={"unit": "mol/(cm²·s)"},
    )
