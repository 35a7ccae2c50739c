"""Know what an export states of its instrument and specimen, and techniques in one vocabulary."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_WORDS = (
    *("technique_label", "instrument_serial", "firmware", "program_name"),
    *("operator", "specimen", "comment"),
)
_NUMBERS = ("stated_mass_gram", "stated_area_cm2", "stated_capacity_ah")

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_STEP: dict[str, sa.types.TypeEngine[Any]] = {
    "label": sa.String(),
    "stop_current_ampere": sa.Double(),
    "repeat_from": sa.Integer(),
}


def upgrade() -> None:
    """Take the catalog to this revision; what exports state is known once they are read again."""
    for column in _WORDS:
        op.add_column("test", sa.Column(column, sa.String(), nullable=True))
    for column in _NUMBERS:
        op.add_column("test", sa.Column(column, sa.Double(), nullable=True))
    op.execute("UPDATE test SET technique_label = technique")
    with op.batch_alter_table("test") as test:
        test.add_column(sa.Column("program_id", KEY, nullable=True))
        test.create_foreign_key("fk_test_program_id", "protocol", ["program_id"], ["id"])
    op.create_index("ix_test_program_id", "test", ["program_id"])
    for name, kind in _STEP.items():
        op.add_column("protocol_step", sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    """Take the catalog back to the revision before."""
    for name in _STEP:
        op.drop_column("protocol_step", name)
    op.drop_index("ix_test_program_id", "test")
    with op.batch_alter_table("test") as test:
        test.drop_constraint("fk_test_program_id", type_="foreignkey")
        test.drop_column("program_id")
    op.execute("UPDATE test SET technique = technique_label")
    for column in (*_NUMBERS, *_WORDS):
        op.drop_column("test", column)
