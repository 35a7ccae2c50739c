"""Fits tried on one sweep rest beside those of their test, and a person may choose one."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Take the catalog to this revision."""
    op.add_column("analysis", sa.Column("tried_on", sa.String(), nullable=True))
    op.create_table(
        "fit_choice",
        sa.Column("test_id", KEY, nullable=False),
        sa.Column("spectrum_count", sa.Integer(), nullable=False),
        sa.Column("input_hash", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("parameter_hash", sa.String(), nullable=False),
        sa.Column("circuit", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["test_id"], ["test.id"], name="fk_fit_choice_test_id"),
        sa.PrimaryKeyConstraint("test_id", "spectrum_count", name="pk_fit_choice"),
    )


def downgrade() -> None:
    """Take the catalog back to the revision before."""
    op.drop_table("fit_choice")
    op.drop_column("analysis", "tried_on")
