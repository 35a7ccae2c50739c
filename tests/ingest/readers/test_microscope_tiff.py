"""Micrographs: how large their pixels are, and what tells it."""

import gzip
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.companion import what_it_is
from ingest.conformance import export_of
from ingest.draft import draft
from ingest.measurement import Row
from ingest.parse.image_scale import of_fei, of_zeiss
from ingest.reading import Reading
from ingest.recognize import reader_for
from tests.ingest.readers.sample import samples
from tests.ingest.readers.samples.microscope_tiff import FEI, FEI_TAG, HITACHI, tiff
from tests.law import law


def read(path: Path) -> Reading:
    (reading,) = reader_for(export_of(path)).read(export_of(path))
    return reading


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def images(reading: Reading) -> list[Row]:
    found = draft(reading).measurements
    assert found is not None
    return found.hashed_rows


def sample(folder: Path, place: int) -> Reading:
    one = samples()["microscope_tiff"][place]
    return read(written(folder, one.name, one.content))


def test_the_scan_of_fei_tells_its_pixels_and_the_data_bar_is_cut(tmp_path: Path) -> None:
    reading = sample(tmp_path, 0)
    (image,) = images(reading)
    assert image["pixel_width_um"] == pytest.approx(3.3724, rel=1e-12)  # V32
    assert (image["width_pixel"], image["height_pixel"]) == (512, 442)
    assert (image["scale_source"], image["scale_status"]) == ("Scan.PixelWidth", "ok")
    assert image["accelerating_voltage_kilovolt"] == 5.0
    assert image["tilt_degree"] == pytest.approx(28.6478897565)
    assert (reading.technique, str(reading.started_at)) == ("SEM", "2016-06-13 17:06:40")


def test_zeiss_tells_it_by_its_width_and_never_by_its_pixel_of_1024_columns(
    tmp_path: Path,
) -> None:
    (image,) = images(sample(tmp_path, 1))
    assert image["pixel_width_um"] == pytest.approx(0.012324, abs=5e-7)  # V33
    assert (image["scale_source"], image["scale_status"]) == ("ap_width over columns", "ok")
    assert (image["magnification"], image["working_distance_mm"]) == (4530.0, 4.5)


def test_a_bare_image_has_no_scale_whatever_its_resolution(tmp_path: Path) -> None:
    content = tiff(8, 4, resolution=(96, 96))
    reading = read(written(tmp_path, "bare.tif", content))
    (image,) = images(reading)
    assert (image["pixel_width_um"], image["scale_status"]) == (None, "not_computable")
    assert [each.kind for each in reading.findings] == ["no_scale"]
    assert reading.technique is None


def test_two_sources_that_differ_are_a_doubt(tmp_path: Path) -> None:
    text = FEI.replace("HorFieldsize=0.00172667", "HorFieldsize=0.0018")
    reading = read(written(tmp_path, "odd.tif", tiff(512, 471, FEI_TAG, text)))
    (image,) = images(reading)
    assert image["scale_status"] == "low_quality"
    assert [each.kind for each in reading.findings] == ["scale_doubtful"]


def test_equal_pixels_have_equal_hashes_and_others_another(tmp_path: Path) -> None:
    one, same, other = (
        images(read(written(tmp_path, f"{place}.tif", content)))[0]["input_hash"]
        for place, content in enumerate((tiff(8, 4), tiff(8, 4, resolution=(96, 96)), tiff(4, 8)))
    )
    assert one == same
    assert one != other


@law(50)
@given(st.floats(1e-9, 1e-3), st.integers(64, 8192))
def test_the_field_of_a_beam_is_its_pixels_times_its_columns(field: float, columns: int) -> None:
    sections: dict[str, dict[str, Any]]
    sections = {
        "Beam": {"Beam": "IRBeam"},
        "IRBeam": {"HFW": field},
        "Image": {"ResolutionX": columns},
    }
    found = of_fei(sections, columns)
    assert found.width_um == pytest.approx(field * 1e6 / columns)


def test_a_camera_without_its_beam_has_no_scale() -> None:
    assert of_fei({"Beam": {"Beam": "IRBeam"}}, 768).status == "not_computable"


