"""Diffractometer exports: those written here, and the real ones, held against plain reads."""

import bz2
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.conformance import export_of
from ingest.draft import draft
from ingest.measurement import Measurements
from ingest.reading import Reading
from ingest.recognize import all_readers, reader_for
from schema.error import EmptyExport, UnknownFormat, UnreadableExport
from tests.ingest.readers.sample import samples
from tests.ingest.readers.samples import bruker_raw, powder_xy

Floats = NDArray[np.float64]


def read(path: Path) -> list[Reading]:
    export = export_of(path)
    knowing = [each for each in all_readers() if each.knows(export)]
    assert len(knowing) == 1
    return reader_for(export).read(export)


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def sample(folder: Path, reader: str, place: int = 0) -> Reading:
    one = samples()[reader][place]
    (reading,) = read(written(folder, one.name, one.content))
    return reading


def scans(reading: Reading) -> Measurements:
    found = draft(reading).measurements
    assert found is not None
    return found


def of(found: Measurements, place: int = 1) -> tuple[Floats, Floats]:
    """Return angle and intensity of a scan."""
    chosen = found.columns["scan_count"] == place
    return found.columns["two_theta_degree"][chosen], found.columns["intensity"][chosen]


def kinds(reading: Reading) -> set[str]:
    return {each.kind for each in reading.findings}


CU = {"wavelength_angstrom": 1.5406, "second_wavelength_angstrom": 1.54439, "second_ratio": 0.5}


def test_each_range_of_a_raw_is_a_scan_whose_angles_are_not_rounded(tmp_path: Path) -> None:
    found = scans(sample(tmp_path, "bruker_raw"))
    assert [row["point_count"] for row in found.rows] == [4, 4]
    angle, intensity = of(found, 2)
    np.testing.assert_allclose(angle, 13.0 + 0.0155922 * np.arange(4), rtol=1e-15)
    assert intensity.tolist() == list(bruker_raw.COUNTS)
    assert found.rows[0].items() >= {**CU, "anode": "Cu", "radius_mm": 200.5}.items()
    assert found.rows[0]["counting_time_second"] == 0.5


def test_raw_4_has_the_same_under_other_places(tmp_path: Path) -> None:
    reading = sample(tmp_path, "bruker_raw", 1)
    found = scans(reading)
    angle, intensity = of(found)
    np.testing.assert_allclose(angle, 10.0 + 0.036477 * np.arange(4), rtol=1e-15)
    assert intensity.tolist() == list(bruker_raw.COUNTS)
    assert found.rows[0].items() >= {**CU, "axis": "Locked Coupled", "anode": "Cu"}.items()
    assert (str(reading.started_at), reading.facts["SAMPLEID"]) == ("2018-07-21 15:55:31", "TiO2")


def test_what_is_no_coupled_scan_has_no_two_theta(tmp_path: Path) -> None:
    (reading,) = read(written(tmp_path, "rock.raw", bruker_raw.version_4(b"Rocking Curve")))
    assert np.isnan(scans(reading).columns["two_theta_degree"]).all()
    assert [each.name for each in reading.columns] == ["Rocking Curve", "Intensity"]


def test_a_date_that_may_be_read_both_ways_is_told(tmp_path: Path) -> None:
    assert kinds(sample(tmp_path, "bruker_raw")) == {"ambiguous_date"}


def test_a_raw_that_ends_early_keeps_its_whole_points(tmp_path: Path) -> None:
    (reading,) = read(written(tmp_path, "cut.raw", bruker_raw.version_1()[:-6]))
    assert [row["point_count"] for row in scans(reading).rows] == [4, 2]
    assert "truncated" in kinds(reading)


@pytest.mark.parametrize("head", [b"RAW2", b"RAW "])
def test_the_older_raw_is_told_by_name(tmp_path: Path, head: bytes) -> None:
    with pytest.raises(UnknownFormat, match="an old diffractogram"):
        reader_for(export_of(written(tmp_path, "old.raw", head + bytes(400))))


def test_uxd_takes_angles_of_start_and_step_and_keeps_the_printed(tmp_path: Path) -> None:
    reading = sample(tmp_path, "bruker_uxd")
    found = scans(reading)
    angle, intensity = of(found, 1)
    np.testing.assert_allclose(angle, 3.0 + 0.015592 * np.arange(3), rtol=1e-15)
    assert intensity.tolist() == [187.0, 183.0, 178.0]
    assert of(found, 2)[1].tolist() == [10.0, 11.0, 12.0, 13.0]
    printed = next(each for each in reading.columns if each.name == "printed angle")
    np.testing.assert_array_equal(printed.values, [3.0, 3.016, 3.031, *[np.nan] * 4])


