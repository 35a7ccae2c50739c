"""Know impedance sweeps, and what was computed of them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Take the catalog to this revision; sweeps already there are analyzed by `leyden refit`."""
    op.create_table(
        "sweep",
        sa.Column("id", KEY, nullable=False),
        sa.Column("test_id", KEY, nullable=False),
        sa.Column("spectrum_count", sa.Integer(), nullable=False),
        sa.Column("input_hash", sa.String(), nullable=False),
        sa.Column("point_count", sa.Integer(), nullable=False),
        sa.Column("lowest_frequency_hertz", sa.Double(), nullable=False),
        sa.Column("highest_frequency_hertz", sa.Double(), nullable=False),
        sa.Column("start_time_second", sa.Double(), nullable=True),
        sa.Column("voltage_volt", sa.Double(), nullable=True),
        sa.Column("current_ampere", sa.Double(), nullable=True),
        sa.Column("temperature_celsius", sa.Double(), nullable=True),
        sa.Column("temperature_drift_kelvin", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["test_id"], ["test.id"], name="fk_sweep_test_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sweep"),
        sa.UniqueConstraint("test_id", "spectrum_count", name="uq_sweep_place"),
    )
    op.create_index("ix_sweep_test_id", "sweep", ["test_id"])
    op.create_index("ix_sweep_input_hash", "sweep", ["input_hash"])
    op.create_table(
        "analysis",
        sa.Column("id", KEY, nullable=False),
        sa.Column("lake_file_id", KEY, nullable=False),
        sa.Column("test_id", KEY, nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("parameter_hash", sa.String(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["lake_file_id"], ["lake_file.id"], name="fk_analysis_lake_file_id"
        ),
        sa.ForeignKeyConstraint(["test_id"], ["test.id"], name="fk_analysis_test_id"),
        sa.PrimaryKeyConstraint("id", name="pk_analysis"),
        sa.UniqueConstraint("lake_file_id", name="uq_analysis_lake_file_id"),
    )
    op.create_index("ix_analysis_test_id", "analysis", ["test_id"])


def downgrade() -> None:
    """Take the catalog back to the revision before."""
    op.drop_table("analysis")
    op.drop_table("sweep")
