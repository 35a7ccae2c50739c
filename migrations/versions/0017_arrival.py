"""Know the files of watched folders, from when they are first seen."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Take the catalog to this revision."""
    op.create_table(
        "arrival",
        sa.Column("id", KEY, nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("folder", sa.String(), nullable=False),
        sa.Column("bytes", KEY, nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("taken_bytes", KEY, nullable=True),
        sa.Column("readers", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_arrival"),
        sa.UniqueConstraint("path", name="uq_arrival_path"),
    )
    for column in ("folder", "state", "sha256"):
        op.create_index(f"ix_arrival_{column}", "arrival", [column])


def downgrade() -> None:
    """Take the catalog back to the revision before."""
    op.drop_table("arrival")
