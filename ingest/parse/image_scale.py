"""How large a pixel is, by what a microscope wrote, and whether that can be relied on.

Never by the resolution that a TIFF states for printing, and never by a magnification, which is that
of some screen or paper. Two sources that differ by more than 1 % are a doubt.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ingest.reading import Fact

_AGREE: Final = 0.01
_IN_UM: Final = {"nm": 1e-3, "µm": 1.0, "um": 1.0, "mm": 1e3, "cm": 1e4, "m": 1e6}
_METER: Final = 1e6


@dataclass(frozen=True, slots=True)
class Scale:
    """The size of a pixel in µm, None where nothing tells it, what tells it, and how sure it is."""

    width_um: float | None
    height_um: float | None
    source: str | None
    status: str = "ok"
    reason: str | None = None

    @property
    def how(self) -> dict[str, Fact]:
        """Return it as columns of an image."""
        return {
            "pixel_width_um": self.width_um,
            "pixel_height_um": self.height_um,
            "scale_source": self.source,
            "scale_status": self.status,
            "scale_reason": self.reason,
        }


def unknown(reason: str) -> Scale:
    """Return that nothing tells the size of a pixel, and why."""
    return Scale(None, None, None, "not_computable", reason)


def of_fei(sections: Mapping[str, Mapping[str, Any]], columns: int) -> Scale:
    """Return the scale of an FEI or Thermo image: that of the scan, else of the field of its beam.

    Args:
        sections: of its metadata.
        columns: of the image.
    """
    image = sections.get("Image", {})
    resolution = positive_number(image.get("ResolutionX")) or float(columns)
    for section in ("Scan", "EScan"):
        scan = sections.get(section, {})
        width, height = (positive_number(scan.get(f"Pixel{side}")) for side in ("Width", "Height"))
        if width and height:
            field = positive_number(scan.get("HorFieldsize"))
            return _compared(
                Scale(width * _METER, height * _METER, f"{section}.PixelWidth"),
                field and field * _METER / resolution,
                "HorFieldsize over ResolutionX",
            )
    beam = str(sections.get("Beam", {}).get("Beam", ""))
    own = sections.get(beam, {})
    across, down = positive_number(own.get("HFW")), positive_number(own.get("VFW"))
    rows = positive_number(image.get("ResolutionY"))
    if across:
        width = across * _METER / resolution
        height = down * _METER / rows if down and rows else width
        return Scale(width, height, f"{beam}.HFW over ResolutionX")
    return unknown(f"neither a pixel nor the field of {beam or 'its beam'} is told")


def of_zeiss(metadata: Mapping[str, Any], columns: int, rows: int) -> Scale:
    """Return the scale of a Zeiss image: its width over its columns.

    ``ap_pixel_size`` is that of an image of 1024 columns, whatever this one has, and is not used.
    """
    width, height = length_um(metadata.get("ap_width")), length_um(metadata.get("ap_height"))
    if not width:
        pixel = length_um(metadata.get("ap_image_pixel_size"))
        if pixel:
            return Scale(pixel, pixel, "ap_image_pixel_size")
        return unknown("neither ap_width nor ap_image_pixel_size is told")
    pixel = width / columns
    found = Scale(pixel, height / rows if height else pixel, "ap_width over columns")
    return _compared(found, length_um(metadata.get("ap_image_pixel_size")), "ap_image_pixel_size")


def of_hitachi(entries: Mapping[str, str], columns: int) -> Scale:
    """Return the scale of a Hitachi image: its text states the size of a pixel, in nm.

    It is that of an image of ``DataSize``; of one reduced since nobody knows.
    """
    try:
        pixel = positive_number(float(entries.get("PixelSize", "")))
    except ValueError:
        pixel = None
    if pixel is None:
        return unknown("its text tells no PixelSize")
    size = entries.get("DataSize", "")
    if size.lower().partition("x")[0].strip() != str(columns):
        image = f"an image of {size}" if size else "an image whose DataSize is not told"
        return unknown(f"PixelSize is that of {image}, this has {columns} columns")
    return Scale(pixel * _IN_UM["nm"], pixel * _IN_UM["nm"], "PixelSize")


def length_um(entry: object) -> float | None:
    """Return a length in µm that Zeiss writes as (label, number, unit), None where it is none."""
    if not isinstance(entry, tuple) or len(entry) != 3:  # label, number, unit
        return None
    number, factor = positive_number(entry[1]), _IN_UM.get(str(entry[2]).strip())
    return number * factor if number is not None and factor else None


def _compared(found: Scale, other_um: float | None, name: str) -> Scale:
    """Return a scale compared with another source: doubtful where they differ."""
    width, height = found.width_um, found.height_um
    if width and height and other_um and abs(other_um / width - 1.0) > _AGREE:
        reason = f"{found.source} gives {width:.6g} µm, {name} {other_um:.6g} µm"
        return Scale(width, height, found.source, "low_quality", reason)
    return found


def positive_number(value: object) -> float | None:
    """Return a number above zero, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0.0 < value < float("inf") else None
