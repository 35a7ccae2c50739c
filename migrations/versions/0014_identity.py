"""Know a measurement again by its records, and which exports hold one that another counts for."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Take the catalog to this revision; tests get their means at the next ingest."""
    op.create_table(
        "record_mean",
        sa.Column("test_id", KEY, nullable=False),
        sa.Column("record_count", KEY, nullable=False),
        sa.Column("mean", sa.Double(), nullable=False),
        sa.Column("longest", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["test_id"], ["test.id"], name="fk_record_mean_test_id"),
        sa.PrimaryKeyConstraint("test_id", "record_count", name="pk_record_mean"),
    )
    op.create_index("ix_record_mean_mean", "record_mean", ["record_count", "mean"])
    op.create_table(
        "twin",
        sa.Column("raw_file_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("test_id", KEY, nullable=False),
        sa.Column("point_count", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["raw_file_id"], ["raw_file.id"], name="fk_twin_raw_file_id"),
        sa.ForeignKeyConstraint(["test_id"], ["test.id"], name="fk_twin_test_id"),
        sa.PrimaryKeyConstraint("raw_file_id", "position", name="pk_twin"),
    )
    op.create_index("ix_twin_test_id", "twin", ["test_id"])
    op.add_column(
        "test", sa.Column("identity_version", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("test", sa.Column("start_second", sa.Integer(), nullable=True))
    op.create_index("ix_test_identity_version", "test", ["identity_version"])
    op.create_index("ix_test_start", "test", ["start_second", "started_at"])


def downgrade() -> None:
    """Take the catalog back to the revision before."""
    op.drop_index("ix_test_start", "test")
    op.drop_index("ix_test_identity_version", "test")
    op.drop_column("test", "start_second")
    op.drop_column("test", "identity_version")
    for name in ("twin", "record_mean"):
        op.drop_table(name)
