"""What was reported and nothing computes, as relations: values known of things, and claims."""

from typing import Final

from schema.relation import Column, Relation

_REPORTED: Final = (
    Column("value", "DOUBLE", "", "Number, in `unit`."),
    Column("lower", "DOUBLE", "", "Lower end of a range, in `unit`."),
    Column("upper", "DOUBLE", "", "Upper end of a range, in `unit`."),
    Column("text", "VARCHAR", "", "Value that is no number, e.g. Large."),
    Column(
        "unit",
        "VARCHAR",
        "",
        "The unit its quantity is computed in, where what was written converts to it; else as "
        "written; null when none was.",
    ),
    Column("qualifier", "VARCHAR", "", "<, >, ~, <= or >= when not exact."),
)

PROPERTY: Final = Relation(
    "property",
    "one row per value known of a substance, a material, a cell or a test without computing it",
    (
        Column("property_id", "BIGINT", "", "Key of the property."),
        Column("name", "VARCHAR", "", "Quantity, e.g. relative_density."),
        Column("substance", "VARCHAR", "", "Name of the substance it is known of."),
        Column("material_id", "BIGINT", "", "The material it is known of."),
        Column("cell_id", "BIGINT", "", "The cell it is known of."),
        Column("test_id", "BIGINT", "", "The test it came from."),
        *_REPORTED,
    ),
    key=("property_id",),
)

CLAIM: Final = Relation(
    "claim",
    "one row per value somebody reported; never a measurement",
    (
        Column("claim_id", "BIGINT", "", "Key of the claim."),
        Column("name", "VARCHAR", "", "Short name, e.g. N3."),
        Column("quantity", "VARCHAR", "", "Quantity it is about, e.g. time_to_failure."),
        Column("computed_unit", "VARCHAR", "", "Unit that is computed in; null: nothing does."),
        *_REPORTED,
        Column("configuration", "VARCHAR", "", "Layers of the cells it is about."),
        Column("substance", "VARCHAR", "", "Name of the substance it is about."),
        Column("material_id", "BIGINT", "", "The material it is about."),
        Column("cell_id", "BIGINT", "", "The cell it is about."),
        Column("current_density_ma_per_cm2", "DOUBLE", "mA/cm²", "Current it is told for."),
        Column("temperature_celsius", "DOUBLE", "°C", "Temperature it is told for."),
        Column("loading_mg_per_cm2", "DOUBLE", "mg/cm²", "Active mass per area that it tells."),
        Column("cell_count", "BIGINT", "1", "How many cells it says it rests on."),
        Column("at_cycle", "BIGINT", "1", "Cycle it is told for, from 1."),
        Column("last_hours", "DOUBLE", "h", "Window it is told for: so long before the end."),
        Column("judged", "VARCHAR", "", "Verdict of a person, where nothing can be computed."),
        Column("judged_why", "VARCHAR", "", "Why, in that person's words."),
    ),
    key=("claim_id",),
)
