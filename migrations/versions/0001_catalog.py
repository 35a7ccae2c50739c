"""Lay out the catalog: every table, also those later work fills."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
NUMBERED = ("test",)  # the tables whose ids are allocated before their rows are written


def upgrade() -> None:  # noqa: PLR0915 - a table is a statement
    """Take the catalog to this revision."""
    op.create_table(
        "allocation",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("next", KEY, nullable=False),
        sa.PrimaryKeyConstraint("kind", name="pk_allocation"),
    )
    op.create_table(
        "cell",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("configuration", sa.String(), nullable=True),
        sa.Column("symmetric", sa.Boolean(), nullable=True),
        sa.Column("area_cm2", sa.Double(), nullable=True),
        sa.Column("active_mass_gram", sa.Double(), nullable=True),
        sa.Column("mass_basis", sa.String(), nullable=True),
        sa.Column("nominal_capacity_ah", sa.Double(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cell"),
        sa.UniqueConstraint("name", name="uq_cell_name"),
    )
    op.create_index("ix_cell_configuration", "cell", ["configuration"])
    op.create_table(
        "claim",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("quantity", sa.String(), nullable=True),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("text_value", sa.String(), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("qualifier", sa.String(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_claim"),
        sa.UniqueConstraint("name", name="uq_claim_name"),
    )
    op.create_table(
        "job",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempt_count", sa.Integer(), nullable=False),
        sa.Column("leased_by", sa.String(), nullable=True),
        sa.Column("leased_until", INSTANT, nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
    )
    op.create_index("ix_job_kind", "job", ["kind"])
    op.create_index("ix_job_state", "job", ["state"])
    op.create_table(
        "process",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("performed_at", INSTANT, nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_process"),
        sa.UniqueConstraint("name", name="uq_process_name"),
    )
    op.create_index("ix_process_kind", "process", ["kind"])
    op.create_table(
        "protocol",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("technique", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_protocol"),
        sa.UniqueConstraint("name", name="uq_protocol_name"),
    )
    op.create_table(
        "snapshot",
        sa.Column("id", KEY, nullable=False),
        sa.Column("committed_at", INSTANT, nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_snapshot"),
    )
    op.create_table(
        "substance",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("formula", sa.String(), nullable=True),
        sa.Column("molar_mass_gram_per_mole", sa.Double(), nullable=True),
        sa.Column("electrons", sa.Double(), nullable=True),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_substance"),
        sa.UniqueConstraint("name", name="uq_substance_name"),
    )
    op.create_table(
        "material",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("substance_id", KEY, nullable=True),
        sa.Column("batch", sa.String(), nullable=True),
        sa.Column("mass_gram", sa.Double(), nullable=True),
        sa.Column("thickness_um", sa.Double(), nullable=True),
        sa.Column("area_cm2", sa.Double(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["substance_id"], ["substance.id"], name="fk_material_substance_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_material"),
        sa.UniqueConstraint("name", name="uq_material_name"),
    )
    op.create_index("ix_material_batch", "material", ["batch"])
    op.create_index("ix_material_substance_id", "material", ["substance_id"])
    op.create_table(
        "process_parameter",
        sa.Column("process_id", KEY, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("qualifier", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["process_id"], ["process.id"], name="fk_process_parameter_process_id"
        ),
        sa.PrimaryKeyConstraint("process_id", "name", name="pk_process_parameter"),
    )
    op.create_table(
        "protocol_step",
        sa.Column("protocol_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("current_density_ma_per_cm2", sa.Double(), nullable=True),
        sa.Column("current_ampere", sa.Double(), nullable=True),
        sa.Column("voltage_volt", sa.Double(), nullable=True),
        sa.Column("lower_voltage_volt", sa.Double(), nullable=True),
        sa.Column("upper_voltage_volt", sa.Double(), nullable=True),
        sa.Column("duration_second", sa.Double(), nullable=True),
        sa.Column("temperature_celsius", sa.Double(), nullable=True),
        sa.Column("repeat_count", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["protocol_id"], ["protocol.id"], name="fk_protocol_step_protocol_id"
        ),
        sa.PrimaryKeyConstraint("protocol_id", "position", name="pk_protocol_step"),
    )
    op.create_table(
        "raw_file",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("bytes", KEY, nullable=False),
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("reader_version", sa.String(), nullable=False),
        sa.Column("sidecar_sha256", sa.String(), nullable=True),
        sa.Column("ingested_at", INSTANT, nullable=False),
        sa.Column("added_snapshot", KEY, nullable=False),
        sa.Column("removed_snapshot", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["added_snapshot"], ["snapshot.id"], name="fk_raw_file_added_snapshot"
        ),
        sa.ForeignKeyConstraint(
            ["removed_snapshot"], ["snapshot.id"], name="fk_raw_file_removed_snapshot"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_raw_file"),
    )
    op.create_index(
        "ix_raw_file_live",
        "raw_file",
        ["sha256"],
        unique=True,
        sqlite_where=sa.text("removed_snapshot IS NULL"),
        postgresql_where=sa.text("removed_snapshot IS NULL"),
    )
    op.create_index("ix_raw_file_origin", "raw_file", ["origin"])
    op.create_index("ix_raw_file_sha256", "raw_file", ["sha256"])
    op.create_table(
        "ancestor",
        sa.Column("material_id", KEY, nullable=False),
        sa.Column("ancestor_id", KEY, nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["ancestor_id"], ["material.id"], name="fk_ancestor_ancestor_id"),
        sa.ForeignKeyConstraint(["material_id"], ["material.id"], name="fk_ancestor_material_id"),
        sa.PrimaryKeyConstraint("material_id", "ancestor_id", name="pk_ancestor"),
    )
    op.create_index("ix_ancestor_ancestor_id", "ancestor", ["ancestor_id"])
    op.create_table(
        "cell_layer",
        sa.Column("id", KEY, nullable=False),
        sa.Column("cell_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("substance_id", KEY, nullable=True),
        sa.Column("material_id", KEY, nullable=True),
        sa.Column("thickness_um", sa.Double(), nullable=True),
        sa.Column("loading_mg_per_cm2", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["cell_id"], ["cell.id"], name="fk_cell_layer_cell_id"),
        sa.ForeignKeyConstraint(["material_id"], ["material.id"], name="fk_cell_layer_material_id"),
        sa.ForeignKeyConstraint(
            ["substance_id"], ["substance.id"], name="fk_cell_layer_substance_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_cell_layer"),
        sa.UniqueConstraint("cell_id", "position", name="uq_cell_layer_cell_id"),
    )
    op.create_index("ix_cell_layer_cell_id", "cell_layer", ["cell_id"])
    op.create_index("ix_cell_layer_material_id", "cell_layer", ["material_id"])
    op.create_index("ix_cell_layer_substance_id", "cell_layer", ["substance_id"])
    op.create_table(
        "process_input",
        sa.Column("process_id", KEY, nullable=False),
        sa.Column("material_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["material_id"], ["material.id"], name="fk_process_input_material_id"
        ),
        sa.ForeignKeyConstraint(["process_id"], ["process.id"], name="fk_process_input_process_id"),
        sa.PrimaryKeyConstraint("process_id", "material_id", name="pk_process_input"),
    )
    op.create_index("ix_process_input_material_id", "process_input", ["material_id"])
    op.create_table(
        "process_output",
        sa.Column("process_id", KEY, nullable=False),
        sa.Column("material_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["material_id"], ["material.id"], name="fk_process_output_material_id"
        ),
        sa.ForeignKeyConstraint(
            ["process_id"], ["process.id"], name="fk_process_output_process_id"
        ),
        sa.PrimaryKeyConstraint("process_id", "material_id", name="pk_process_output"),
        sa.UniqueConstraint("material_id", name="uq_process_output_material_id"),
    )
    op.create_table(
        "test",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("technique", sa.String(), nullable=True),
        sa.Column("instrument", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("started_at", sa.DateTime(), nullable=True),
        sa.Column("time_zone", sa.String(), nullable=True),
        sa.Column("point_count", sa.Integer(), nullable=False),
        sa.Column("step_count", sa.Integer(), nullable=False),
        sa.Column("cycle_count", sa.Integer(), nullable=False),
        sa.Column("spectrum_count", sa.Integer(), nullable=False),
        sa.Column("duration_second", sa.Double(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("cell_id", KEY, nullable=True),
        sa.Column("material_id", KEY, nullable=True),
        sa.Column("protocol_id", KEY, nullable=True),
        sa.Column("added_snapshot", KEY, nullable=False),
        sa.Column("removed_snapshot", KEY, nullable=True),
        sa.ForeignKeyConstraint(["added_snapshot"], ["snapshot.id"], name="fk_test_added_snapshot"),
        sa.ForeignKeyConstraint(["cell_id"], ["cell.id"], name="fk_test_cell_id"),
        sa.ForeignKeyConstraint(["material_id"], ["material.id"], name="fk_test_material_id"),
        sa.ForeignKeyConstraint(["protocol_id"], ["protocol.id"], name="fk_test_protocol_id"),
        sa.ForeignKeyConstraint(
            ["removed_snapshot"], ["snapshot.id"], name="fk_test_removed_snapshot"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_test"),
    )
    op.create_index("ix_test_cell_id", "test", ["cell_id"])
    op.create_index("ix_test_material_id", "test", ["material_id"])
    op.create_index("ix_test_name", "test", ["name"])
    op.create_index(
        "ix_test_origin",
        "test",
        ["origin", "position"],
        unique=True,
        sqlite_where=sa.text("removed_snapshot IS NULL"),
        postgresql_where=sa.text("removed_snapshot IS NULL"),
    )
    op.create_index("ix_test_protocol_id", "test", ["protocol_id"])
    op.create_index("ix_test_technique", "test", ["technique"])
    op.create_table(
        "finding",
        sa.Column("id", KEY, nullable=False),
        sa.Column("test_id", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("detail", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["test_id"], ["test.id"], name="fk_finding_test_id"),
        sa.PrimaryKeyConstraint("id", name="pk_finding"),
    )
    op.create_index("ix_finding_kind", "finding", ["kind"])
    op.create_index("ix_finding_test_id", "finding", ["test_id"])
    op.create_table(
        "lake_file",
        sa.Column("id", KEY, nullable=False),
        sa.Column("test_id", KEY, nullable=False),
        sa.Column("raw_file_id", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("rows", KEY, nullable=False),
        sa.Column("bytes", KEY, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("added_snapshot", KEY, nullable=False),
        sa.Column("removed_snapshot", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["added_snapshot"], ["snapshot.id"], name="fk_lake_file_added_snapshot"
        ),
        sa.ForeignKeyConstraint(["raw_file_id"], ["raw_file.id"], name="fk_lake_file_raw_file_id"),
        sa.ForeignKeyConstraint(
            ["removed_snapshot"], ["snapshot.id"], name="fk_lake_file_removed_snapshot"
        ),
        sa.ForeignKeyConstraint(["test_id"], ["test.id"], name="fk_lake_file_test_id"),
        sa.PrimaryKeyConstraint("id", name="pk_lake_file"),
        sa.UniqueConstraint("path", name="uq_lake_file_path"),
    )
    op.create_index("ix_lake_file_kind", "lake_file", ["kind"])
    op.create_index("ix_lake_file_raw_file_id", "lake_file", ["raw_file_id"])
    op.create_index("ix_lake_file_test_id", "lake_file", ["test_id"])
    op.create_table(
        "property",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("substance_id", KEY, nullable=True),
        sa.Column("material_id", KEY, nullable=True),
        sa.Column("cell_id", KEY, nullable=True),
        sa.Column("test_id", KEY, nullable=True),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("qualifier", sa.String(), nullable=True),
        sa.Column("standard_deviation", sa.Double(), nullable=True),
        sa.Column("lower", sa.Double(), nullable=True),
        sa.Column("upper", sa.Double(), nullable=True),
        sa.Column("method", sa.String(), nullable=True),
        sa.Column("method_version", sa.String(), nullable=True),
        sa.Column("parameter_hash", sa.String(), nullable=True),
        sa.Column("input_hash", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["cell_id"], ["cell.id"], name="fk_property_cell_id"),
        sa.ForeignKeyConstraint(["material_id"], ["material.id"], name="fk_property_material_id"),
        sa.ForeignKeyConstraint(
            ["substance_id"], ["substance.id"], name="fk_property_substance_id"
        ),
        sa.ForeignKeyConstraint(["test_id"], ["test.id"], name="fk_property_test_id"),
        sa.PrimaryKeyConstraint("id", name="pk_property"),
    )
    op.create_index("ix_property_cell_id", "property", ["cell_id"])
    op.create_index("ix_property_material_id", "property", ["material_id"])
    op.create_index("ix_property_name", "property", ["name"])
    op.create_index("ix_property_substance_id", "property", ["substance_id"])
    op.create_index("ix_property_test_id", "property", ["test_id"])
    allocation = sa.table("allocation", sa.column("kind"), sa.column("next"))
    op.bulk_insert(allocation, [{"kind": kind, "next": 1} for kind in NUMBERED])


def downgrade() -> None:
    """Take everything away."""
    for table in (
        "property",
        "lake_file",
        "finding",
        "test",
        "process_output",
        "process_input",
        "cell_layer",
        "ancestor",
        "raw_file",
        "protocol_step",
        "process_parameter",
        "material",
        "substance",
        "snapshot",
        "protocol",
        "process",
        "job",
        "claim",
        "cell",
        "allocation",
    ):
        op.drop_table(table)
