"""Keep conditions of processes in one unit and between bounds, claims by study, what a change did.

A range that was kept as its words becomes a range; one without a unit stays the words it is.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from schema.condition import condition
from schema.measure import Measure, measure

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

PARAMETER = sa.table(
    "process_parameter",
    *(sa.column(name) for name in ("process_id", "name")),
    *(sa.column(name) for name in ("value", "lower", "upper")),
    *(sa.column(name) for name in ("text", "unit", "qualifier", "written")),
)


def upgrade() -> None:
    """Take the catalog to this revision; conditions already there are converted."""
    with op.batch_alter_table("process_parameter") as parameter:
        parameter.add_column(sa.Column("lower", sa.Double(), nullable=True))
        parameter.add_column(sa.Column("upper", sa.Double(), nullable=True))
        parameter.add_column(sa.Column("written", sa.String(), nullable=True))
    connection = op.get_bind()
    for row in connection.execute(sa.select(PARAMETER)).mappings().all():
        connection.execute(
            sa.update(PARAMETER)
            .where(
                PARAMETER.c.process_id == row["process_id"],
                PARAMETER.c.name == row["name"],
            )
            .values(_converted(row))
        )
    with op.batch_alter_table("process_parameter") as parameter:
        parameter.alter_column("written", nullable=False, existing_type=sa.String())
    with op.batch_alter_table("claim") as claim:
        claim.drop_index("ix_claim_study_id")
        claim.drop_constraint("uq_claim_name", type_="unique")
        claim.create_unique_constraint("uq_claim_study_id", ["study_id", "name"])
    op.create_index(
        "ix_claim_name",
        "claim",
        ["name"],
        unique=True,
        sqlite_where=sa.text("study_id IS NULL"),
        postgresql_where=sa.text("study_id IS NULL"),
    )
    op.add_column("snapshot", sa.Column("touched", sa.JSON(none_as_null=True), nullable=True))


def _converted(row: sa.RowMapping) -> dict[str, object]:
    if row["text"] is None:
        found = Measure(row["value"], row["unit"], row["qualifier"])
    elif row["unit"] is None and row["qualifier"] is None:
        found = Measure(text=row["text"])
    else:
        found = measure(row["text"])
    return condition(found, row["text"] or str(found))


def downgrade() -> None:
    """Take bounds away; conditions stay in one unit, and a range becomes what was written.

    It fails where two studies have a claim of one name.
    """
    op.drop_column("snapshot", "touched")
    op.drop_index("ix_claim_name", "claim")
    with op.batch_alter_table("claim") as claim:
        claim.drop_constraint("uq_claim_study_id", type_="unique")
        claim.create_unique_constraint("uq_claim_name", ["name"])
        claim.create_index("ix_claim_study_id", ["study_id"])
    op.get_bind().execute(
        sa.update(PARAMETER)
        .where(PARAMETER.c.value.is_(None), PARAMETER.c.text.is_(None))
        .values(text=PARAMETER.c.written)
    )
    with op.batch_alter_table("process_parameter") as parameter:
        for column in ("written", "upper", "lower"):
            parameter.drop_column(column)
