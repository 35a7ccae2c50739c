"""Know which exports were still written to, and whose bytes begin those of a longer one.

Tests that were removed are looked up by their origin, too: a removed measurement may grow.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Take the catalog to this revision; whatever was read before was taken for finished."""
    op.add_column("lake_file", sa.Column("rows_sha256", sa.String(), nullable=True))
    with op.batch_alter_table("raw_file") as raw_file:
        raw_file.add_column(
            sa.Column("growing", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        raw_file.add_column(sa.Column("prefix_of_id", KEY, nullable=True))
        raw_file.add_column(
            sa.Column("prefix_patch", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=True)
        )
        raw_file.create_foreign_key(
            "fk_raw_file_prefix_of_id", "raw_file", ["prefix_of_id"], ["id"]
        )
    op.create_index("ix_raw_file_prefix_of_id", "raw_file", ["prefix_of_id"])
    removed = sa.text("removed_snapshot IS NOT NULL")
    op.create_index(
        "ix_test_removed_origin",
        "test",
        ["origin"],
        sqlite_where=removed,
        postgresql_where=removed,
    )


def downgrade() -> None:
    """Take the catalog back to the revision before."""
    op.drop_index("ix_test_removed_origin", "test")
    op.drop_index("ix_raw_file_prefix_of_id", "raw_file")
    with op.batch_alter_table("raw_file") as raw_file:
        raw_file.drop_constraint("fk_raw_file_prefix_of_id", type_="foreignkey")
        for name in ("prefix_patch", "prefix_of_id", "growing"):
            raw_file.drop_column(name)
    op.drop_column("lake_file", "rows_sha256")
