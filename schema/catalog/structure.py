"""What a test of structure or surface consists of: scans, regions, images.

How each was taken; the points of scans and regions rest in the lake, images in their exports.
"""

from typing import Final

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from schema.catalog.sweep import Sweep
from schema.catalog.table import Key, Table

COUNT_SCALES: Final = ("stated", "counts", "scaled", "estimated", "none")
"""Whether an intensity is a count: STRUCTURE S0.2."""
_COUNT_SCALE: Final = (
    "Whether its intensity is a count: stated (the export has errors), counts, scaled "
    "(times the counting time it is whole), estimated (by its scatter), none (smoothed or "
    "processed); null where nobody looked."
)


class DiffractionScan(Table):
    """A diffraction scan: how it was taken. Its points rest in the lake."""

    __tablename__ = "diffraction_scan"
    __table_args__ = (UniqueConstraint("test_id", "scan_count", name="uq_diffraction_scan_place"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True, doc="Key of the scan.")
    test_id: Mapped[int] = mapped_column(ForeignKey("test.id"), index=True, doc="The test.")
    scan_count: Mapped[int] = mapped_column(doc="Place within the test, from 1.")
    input_hash: Mapped[str] = mapped_column(
        index=True, doc="Hash of its points: equal scans have equal hashes."
    )
    point_count: Mapped[int] = mapped_column(doc="Points.", info={"unit": "1"})
    label: Mapped[str | None] = mapped_column(doc="Name of the scan, as the export has it.")
    axis: Mapped[str | None] = mapped_column(
        doc="What moved, as the instrument names it: 2Theta, Gonio, Locked Coupled …"
    )
    lowest_two_theta_degree: Mapped[float | None] = mapped_column(
        doc="Least 2θ.", info={"unit": "°"}
    )
    highest_two_theta_degree: Mapped[float | None] = mapped_column(
        doc="Greatest 2θ.", info={"unit": "°"}
    )
    step_degree: Mapped[float | None] = mapped_column(
        doc="Between two points; null where it is uneven.", info={"unit": "°"}
    )
    wavelength_angstrom: Mapped[float | None] = mapped_column(
        doc="Of the beam, Kα1 where it is a doublet.", info={"unit": "Å"}
    )
    second_wavelength_angstrom: Mapped[float | None] = mapped_column(
        doc="Of Kα2; null where the beam has none, or nobody says.", info={"unit": "Å"}
    )
    second_ratio: Mapped[float | None] = mapped_column(
        doc="Intensity of Kα2 over Kα1; 0 for a monochromatic beam.", info={"unit": "1"}
    )
    beta_wavelength_angstrom: Mapped[float | None] = mapped_column(
        doc="Of Kβ, where the export tells it.", info={"unit": "Å"}
    )
    anode: Mapped[str | None] = mapped_column(doc="Element of the tube's anode, e.g. Cu.")
    radius_mm: Mapped[float | None] = mapped_column(doc="Of the goniometer.", info={"unit": "mm"})
    counting_time_second: Mapped[float | None] = mapped_column(
        doc="Time that a point was counted for, all strips of the detector together.",
        info={"unit": "s"},
    )
    intensity_unit: Mapped[str | None] = mapped_column(doc="counts, counts/s, or as written.")
    count_scale: Mapped[str | None] = mapped_column(
        doc=_COUNT_SCALE, info={"choices": COUNT_SCALES}
    )
    scatter: Mapped[float | None] = mapped_column(
        doc="Variance between neighbors over the mean: 1 for counts.", info={"unit": "1"}
    )
    state: Mapped[str | None] = mapped_column(
        doc="How it ended, as the export says: completed, aborted …"
    )


class PhotoemissionRegion(Table):
    """A photoemission region: how it was taken. Its points rest in the lake."""

    __tablename__ = "photoemission_region"
    __table_args__ = (
        UniqueConstraint("test_id", "region_count", name="uq_photoemission_region_place"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True, doc="Key of the region.")
    test_id: Mapped[int] = mapped_column(ForeignKey("test.id"), index=True, doc="The test.")
    region_count: Mapped[int] = mapped_column(doc="Place within the test, from 1.")
    input_hash: Mapped[str] = mapped_column(
        index=True, doc="Hash of its points: equal regions have equal hashes."
    )
    point_count: Mapped[int] = mapped_column(doc="Points.", info={"unit": "1"})
    label: Mapped[str | None] = mapped_column(doc="Name of the region, as the export has it.")
    element: Mapped[str | None] = mapped_column(
        doc="Element it was taken for, where the export tells it; null for a survey."
    )
    transition: Mapped[str | None] = mapped_column(
        doc="Line it was taken for, e.g. 2p; null for a survey."
    )
    lowest_binding_energy_ev: Mapped[float | None] = mapped_column(
        doc="Least binding energy.", info={"unit": "eV"}
    )
    highest_binding_energy_ev: Mapped[float | None] = mapped_column(
        doc="Greatest binding energy.", info={"unit": "eV"}
    )
    step_ev: Mapped[float | None] = mapped_column(
        doc="Between two points; null where it is uneven.", info={"unit": "eV"}
    )
    excitation_energy_ev: Mapped[float | None] = mapped_column(
        doc="Energy of the photons.", info={"unit": "eV"}
    )
    source: Mapped[str | None] = mapped_column(doc="Source of the photons, e.g. Al Kα.")
    pass_energy_ev: Mapped[float | None] = mapped_column(
        doc="Of the analyzer.", info={"unit": "eV"}
    )
    source_angle_degree: Mapped[float | None] = mapped_column(
        doc="Between source and analyzer.", info={"unit": "°"}
    )
    takeoff_angle_degree: Mapped[float | None] = mapped_column(
        doc="Between the analyzer and the normal of the surface.", info={"unit": "°"}
    )
    dwell_second: Mapped[float | None] = mapped_column(
        doc="Time that a point was counted for in one sweep.", info={"unit": "s"}
    )
    sweep_count: Mapped[int | None] = mapped_column(
        doc="Sweeps that were added up.", info={"unit": "1"}
    )
    depth_count: Mapped[int | None] = mapped_column(
        doc="Which of the levels of a depth profile, from 1; null outside one."
    )
    etch_time_second: Mapped[float | None] = mapped_column(
        doc="Sputtered before it.", info={"unit": "s"}
    )
    intensity_unit: Mapped[str | None] = mapped_column(doc="counts, counts/s, or as written.")
    count_scale: Mapped[str | None] = mapped_column(
        doc=_COUNT_SCALE, info={"choices": COUNT_SCALES}
    )
    scatter: Mapped[float | None] = mapped_column(
        doc="Variance between neighbors over the mean: 1 for counts.", info={"unit": "1"}
    )
    energy_reference: Mapped[str | None] = mapped_column(
        doc="What energies are referred to: C1s, or none where no line of it was found."
    )
    energy_shift_ev: Mapped[float | None] = mapped_column(
        doc="To be added to its binding energies, which stay as measured.", info={"unit": "eV"}
    )
    energy_shift_error_ev: Mapped[float | None] = mapped_column(
        doc="One sigma, with that of the level the reference has.", info={"unit": "eV"}
    )
    reference_width_ev: Mapped[float | None] = mapped_column(
        doc="Full width of the line of reference.", info={"unit": "eV"}
    )
    reference_chosen_by: Mapped[str | None] = mapped_column(
        doc="Who chose the reference: leyden, where nobody said."
    )
    reference_doubt: Mapped[str | None] = mapped_column(
        doc="Why energies are not to be relied on: no_reference_line, differential_charging."
    )


class Image(Table):
    """An image taken by a microscope: how it was taken. Its pixels rest in its export."""

    __tablename__ = "image"
    __table_args__ = (UniqueConstraint("test_id", "image_count", name="uq_image_place"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True, doc="Key of the image.")
    test_id: Mapped[int] = mapped_column(ForeignKey("test.id"), index=True, doc="The test.")
    image_count: Mapped[int] = mapped_column(doc="Place within the test, from 1.")
    input_hash: Mapped[str] = mapped_column(
        index=True, doc="Hash of its pixels: equal images have equal hashes."
    )
    page_count: Mapped[int] = mapped_column(
        doc="Page of the export it is on, from 1.", server_default="1"
    )
    width_pixel: Mapped[int] = mapped_column(doc="Columns, the data bar left out.")
    height_pixel: Mapped[int] = mapped_column(doc="Rows, the data bar left out.")
    pixel_width_um: Mapped[float | None] = mapped_column(
        doc="Width of a pixel; null where nothing tells it.", info={"unit": "µm"}
    )
    pixel_height_um: Mapped[float | None] = mapped_column(
        doc="Height of a pixel; null where nothing tells it.", info={"unit": "µm"}
    )
    pixel_error_um: Mapped[float | None] = mapped_column(
        doc="One sigma of both, where somebody measured the scale bar.", info={"unit": "µm"}
    )
    scale_source: Mapped[str | None] = mapped_column(
        doc="What tells the size of a pixel, e.g. Scan.PixelWidth, ap_width, by_hand."
    )
    scale_status: Mapped[str] = mapped_column(
        doc="Whether the size of a pixel can be relied on: ok, low_quality or not_computable."
    )
    scale_reason: Mapped[str | None] = mapped_column(doc="Why its status is not ok.")
    accelerating_voltage_kilovolt: Mapped[float | None] = mapped_column(
        doc="Of the beam.", info={"unit": "kV"}
    )
    magnification: Mapped[float | None] = mapped_column(
        doc="As the export tells it; never used for a scale.", info={"unit": "1"}
    )
    working_distance_mm: Mapped[float | None] = mapped_column(
        doc="Between lens and specimen.", info={"unit": "mm"}
    )
    tilt_degree: Mapped[float | None] = mapped_column(doc="Of the stage.", info={"unit": "°"})
    tilt_corrected: Mapped[bool | None] = mapped_column(
        doc="Whether the instrument stretched the image for the tilt."
    )
    detector: Mapped[str | None] = mapped_column(doc="Detector, e.g. ETD, InLens.")


OBJECT_KINDS: Final = ("grain", "test_line", "layer", "crack", "pore")


class ImageObject(Table):
    """What somebody measured in an image: a grain, a test line, a layer at one place, a crack."""

    __tablename__ = "image_object"

    id: Mapped[int] = mapped_column(Key, primary_key=True, doc="Key of the object.")
    image_id: Mapped[int] = mapped_column(
        ForeignKey("image.id", ondelete="CASCADE"), index=True, doc="The image."
    )
    image_hash: Mapped[str] = mapped_column(
        doc="Hash of the pixels it was measured in.", info={"shown": False}
    )
    kind: Mapped[str] = mapped_column(
        doc="grain, test_line, layer, crack or pore.", info={"choices": OBJECT_KINDS}
    )
    region: Mapped[str | None] = mapped_column(doc="Which place of the specimen.")
    preparation: Mapped[str | None] = mapped_column(
        doc="How the surface was prepared: fractured, polished, etched, as grown …"
    )
    method: Mapped[str | None] = mapped_column(
        doc="How it was told from what is around it: by hand, a threshold and its value …"
    )
    position_um: Mapped[float | None] = mapped_column(
        doc="Of a layer: where along it.", info={"unit": "µm", "lowest": float("-inf")}
    )
    area_um2: Mapped[float | None] = mapped_column(
        doc="Of a grain, crack or pore.", info={"unit": "µm²"}
    )
    length_um: Mapped[float | None] = mapped_column(
        doc="Of a test line or crack; thickness of a layer, 0 where there is none.",
        info={"unit": "µm", "lowest": 0.0},
    )
    crossing_count: Mapped[float | None] = mapped_column(
        doc="Grain boundaries that a test line crosses; an end within a grain counts half.",
        info={"unit": "1", "lowest": 0.0},
    )
    direction_degree: Mapped[float | None] = mapped_column(
        doc="Of a test line, from the rows of the image.",
        info={"unit": "°", "lowest": float("-inf")},
    )
    box_width_um: Mapped[float | None] = mapped_column(
        doc="Width of the box around it.", info={"unit": "µm"}
    )
    box_height_um: Mapped[float | None] = mapped_column(
        doc="Height of the box around it.", info={"unit": "µm"}
    )
    touches_frame: Mapped[bool | None] = mapped_column(
        doc="Whether it touches the frame of the image; null where nobody looked."
    )


Measured = Sweep | DiffractionScan | PhotoemissionRegion | Image
"""What is measured within a test and known by a hash."""
MEASURED: Final[tuple[type[Measured], ...]] = (
    Sweep,
    DiffractionScan,
    PhotoemissionRegion,
    Image,
)
