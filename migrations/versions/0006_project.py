"""Know which project a cell belongs to."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Take the catalog to this revision; it stays unknown of cells already there."""
    op.add_column("cell", sa.Column("project", sa.String(), nullable=True))
    op.create_index("ix_cell_project", "cell", ["project"])


def downgrade() -> None:
    """Take the catalog back to the revision before."""
    op.drop_index("ix_cell_project", table_name="cell")
    op.drop_column("cell", "project")
