"""Know what people changed of entries, in a table that is only ever added to."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FIXED: Final = (
    *("id", "snapshot_id", "changed_at", "kind", "entry_id", "name", "action"),
    *("person", "address"),
)
ERASED: Final = (
    'NEW."before" IS NULL AND NEW."after" IS NULL AND EXISTS (SELECT 1 FROM revision AS erased '
    "WHERE erased.kind = OLD.kind AND erased.entry_id = OLD.entry_id AND erased.action = 'erase')"
)
"""The one change there is: values of what was erased are taken away."""
REFUSAL: Final = "revision is only ever added to"


def _refusing(same: str) -> str:
    """Return the condition under which an update is refused."""
    kept = " AND ".join(f"NEW.{name} {same} OLD.{name}" for name in FIXED)
    return f"NOT ({ERASED} AND {kept})"


def _refuse_on_sqlite() -> None:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    op.execute(
        f"CREATE TRIGGER revision_update BEFORE UPDATE ON revision WHEN {_refusing('IS')} {refuse}"
    )
    op.execute(f"CREATE TRIGGER revision_delete BEFORE DELETE ON revision {refuse}")
    # INSERT OR REPLACE deletes without asking the trigger above
    there = "EXISTS (SELECT 1 FROM revision WHERE id = NEW.id)"
    op.execute(f"CREATE TRIGGER revision_replace BEFORE INSERT ON revision WHEN {there} {refuse}")


def _refuse_on_postgres() -> None:
    op.execute(
        "CREATE FUNCTION refuse_revision() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    call = "EXECUTE FUNCTION refuse_revision()"
    # a condition of a trigger cannot look at other rows: a function can
    op.execute(
        "CREATE FUNCTION refuse_revision_update() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {_refusing('IS NOT DISTINCT FROM')} THEN "
        f"RAISE EXCEPTION '{REFUSAL}'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER revision_update BEFORE UPDATE ON revision "
        "FOR EACH ROW EXECUTE FUNCTION refuse_revision_update()"
    )
    op.execute(f"CREATE TRIGGER revision_delete BEFORE DELETE ON revision FOR EACH ROW {call}")
    op.execute(
        f"CREATE TRIGGER revision_truncate BEFORE TRUNCATE ON revision FOR EACH STATEMENT {call}"
    )


def upgrade() -> None:
    """Take the catalog to this revision."""
    op.create_table(
        "revision",
        sa.Column("id", KEY, nullable=False),
        sa.Column("snapshot_id", KEY, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("entry_id", KEY, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"], name="fk_revision_snapshot_id"),
        sa.PrimaryKeyConstraint("id", name="pk_revision"),
    )
    op.create_index("ix_revision_entry", "revision", ["kind", "entry_id"])
    op.create_index("ix_revision_name", "revision", ["name"])
    op.create_index("ix_revision_snapshot_id", "revision", ["snapshot_id"])
    if op.get_bind().dialect.name == "sqlite":
        _refuse_on_sqlite()
    else:
        _refuse_on_postgres()


def downgrade() -> None:
    """Take the catalog back to the revision before."""
    op.drop_table("revision")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_revision()")
        op.execute("DROP FUNCTION refuse_revision_update()")
