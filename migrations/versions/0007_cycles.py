"""Know how the cycles of a test are counted, and what its cell's were for."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_DECLARED = {
    "test": ("cycle_convention",),
    "cell": ("cycle_convention", "formation_cycles", "check_up_cycles"),
}


def upgrade() -> None:
    """Take the catalog to this revision; of tests already there only the old count is known."""
    for table, columns in _DECLARED.items():
        for column in columns:
            op.add_column(table, sa.Column(column, sa.String(), nullable=True))
    op.add_column("test", sa.Column("instrument_count", sa.Integer(), nullable=True))
    op.add_column("test", sa.Column("turn_count", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE test SET turn_count = cycle_count")


def downgrade() -> None:
    """Take the catalog back to the revision before."""
    for column in ("turn_count", "instrument_count"):
        op.drop_column("test", column)
    for table, columns in _DECLARED.items():
        for column in columns:
            op.drop_column(table, column)