def test_xrdml_of_any_version_multiplies_only_counts_by_the_attenuator(tmp_path: Path) -> None:
    found = scans(sample(tmp_path, "panalytical_xrdml"))
    angle, intensity = of(found, 1)
    np.testing.assert_allclose(angle, [5.0, 5.02, 5.04, 5.06])
    assert intensity.tolist() == [374.0, 401.0, 382.0, 351.0]
    angle, intensity = of(found, 2)
    assert angle.tolist() == [20.0, 21.0, 23.0]
    assert intensity.tolist() == [100.0, 900.0, 80.0]
    assert [row["state"] for row in found.rows] == ["completed", "aborted"]
    assert [row["step_degree"] for row in found.rows] == [pytest.approx(0.02), None]


def test_a_ratio_of_zero_means_no_second_wavelength(tmp_path: Path) -> None:
    row = scans(sample(tmp_path, "panalytical_csv")).rows[0]
    assert (row["second_wavelength_angstrom"], row["second_ratio"]) == (None, 0.0)
    first, second = scans(sample(tmp_path, "rigaku_ras")).rows
    assert (first["second_wavelength_angstrom"], first["second_ratio"]) == (None, 0.0)
    assert (second["second_wavelength_angstrom"], second["second_ratio"]) == (1.544414, None)


def test_rigaku_multiplies_by_its_attenuation(tmp_path: Path) -> None:
    assert of(scans(sample(tmp_path, "rigaku_ras")), 2)[1].tolist() == [10.0, 250.0]
    assert of(scans(sample(tmp_path, "rigaku_rasx")))[1].tolist() == [2589.0, 2684.0, 5010.0]


def test_brml_names_its_columns_by_their_views_and_leaves_out_what_was_processed(
    tmp_path: Path,
) -> None:
    reading = sample(tmp_path, "bruker_brml")
    found = scans(reading)
    angle, intensity = of(found)
    assert angle.tolist() == [10.0, 10.02, 10.04]
    assert intensity.tolist() == [4471.0, 4545.0, 4595.0]
    assert [each.name for each in reading.columns][:2] == ["MeasuredTime", "AbsorptionFactor"]
    assert found.rows[0].items() >= {**CU, "counting_time_second": 124.8}.items()


def test_a_pattern_may_bring_its_errors_and_its_wavelength(tmp_path: Path) -> None:
    reading = sample(tmp_path, "powder_xy")
    found = scans(reading)
    assert found.rows[0]["wavelength_angstrom"] == 0.414581
    assert found.columns["intensity_error"].tolist() == [37.744249, 37.128423, 36.504151]
    assert reading.facts["User sample name"] == "eel69B"


@pytest.mark.parametrize("separator", [" ", "\t", ",", "; ", ", "])
def test_whatever_parts_the_numbers_of_a_pattern(tmp_path: Path, separator: str) -> None:
    content = powder_xy.XY.replace(" ", separator).encode()
    (reading,) = read(written(tmp_path, "a.xy", content))
    angle, intensity = of(scans(reading))
    assert angle.tolist() == [5.00835563, 5.025066899, 5.041778168]
    assert intensity.tolist() == [1719.0, 1766.0, 1688.0]


def test_a_decimal_comma_is_one_where_something_else_parts(tmp_path: Path) -> None:
    (reading,) = read(written(tmp_path, "a.xy", b"10,00\t2,5\n10,02\t3,5\n10,04\t1,0\n"))
    assert of(scans(reading))[1].tolist() == [2.5, 3.5, 1.0]


def test_a_column_called_theta_that_runs_to_80_is_asked_about(tmp_path: Path) -> None:
    (reading,) = read(written(tmp_path, "a.xy", b"theta,intensity\n5,2\n40,3\n80,4\n"))
    assert kinds(reading) == {"axis_doubtful"}
    assert np.isnan(scans(reading).columns["two_theta_degree"]).all()
    assert reading.columns[0].name == "theta"


def test_comments_alone_are_no_pattern(tmp_path: Path) -> None:
    export = export_of(written(tmp_path, "a.xy", b"# wavelength = 1.5\n"))
    with pytest.raises(EmptyExport):
        reader_for(export).read(export)


def test_two_numbers_a_line_are_a_pattern_only_where_the_suffix_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat):
        reader_for(export_of(written(tmp_path, "a.dat", powder_xy.XY.encode())))


def test_xml_that_declares_a_doctype_is_refused(tmp_path: Path) -> None:
    text = samples()["panalytical_xrdml"][0].content
    bomb = text.replace(b"<xrdMeasurements ", b'<!DOCTYPE x [<!ENTITY a "b">]><xrdMeasurements ', 1)
    export = export_of(written(tmp_path, "a.xrdml", bomb))
    with pytest.raises(UnreadableExport, match="DTDForbidden"):
        reader_for(export).read(export)


