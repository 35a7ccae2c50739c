"""Know how full a cell was when a sweep was taken."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Take the catalog to this revision; it stays unknown of sweeps already there."""
    op.add_column("sweep", sa.Column("state_of_charge", sa.Double(), nullable=True))


def downgrade() -> None:
    """Take the catalog back to the revision before."""
    op.drop_column("sweep", "state_of_charge")
