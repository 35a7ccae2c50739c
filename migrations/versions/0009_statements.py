"""Know what an export states of its instrument and specimen, and techniques in one vocabulary."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_WORDS = (
    *("technique_label", "instrument_serial", "firmware", "program"),
    *("operator", "specimen", "comment"),
)
_NUMBERS = ("stated_mass_gram", "stated_area_cm2", "stated_capacity_ah")


def upgrade() -> None:
    """Take the catalog to this revision; what exports state is known once they are read again."""
    for column in _WORDS:
        op.add_column("test", sa.Column(column, sa.String(), nullable=True))
    for column in _NUMBERS:
        op.add_column("test", sa.Column(column, sa.Double(), nullable=True))
    op.execute("UPDATE test SET technique_label = technique")


def downgrade() -> None:
    """Take the catalog back to the revision before."""
    op.execute("UPDATE test SET technique = technique_label")
    for column in (*_NUMBERS, *_WORDS):
        op.drop_column("test", column)