REAL: Mapping[str, tuple[list[int], float, float, list[float]]] = {
    "datalab/TiO2.raw": ([1647], 10.0, 70.041, [557, 602, 625]),
    "xylib/BT86.raw": ([2374], 3.0, 40.0, [187, 183, 178]),
    "xylib/format1.raw": ([101, 26, 51], 10.0, 20.0, []),
    "xylib/BT86_.UXD": ([2374], 3.0, 40.0, [187, 183, 178]),
    "datalab/TiOF.brml": ([2469], 9.999, 60.013, [4471, 4545, 4595]),
    "datalab/Scan_C1.xrdml": ([7181], 5.0048, 124.9917, [374, 401, 382]),
    "yadg/210520step1_30min.xrdml": ([4489], 5.0084, 80.0085, [1719, 1766, 1688]),
    "yadg/210520step1_30min.csv": ([4489], 5.0084, 80.0085, [1719, 1766, 1688]),
    "yadg/210520step1_30min.xy": ([4489], 5.0084, 80.0085, [1719, 1766, 1688]),
    "datalab/JO_KL_16_ZF_3_60deg_0.02step_12degpermin_001.rasx": (
        *([2851], 3.0, 60.0),
        [2589, 2684, 2505],
    ),
    "datalab/example_bmb.xye": ([575], 0.5, 1.0731, [662.407183, 644.69505, 621.629450]),
}


def real(name: str, exports: Path, more: Path) -> Path:
    return next(folder / name for folder in (exports, more) if (folder / name).is_file())


@pytest.mark.exports
@pytest.mark.parametrize("name", REAL)
def test_real_scans_have_their_points(name: str, exports: Path, more_exports: Path) -> None:
    (reading,) = read(real(name, exports, more_exports))
    found = scans(reading)
    counts, first, last, begins = REAL[name]
    assert [row["point_count"] for row in found.rows] == counts
    angle, intensity = of(found)
    assert angle[0] == pytest.approx(first, abs=5e-4)
    assert angle[-1] == pytest.approx(last, abs=5e-4)
    assert intensity[: len(begins)].tolist() == begins


@pytest.mark.exports
def test_a_raw_has_what_its_uxd_has(more_exports: Path) -> None:
    (raw,), (text,) = (read(more_exports / "xylib" / name) for name in ("BT86.raw", "BT86_.UXD"))
    (angle, intensity), (other_angle, other) = of(scans(raw)), of(scans(text))
    np.testing.assert_array_equal(intensity, other)
    np.testing.assert_allclose(angle, other_angle, atol=6e-4)  # its step has six digits


@pytest.mark.exports
@pytest.mark.parametrize("kind", ["xy", "csv"])
def test_an_xrdml_has_what_was_exported_of_it(kind: str, exports: Path) -> None:
    folder = exports / "yadg"
    (xml,) = read(folder / "210520step1_30min.xrdml")
    (other,) = read(folder / f"210520step1_30min.{kind}")
    np.testing.assert_array_equal(of(scans(xml))[1], of(scans(other))[1])
    np.testing.assert_allclose(of(scans(xml))[0], of(scans(other))[0], atol=6e-10)


@pytest.mark.exports
def test_every_datum_of_a_brml_is_there(exports: Path) -> None:
    path = exports / "datalab" / "TiOF.brml"
    (reading,) = read(path)
    with zipfile.ZipFile(path) as members:
        root = ET.fromstring(members.read("Experiment0/RawData0.xml"))  # noqa: S314 # ours
    plain = np.array([(each.text or "").split(",") for each in root.iter("Datum")], dtype=float)
    np.testing.assert_array_equal(np.column_stack([each.values for each in reading.columns]), plain)


@pytest.mark.exports
def test_every_number_of_a_ras_is_there(more_exports: Path, tmp_path: Path) -> None:
    packed = (more_exports / "xrayutilities" / "inas_layer_radial_002_004.ras.bz2").read_bytes()
    content = bz2.decompress(packed)
    (reading,) = read(written(tmp_path, "inas.ras", content))
    found = scans(reading)
    assert [row["point_count"] for row in found.rows] == [1501, 2501]
    plain = re.findall(rb"(?m)^(\d+\.\d+) (\d+\.\d+) 1\.0000\r?$", content)
    np.testing.assert_array_equal(
        np.column_stack([found.columns["two_theta_degree"], found.columns["intensity"]]),
        np.array(plain, dtype=float),
    )
