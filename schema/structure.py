"""The relations of structure and surface as they rest in the lake: diffraction and photoemission.

How each scan and region was taken stands in the catalog (schema/catalog/structure.py).
"""

from typing import Final

from schema.relation import Column, Relation

_INTENSITY: Final = (
    Column("intensity", "DOUBLE", "", "Intensity, in the `intensity_unit` of what it is of."),
    Column(
        "intensity_error",
        "DOUBLE",
        "",
        "One sigma of it; null where `count_scale` says that nothing is known of its noise.",
    ),
)

DIFFRACTION: Final = Relation(
    "diffraction",
    "one row per position of a diffraction scan",
    (
        Column("test_id", "BIGINT", "", "Test the scan belongs to."),
        Column("scan_count", "BIGINT", "1", "Scan within the test, from 1."),
        Column("record_index", "BIGINT", "1", "Place in the export, from 1."),
        Column("two_theta_degree", "DOUBLE", "°", "Angle between the beam and the detector."),
        Column("d_angstrom", "DOUBLE", "Å", "Spacing λ/(2 sin θ); null without a wavelength."),
        *_INTENSITY,
    ),
    key=("test_id", "scan_count", "record_index"),
    owner="test_id",
    files="diffraction",
)

PHOTOEMISSION: Final = Relation(
    "photoemission",
    "one row per energy of a photoemission region",
    (
        Column("test_id", "BIGINT", "", "Test the region belongs to."),
        Column("region_count", "BIGINT", "1", "Region within the test, from 1."),
        Column("record_index", "BIGINT", "1", "Place in the export, from 1."),
        Column("binding_energy_ev", "DOUBLE", "eV", "Excitation less kinetic energy, as measured."),
        Column("kinetic_energy_ev", "DOUBLE", "eV", "Null where no excitation energy is known."),
        *_INTENSITY,
        Column("transmission", "DOUBLE", "1", "Of the analyzer, where the export tells it."),
    ),
    key=("test_id", "region_count", "record_index"),
    owner="test_id",
    files="photoemission",
)
