"""Know reference phases and sensitivity factors that a lab entered, and which a test is told by."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(*names: str, nullable: bool = True) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=nullable) for name in names]


def _number(*names: str, nullable: bool = True) -> list[sa.Column[float]]:
    return [sa.Column(name, sa.Double(), nullable=nullable) for name in names]


def upgrade() -> None:
    """Take the catalog to this revision."""
    op.create_table(
        "reference_phase",
        sa.Column("id", KEY, nullable=False),
        *_text("name", nullable=False),
        *_text("title"),
        sa.Column("substance_id", KEY, nullable=True),
        *_text("formula"),
        sa.Column("formula_units", sa.Integer(), nullable=True),
        *_text("source", nullable=False),
        *_text("card_number", "cif", "crystal_system"),
        *_number("a_angstrom", "b_angstrom", "c_angstrom"),
        *_number("alpha_degree", "beta_degree", "gamma_degree"),
        *_number("wavelength_angstrom", "corundum_ratio"),
        *_text("doubt", "note"),
        sa.ForeignKeyConstraint(
            ["substance_id"], ["substance.id"], name="fk_reference_phase_substance_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reference_phase"),
        sa.UniqueConstraint("name", name="uq_reference_phase_name"),
    )
    op.create_index("ix_reference_phase_substance_id", "reference_phase", ["substance_id"])
    op.create_table(
        "reference_line",
        sa.Column("reference_phase_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *_number("spacing_angstrom", "relative_intensity", nullable=False),
        *_text("hkl"),
        sa.ForeignKeyConstraint(
            ["reference_phase_id"],
            ["reference_phase.id"],
            name="fk_reference_line_reference_phase_id",
        ),
        sa.PrimaryKeyConstraint("reference_phase_id", "position", name="pk_reference_line"),
    )
    op.create_table(
        "sensitivity_set",
        sa.Column("id", KEY, nullable=False),
        *_text("name", "source", nullable=False),
        *_number("excitation_energy_ev", nullable=False),
        *_text("background", "includes", nullable=False),
        *_text("geometry"),
        sa.Column("lab_default", sa.Boolean(), nullable=True),
        *_text("note"),
        sa.PrimaryKeyConstraint("id", name="pk_sensitivity_set"),
        sa.UniqueConstraint("name", name="uq_sensitivity_set_name"),
    )
    op.create_table(
        "sensitivity_factor",
        sa.Column("sensitivity_set_id", KEY, nullable=False),
        *_text("line", nullable=False),
        *_number("factor", nullable=False),
        sa.ForeignKeyConstraint(
            ["sensitivity_set_id"],
            ["sensitivity_set.id"],
            name="fk_sensitivity_factor_sensitivity_set_id",
        ),
        sa.PrimaryKeyConstraint("sensitivity_set_id", "line", name="pk_sensitivity_factor"),
    )
    op.add_column("test", sa.Column("sensitivity_set", sa.String(), nullable=True))


def downgrade() -> None:
    """Take the catalog back to the revision before; what was entered of these is gone."""
    op.drop_column("test", "sensitivity_set")
    for table in (
        *("sensitivity_factor", "sensitivity_set"),
        *("reference_line", "reference_phase"),
    ):
        op.drop_table(table)
