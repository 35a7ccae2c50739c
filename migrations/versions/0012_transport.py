"""Know what was computed of a carrier in a stack of layers."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _number(*names: str) -> list[sa.Column[float]]:
    return [sa.Column(name, sa.Double(), nullable=False) for name in names]


def _count(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _of(name: str, *targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([f"{each}_id"], [f"{each}.id"], name=f"fk_{name}_{each}_id")
        for each in targets
    ]


def upgrade() -> None:
    """Take the catalog to this revision."""
    op.create_table(
        "transport_run",
        sa.Column("id", KEY, nullable=False),
        sa.Column("cell_id", KEY, nullable=False),
        sa.Column("carrier", sa.String(), nullable=False),
        *_count("charge_number"),
        *_number(
            "temperature_celsius",
            "negative_concentration_mol_per_cm3",
            "positive_concentration_mol_per_cm3",
            "initial_concentration_mol_per_cm3",
            "duration_second",
        ),
        *_count("step_count", "interval_count"),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("parameter_hash", sa.String(), nullable=False),
        sa.Column("added_snapshot", KEY, nullable=False),
        *_of("transport_run", "cell"),
        sa.ForeignKeyConstraint(
            ["added_snapshot"], ["snapshot.id"], name="fk_transport_run_added_snapshot"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_transport_run"),
        sa.UniqueConstraint("cell_id", "version", "parameter_hash", name="uq_transport_run_made"),
    )
    op.create_table(
        "transport_layer",
        sa.Column("transport_run_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("cell_id", KEY, nullable=False),
        *_number("thickness_um", "diffusion_cm2_per_s", "potential_difference_volt"),
        *_of("transport_layer", "transport_run", "cell"),
        sa.PrimaryKeyConstraint("transport_run_id", "position", name="pk_transport_layer"),
    )
    op.create_table(
        "transport_node",
        sa.Column("transport_run_id", KEY, nullable=False),
        *_count("instant_count", "node_count"),
        sa.Column("cell_id", KEY, nullable=False),
        sa.Column("time_second", sa.Double(), nullable=True),
        *_number("position_um", "concentration_mol_per_cm3"),
        sa.Column("flux_mol_per_cm2_second", sa.Double(), nullable=True),
        *_of("transport_node", "transport_run", "cell"),
        sa.PrimaryKeyConstraint(
            "transport_run_id", "instant_count", "node_count", name="pk_transport_node"
        ),
    )
    for name in ("transport_run", "transport_layer", "transport_node"):
        op.create_index(f"ix_{name}_cell_id", name, ["cell_id"])


def downgrade() -> None:
    """Take the catalog back to the revision before."""
    for name in ("transport_node", "transport_layer", "transport_run"):
        op.drop_table(name)
