"""PHI .spe and .pro: real files, and files written here from the layout of the reader."""

from pathlib import Path

import numpy as np
import pytest

from ingest.conformance import export_of
from ingest.draft import draft
from ingest.readers.phi_spe import READER
from ingest.reading import Reading, column
from ingest.recognize import reader_for
from schema.error import EmptyExport, UnreadableExport
from tests.ingest.readers.samples.phi_spe import FLUORINE, PROFILE, SPECTRUM, SURVEY, phi


def read(folder: Path, content: bytes) -> Reading:
    path = folder / "test.spe"
    path.write_bytes(content)
    export = export_of(path)
    assert reader_for(export) is READER
    (reading,) = READER.read(export)
    return reading


def rates(reading: Reading) -> list[np.ndarray]:
    values = column(reading, "intensity")
    assert values is not None
    return np.split(values, np.cumsum([each.row_count for each in reading.measurements])[:-1])


def test_a_spectrum_has_the_energies_of_its_definitions(tmp_path: Path) -> None:
    reading = read(tmp_path, SPECTRUM)
    energies = column(reading, "binding_energy_ev")
    assert energies is not None
    assert energies.tolist() == [12, 11.5, 11, 10.5, 10, 695, 694.875, 694.75, 694.625]
    survey, fluorine = reading.measurements
    assert (survey.how["element"], survey.how["label"]) == (None, "1su")
    assert (fluorine.how["element"], fluorine.how["transition"]) == ("F", "1s")
    assert fluorine.how["excitation_energy_ev"] == 1486.6
    assert fluorine.how["source_angle_degree"] == 45.0
    assert fluorine.how["intensity_unit"] == "counts/s"


def test_counts_a_second_times_dwell_are_counts(tmp_path: Path) -> None:
    reading = read(tmp_path, SPECTRUM)
    dwell = [float(str(each.how["dwell_second"])) for each in reading.measurements]
    counts = [one * two for one, two in zip(rates(reading), dwell, strict=True)]
    assert np.allclose(counts[0], SURVEY)
    assert np.allclose(counts[1], FLUORINE)


def test_bytes_between_traces_are_no_values(tmp_path: Path) -> None:
    content = (SURVEY[None], FLUORINE[None])
    assert np.array_equal(rates(read(tmp_path, phi(content, gap=0)))[1], FLUORINE)
    assert np.array_equal(rates(read(tmp_path, phi(content, gap=12)))[1], FLUORINE)


def test_a_profile_has_a_region_a_level_with_the_time_sputtered_before(tmp_path: Path) -> None:
    reading = read(tmp_path, PROFILE)
    levels = [
        (each.how["depth_count"], each.how["etch_time_second"]) for each in reading.measurements
    ]
    assert levels == [(1, 0.0), (2, 30.0), (1, 0.0), (2, 30.0)]
    assert np.allclose(rates(reading)[1] * 0.08, SURVEY[::-1])
    found = draft(reading).measurements
    assert found is not None
    assert [row["point_count"] for row in found.rows] == [5, 5, 4, 4]


def test_a_cut_file_keeps_its_whole_cycles(tmp_path: Path) -> None:
    reading = read(tmp_path, PROFILE[: PROFILE.index(b"EOFH\n") + 5 + 16 + 3 * 96 + 40 + 20])
    assert [each.row_count for each in reading.measurements] == [5, 5, 4]
    assert {each.kind for each in reading.findings} == {"truncated"}


def test_a_region_that_is_not_defined_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableExport, match="region 2: no SpectralRegDef of 5 points"):
        read(tmp_path, phi((SURVEY[None], SURVEY[None])))


def test_a_head_without_end_is_empty(tmp_path: Path) -> None:
    with pytest.raises(EmptyExport, match="within its head"):
        read(tmp_path, SPECTRUM[:200])


@pytest.mark.exports
def test_a_real_spectrum_is_whole_counts(exports: Path) -> None:
    """V36: 13712.5 counts/s x 0.08 s = 1097; 54233.336 x 0.12 = 6508 is in the profile."""
    (reading,) = READER.read(export_of(exports / "yadg/test0.spe"))
    assert [each.row_count for each in reading.measurements] == [3401, 161]
    for values, each in zip(rates(reading), reading.measurements, strict=True):
        counts = values * float(str(each.how["dwell_second"]))
        assert np.abs(counts - np.round(counts)).max() < 1e-3
    assert 13712.5 in rates(reading)[0]


@pytest.mark.exports
def test_a_real_profile_has_twenty_one_levels(exports: Path) -> None:
    path = exports / "../exports_more/pynxtools-xps/SnO2_10nm_1.pro"
    (reading,) = READER.read(export_of(path))
    counts = [each.row_count for each in reading.measurements]
    assert counts == [1751] * 21 + [101] * 63
    assert rates(reading)[0][4] * 0.12 == pytest.approx(6508, abs=1e-3)
    assert reading.measurements[20].how["etch_time_second"] == 600.0
    tin = reading.measurements[-1].how
    assert (tin["element"], tin["transition"]) == ("Sn", "3d5/2")
    # the trace of totals behind the regions is the area of each above its background
    assert len(str(reading.facts["trace of kind 2/c/s"]).splitlines()) == 4
