"""The images of the demo and what is measured in them are true to what they were made from."""

from pathlib import Path

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def table(demo_study: Path, name: str) -> dict[str, Numbers]:
    """Return the columns of a table of results, by name."""
    names, *rows = (
        line.split(",")
        for line in (demo_study / "measured" / f"{name}.csv").read_text("ascii").splitlines()
    )
    columns = zip(*rows, strict=True)
    return {
        name: np.array(column, float)
        for name, column in zip(names, columns, strict=True)
        if name.strip() and name != "Label"
    }


def pixels(demo_study: Path, name: str) -> NDArray[np.uint8]:
    """Return an image without its data bar."""
    with tifffile.TiffFile(demo_study / "exports" / f"{name}.tif") as file:
        told = file.fei_metadata
        assert told is not None
        return np.asarray(file.pages[0].asarray()[: told["Image"]["ResolutionY"]])


def test_all_images_together_are_small(demo_study: Path) -> None:
    sizes = [path.stat().st_size for path in (demo_study / "exports").glob("*.tif")]
    assert len(sizes) == 9
    assert sum(sizes) < 750_000


def test_grains_fill_the_frame_and_are_three_micrometers_wide(demo_study: Path) -> None:
    areas = table(demo_study, "synthetic-pellet-1-surface-grain")["Area"]
    assert areas.sum() == pixels(demo_study, "synthetic-pellet-1-surface").size
    assert np.mean(np.sqrt(4 * areas / np.pi)) * 0.12 == pytest.approx(3.1, rel=0.1)


@pytest.mark.parametrize("name", ["synthetic-pb-section-1", "synthetic-cycled-section-3"])
def test_a_layer_is_as_thick_in_the_picture_as_in_its_table(demo_study: Path, name: str) -> None:
    shades = pixels(demo_study, name)
    seen = np.sum((shades > 78) & (shades < 150), axis=0)
    told = table(demo_study, f"{name}-layer")["Length"]
    assert seen == pytest.approx(told, abs=1.5)


@pytest.mark.parametrize("name", ["synthetic-surface-bare", "synthetic-surface-coated"])
def test_what_is_dark_is_crack_or_pore(demo_study: Path, name: str) -> None:
    dark = np.sum(pixels(demo_study, name) < 98)
    told = sum(table(demo_study, f"{name}-{kind}")["Area"].sum() for kind in ("crack", "pore"))
    assert dark == pytest.approx(told, rel=0.15)  # they cross each other
    assert dark <= told


@pytest.mark.parametrize("rate", [1, 2, 5, 10, 20])
def test_a_scanned_film_peaks_as_the_textbook_says(demo_study: Path, rate: int) -> None:
    path = demo_study / "exports" / f"synthetic-pb-scanned-{rate}mV.mpt"
    lines = path.read_text("latin-1").splitlines()
    heading, *rows = lines[int(lines[1].split(":")[1]) - 1 :]
    volt, milliampere = (
        np.array([row.split("\t")[heading.split("\t").index(name)] for row in rows], float)
        for name in ("Ewe/V", "<I>/mA")
    )
    first = slice(0, volt.size // 4)
    kelvin, thermal = 303.15, 8.314462618 * 303.15 / 96485.33212
    peak = 2.68645e5 * 0.7854 * 6.6e-3 * np.sqrt(2e-12 * rate * 1e-3 * 298.15 / kelvin)
    assert milliampere[first].max() * 1e-3 == pytest.approx(peak, rel=0.02)
    at = volt[first][np.argmax(milliampere[first])]
    assert at == pytest.approx(3.07 + 1.109 * thermal, abs=0.006)