def test_zeiss_of_512_columns() -> None:
    metadata = {
        "ap_width": ("Width", 5.965, "\u00b5m"),
        "ap_pixel_size": ("Pixel Size", 5.825, "nm"),
    }
    assert of_zeiss(metadata, 512, 384).width_um == pytest.approx(0.01165, abs=5e-7)  # V34


@pytest.mark.exports
def test_real_micrographs(exports: Path, more_exports: Path, tmp_path: Path) -> None:
    for packed in ("tiff_FEI_Helios.zip", "tiff_Zeiss_SEM.zip"):
        with zipfile.ZipFile(exports / "rosettasciio" / packed) as members:
            members.extractall(tmp_path)
    name = "JEOL-SightX-TEM-mag-dummy.tif.gz"
    jeol = gzip.decompress((more_exports / "rosettasciio" / name).read_bytes())
    written(tmp_path, "jeol.tif", jeol)
    found = {path.name: images(read(path)) for path in tmp_path.rglob("*.tif")}
    widths = {name: [row["pixel_width_um"] for row in rows] for name, rows in found.items()}
    wanted: dict[str, list[float | None]] = {
        "FEI-Helios-Ebeam-16bits.tif": [3.3724],
        "FEI-Helios-Ebeam-8bits.tif": [3.3724],
        "FEI-Helios-navcam.tif": [0.202732e6 / 768],
        "FEI-Helios-navcam-with-no-IRBeam.tif": [None],
        "FEI-Helios-navcam-with-no-IRBeam-bad-floats.tif": [None],
        "ZEISS_SEM_multipage.tif": [25.24 / 2048] * 2,
        "test_tiff_Zeiss_SEM_1k.tif": [2677.0 / 1024],
        "test_tiff_Zeiss_SEM_512pix.tif": [5.965 / 512],
        "jeol.tif": [None],
    }
    assert widths.keys() == wanted.keys()
    for name, values in wanted.items():
        assert [round(each, 9) if each else None for each in widths[name]] == [
            round(each, 9) if each else None for each in values
        ]


def test_hitachi_tells_it_in_a_text_beside(tmp_path: Path) -> None:
    one = samples()["microscope_tiff"][3]
    reading = read(one.written(tmp_path, one.content).path)
    (image,) = images(reading)
    assert image["pixel_width_um"] == pytest.approx(0.0248, rel=1e-12)
    assert (image["scale_source"], image["scale_status"]) == ("PixelSize", "ok")
    assert (image["accelerating_voltage_kilovolt"], image["working_distance_mm"]) == (15.0, 8.1)
    assert (image["magnification"], image["detector"]) == (4000.0, "SE(U)")
    assert (reading.technique, reading.instrument) == ("SEM", "Hitachi SU8010")
    assert str(reading.started_at) == "2026-06-20 10:11:12"
    assert what_it_is(tmp_path / "hitachi.txt") is not None


@pytest.mark.parametrize(
    ("was", "becomes", "reason"),
    [
        ("1280x960", "2560x1920", "an image of 2560x1920, this has 1280 columns"),
        ("DataSize=1280x960\r\n", "", "this has 1280 columns"),
        ("PixelSize=24.8", "PixelSize=0", "no PixelSize"),
    ],
)
def test_a_pixel_of_hitachi_is_that_of_its_data_size_alone(
    tmp_path: Path, was: str, becomes: str, reason: str
) -> None:
    written(tmp_path, "hitachi.txt", HITACHI.replace(was, becomes).encode("utf-16"))
    (image,) = images(read(written(tmp_path, "hitachi.tif", tiff(1280, 2))))
    assert (image["pixel_width_um"], image["scale_status"]) == (None, "not_computable")
    assert reason in str(image["scale_reason"])


def test_another_text_beside_an_image_is_none_of_hitachi(tmp_path: Path) -> None:
    written(tmp_path, "one.txt", b"Time/s\tE/V\n")
    (image,) = images(read(written(tmp_path, "one.tif", tiff(1280, 2))))
    assert image["scale_reason"] == (
        "the file tells no size of a pixel: somebody has to measure the scale bar"
    )
    assert what_it_is(tmp_path / "one.txt") is None
