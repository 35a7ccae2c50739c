"""What is measured within tests and known by a hash: sweeps, scans, regions, images."""

from collections.abc import Mapping
from typing import Final

from ingest.analysis.subject import Subject
from schema.catalog import DiffractionScan, Image, PhotoemissionRegion, Sweep
from schema.relation import SPECTRUM, Relation
from schema.structure import DIFFRACTION, PHOTOEMISSION

SWEEPS: Final = Subject(
    name="impedance sweeps",
    kind="spectra",
    place="spectrum_count",
    points=("frequency_hertz", "real_impedance_ohm", "imaginary_impedance_ohm"),
    table=Sweep,
)
SCANS: Final = Subject(
    name="diffraction scans",
    kind="diffraction",
    place="scan_count",
    points=("two_theta_degree", "intensity"),
    table=DiffractionScan,
    how=(
        *("wavelength_angstrom", "second_wavelength_angstrom", "second_ratio"),
        *("beta_wavelength_angstrom", "anode", "radius_mm"),
        *("counting_time_second", "intensity_unit", "count_scale"),
    ),
)
REGIONS: Final = Subject(
    name="photoemission regions",
    kind="photoemission",
    place="region_count",
    points=("binding_energy_ev", "kinetic_energy_ev", "intensity", "transmission"),
    table=PhotoemissionRegion,
    how=(
        *("label", "element", "transition", "excitation_energy_ev", "source_angle_degree"),
        *("takeoff_angle_degree", "dwell_second", "sweep_count", "intensity_unit"),
        *("count_scale", "energy_shift_ev"),
    ),
)
IMAGES: Final = Subject(
    name="images",
    kind="images",
    place="image_count",
    points=(),
    table=Image,
)
"""Their pixels rest in their exports: what reads those gives their hashes."""

SUBJECTS: Final = (SWEEPS, SCANS, REGIONS, IMAGES)
RESTING: Final[Mapping[str, Relation]] = {
    SWEEPS.kind: SPECTRUM,
    SCANS.kind: DIFFRACTION,
    REGIONS.kind: PHOTOEMISSION,
}
"""Relations of those whose points rest in the lake, by the kind of their files."""
