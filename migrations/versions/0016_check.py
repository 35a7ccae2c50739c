"""Know when each file was last checked, and what tables held."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Take the catalog to this revision."""
    op.create_table(
        "file_check",
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fault", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("path", name="pk_file_check"),
    )
    op.create_index("ix_file_check_checked_at", "file_check", ["checked_at"])
    op.create_table(
        "table_digest",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("snapshot", KEY, nullable=False),
        sa.Column("layout", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_table_digest"),
    )


def downgrade() -> None:
    """Take the catalog back from this revision."""
    op.drop_table("table_digest")
    op.drop_table("file_check")
