"""Know how well the sizes of materials and cells are known."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_ERRORS = {"material": ("thickness_error_um", "area_error_cm2"), "cell": ("area_error_cm2",)}


def upgrade() -> None:
    """Take the catalog to this revision; nothing is known of the errors of sizes entered before."""
    for table, columns in _ERRORS.items():
        for column in columns:
            op.add_column(table, sa.Column(column, sa.Double(), nullable=True))


def downgrade() -> None:
    """Take the catalog back to the revision before."""
    for table, columns in _ERRORS.items():
        for column in columns:
            op.drop_column(table, column)
