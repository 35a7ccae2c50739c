"""Know diffraction scans, photoemission regions, images and what was measured in these."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=True) for name in names]


def _number(*names: str) -> list[sa.Column[float]]:
    return [sa.Column(name, sa.Double(), nullable=True) for name in names]


def _measurements(name: str, place: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        name,
        sa.Column("id", KEY, nullable=False),
        sa.Column("test_id", KEY, nullable=False),
        sa.Column(place, sa.Integer(), nullable=False),
        sa.Column("input_hash", sa.String(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["test_id"], ["test.id"], name=f"fk_{name}_test_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sa.UniqueConstraint("test_id", place, name=f"uq_{name}_place"),
    )
    op.create_index(f"ix_{name}_test_id", name, ["test_id"])
    op.create_index(f"ix_{name}_input_hash", name, ["input_hash"])


def upgrade() -> None:
    """Take the catalog to this revision."""
    _measurements(
        "diffraction_scan",
        "scan_count",
        sa.Column("point_count", sa.Integer(), nullable=False),
        *_text("label", "axis"),
        *_number("lowest_two_theta_degree", "highest_two_theta_degree", "step_degree"),
        *_number("wavelength_angstrom", "second_wavelength_angstrom", "second_ratio"),
        *_number("beta_wavelength_angstrom"),
        *_text("anode"),
        *_number("radius_mm", "counting_time_second"),
        *_text("intensity_unit", "count_scale"),
        *_number("scatter"),
        *_text("state"),
    )
    _measurements(
        "photoemission_region",
        "region_count",
        sa.Column("point_count", sa.Integer(), nullable=False),
        *_text("label", "element", "transition"),
        *_number("lowest_binding_energy_ev", "highest_binding_energy_ev", "step_ev"),
        *_number("excitation_energy_ev"),
        *_text("source"),
        *_number("pass_energy_ev", "source_angle_degree", "takeoff_angle_degree", "dwell_second"),
        sa.Column("sweep_count", sa.Integer(), nullable=True),
        sa.Column("depth_count", sa.Integer(), nullable=True),
        *_number("etch_time_second"),
        *_text("intensity_unit", "count_scale"),
        *_number("scatter"),
        *_text("energy_reference"),
        *_number("energy_shift_ev", "energy_shift_error_ev", "reference_width_ev"),
        *_text("reference_chosen_by", "reference_doubt"),
    )
    _measurements(
        "image",
        "image_count",
        sa.Column("page_count", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("width_pixel", sa.Integer(), nullable=False),
        sa.Column("height_pixel", sa.Integer(), nullable=False),
        *_number("pixel_width_um", "pixel_height_um", "pixel_error_um"),
        *_text("scale_source"),
        sa.Column("scale_status", sa.String(), nullable=False),
        *_text("scale_reason"),
        *_number("accelerating_voltage_kilovolt", "magnification", "working_distance_mm"),
        *_number("tilt_degree"),
        sa.Column("tilt_corrected", sa.Boolean(), nullable=True),
        *_text("detector"),
    )
    op.create_table(
        "image_object",
        sa.Column("id", KEY, nullable=False),
        sa.Column("image_id", KEY, nullable=False),
        sa.Column("image_hash", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        *_text("region", "preparation", "method"),
        *_number("position_um", "area_um2", "length_um", "crossing_count", "direction_degree"),
        *_number("box_width_um", "box_height_um"),
        sa.Column("touches_frame", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["image_id"], ["image.id"], name="fk_image_object_image_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_image_object"),
    )
    op.create_index("ix_image_object_image_id", "image_object", ["image_id"])


def downgrade() -> None:
    """Take the catalog back to the revision before; exports keep all but what was measured."""
    for name in ("image_object", "image", "photoemission_region", "diffraction_scan"):
        op.drop_table(name)
