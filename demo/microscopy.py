"""The images of the study, as .tif, and what is measured in them, as ImageJ's tables of results."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from demo import micrograph, micrograph_tiff
from demo.measurement import LABEL, noise_of

GRAINS: Final = "synthetic-pellet-1-surface"
SECTIONS_UM: Final = {
    "synthetic-pb-section": (1.02, 0.97, 1.01),
    "synthetic-cycled-section": (0.99, 1.0, 0.94),
}
"""How thick the layer is at three places, before cycling and after it."""
SURFACES: Final = {"synthetic-surface-bare": (14, 40), "synthetic-surface-coated": (1, 4)}
"""Cracks and pores after 50 cycles, without the layer and with it."""
METHOD: Final = "as the demo drew it"


@dataclass(frozen=True, slots=True)
class Measured:
    """A table of what is measured in an image; its lengths are in pixels."""

    image: str
    """The name of its file without the ending."""
    kind: str
    preparation: str

    @property
    def file(self) -> str:
        """Return the name of the table."""
        return f"{self.image}-{self.kind}.csv"


_PLACES: Final = tuple(
    f"{name}-{place}" for name, places in SECTIONS_UM.items() for place in range(1, len(places) + 1)
)
MEASURED: Final = (
    *(Measured(GRAINS, kind, "as sintered") for kind in ("grain", "test_line")),
    *(Measured(place, "layer", "polished") for place in _PLACES),
    *(Measured(name, kind, "as cycled") for name in SURFACES for kind in ("crack", "pore")),
)


def write_images(folder: Path, tables: Path) -> list[Path]:
    """Write every image into a folder, and every table into another.

    Returns:
        The images.
    """
    tables.mkdir(exist_ok=True)
    paths = []
    for name, image in _images().items():
        path = folder / f"{name}.tif"
        micrograph_tiff.write_micrograph(path, image.grays, image.pixel_um, name)
        paths.append(path)
        for each in MEASURED:
            if each.image == name:
                _write_table(tables / each.file, image.tables[each.kind])
    return paths


def _images() -> dict[str, micrograph.Micrograph]:
    """Return the images by the names of their files."""
    thickness_um = [each for places in SECTIONS_UM.values() for each in places]
    thick = dict(zip(_PLACES, thickness_um, strict=True))
    return {
        GRAINS: micrograph.grains(noise_of(GRAINS)),
        **{name: micrograph.section(um, noise_of(name)) for name, um in thick.items()},
        **{name: micrograph.surface(*count, noise_of(name)) for name, count in SURFACES.items()},
    }


def _write_table(path: Path, table: micrograph.Table) -> None:
    """Write a table as ImageJ does: numbered rows, each with the label of its image."""
    columns = np.column_stack(list(table.values()))
    lines = [",".join((" ", "Label", *table))]
    for number, row in enumerate(columns.tolist(), 1):
        lines.append(",".join((str(number), LABEL, *(f"{each:.10g}" for each in row))))
    path.write_text("\n".join([*lines, ""]), encoding="ascii", newline="\n")
