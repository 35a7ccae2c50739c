"""Keep study documents, and what a claim is about."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Take the catalog to this revision; claims already there are about nothing in particular."""
    op.create_table(
        "study",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("applied_at", INSTANT, nullable=False),
        sa.Column("added_snapshot", KEY, nullable=False),
        sa.Column("removed_snapshot", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["added_snapshot"], ["snapshot.id"], name="fk_study_added_snapshot"
        ),
        sa.ForeignKeyConstraint(
            ["removed_snapshot"], ["snapshot.id"], name="fk_study_removed_snapshot"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_study"),
    )
    op.create_index("ix_study_name", "study", ["name"])
    op.create_index(
        "ix_study_live",
        "study",
        ["name"],
        unique=True,
        sqlite_where=sa.text("removed_snapshot IS NULL"),
        postgresql_where=sa.text("removed_snapshot IS NULL"),
    )
    with op.batch_alter_table("claim") as claim:
        claim.add_column(sa.Column("study_id", KEY, nullable=True))
        claim.add_column(sa.Column("lower", sa.Double(), nullable=True))
        claim.add_column(sa.Column("upper", sa.Double(), nullable=True))
        claim.add_column(sa.Column("subject", sa.JSON(), nullable=False, server_default="{}"))
        claim.add_column(sa.Column("parameters", sa.JSON(), nullable=False, server_default="{}"))
        claim.create_foreign_key("fk_claim_study_id", "study", ["study_id"], ["id"])
        claim.create_index("ix_claim_study_id", ["study_id"])
    with op.batch_alter_table("claim") as claim:
        claim.alter_column("subject", server_default=None)
        claim.alter_column("parameters", server_default=None)


def downgrade() -> None:
    """Take studies away, and what claims are about."""
    with op.batch_alter_table("claim") as claim:
        claim.drop_index("ix_claim_study_id")
        claim.drop_constraint("fk_claim_study_id", type_="foreignkey")
        for column in ("parameters", "subject", "upper", "lower", "study_id"):
            claim.drop_column(column)
    op.drop_table("study")
