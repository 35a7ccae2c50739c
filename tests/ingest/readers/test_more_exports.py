"""Real files of which each once was refused, or read wrongly: what is right stands here."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ingest.draft import draft
from ingest.later import Later
from ingest.reading import HEAD_BYTES, Export, Reading, column
from ingest.recognize import reader_for

pytestmark = pytest.mark.exports


@pytest.fixture
def read(more_exports: Path) -> Callable[[str], list[Reading]]:
    def of(name: str) -> list[Reading]:
        path = more_exports / name
        export = Export(path, path.name, path.read_bytes()[:HEAD_BYTES], path)
        return reader_for(export).read(export)

    return of


Read = Callable[[str], list[Reading]]


def stored(reading: Reading, quantity: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    values = column(reading, quantity)
    assert values is not None
    return values


def test_a_cyclic_voltammogram_has_its_resistance(read: Read) -> None:
    (binary,), (text,) = read("yadg/cv.issue_149.mpr"), read("yadg/cv.issue_149.mpt")
    assert binary.row_count == text.row_count == 5930
    values = {raw.name: raw.values for raw in text.columns}
    (raw,) = (raw for raw in binary.columns if raw.name == "Rcmp/Ohm")
    assert isinstance(raw.values, Later)  # nobody computes with it
    own = raw.values.at(np.arange(5930)).astype(np.float64)
    np.testing.assert_allclose(own, np.asarray(values["Rcmp/Ohm"]), rtol=1e-6)
    for quantity in ("voltage_volt", "current_ampere", "test_time_second"):
        np.testing.assert_allclose(
            stored(binary, quantity), stored(text, quantity), rtol=1e-6, atol=1e-9
        )


def test_energies_of_later_programs_are_read(read: Read) -> None:
    (reading,) = read("yadg/gcpl.issue_230.mpr")
    assert reading.row_count == 19_025
    names = {raw.name for raw in reading.columns}
    assert {"Energy charge (id 883)/W.h", "Energy discharge (id 884)/W.h"} <= names
    assert stored(reading, "voltage_volt").max() == pytest.approx(4.300, abs=1e-3)


def test_names_behind_a_gap_have_no_values(read: Read) -> None:
    (binary,) = read("yadg/peis.issue_225.ewe_ece.mpr")
    (text,) = read("yadg/peis.issue_225.ewe_ece.mpt")
    for quantity in ("frequency_hertz", "real_impedance_ohm", "imaginary_impedance_ohm"):
        np.testing.assert_allclose(stored(binary, quantity), stored(text, quantity), rtol=1e-6)


def test_flags_do_not_part_a_sweep(read: Read) -> None:
    (reading,) = read("cellpy/biol.mpr")
    spectra = draft(reading).spectra
    assert spectra is not None
    counts = np.bincount(np.asarray(spectra["spectrum_count"]))[1:]
    assert counts.tolist() == [64, 64, 64, 64, 54]


def test_times_that_are_dates_count_from_the_beginning(read: Read) -> None:
    (reading,) = read("PyProBE/Sample_data_biologic_timestamped.txt")
    assert stored(reading, "test_time_second")[:3] == pytest.approx([0, 6.464, 7.464], abs=1e-3)
    assert str(reading.started_at) == "2024-11-20 11:38:41.707000"


def test_a_channel_is_paired_by_its_number(read: Read) -> None:
    (reading,) = read("cellpy/20260302_IFE_BTS85_2_9_8_1.ndax")
    assert reading.row_count == 252_951
    assert stored(reading, "temperature_t1_celsius").mean() == pytest.approx(26.68, abs=0.1)
    others = {raw.name: np.asarray(raw.values) for raw in reading.columns}
    assert not others["aux1_voltage_V"].any()
    assert others["aux1_?"].mean() == pytest.approx(24.8, abs=0.3)


def test_a_cycle_and_its_first_step_may_share_a_line(read: Read) -> None:
    (reading,) = read("cellpy/nw_regular_export_ife_example.csv")
    assert reading.row_count == 9295
    assert stored(reading, "vendor_cycle_count").max() == 20
    assert stored(reading, "temperature_t1_celsius").mean() == pytest.approx(26.8, abs=0.2)


def test_three_scans_are_three_tests(read: Read) -> None:
    readings = read("palmsens-sdk/CV example.pssession")
    assert [reading.row_count for reading in readings] == [437, 436, 436]
    assert not any(reading.findings for reading in readings)
    for reading in readings:
        voltage = stored(reading, "voltage_volt")
        assert (voltage.min(), voltage.max()) == pytest.approx((-0.4, 0.6978), abs=1e-3)


def test_the_measured_potential_is_the_voltage(read: Read) -> None:
    (reading,) = read("palmsens-sdk/EN_1Hz_3600s.pssession")
    voltage = stored(reading, "voltage_volt")
    assert (voltage[0], voltage[-1]) == pytest.approx((4.045506, 4.049639))


def test_a_zahner_file_of_the_former_mark_is_read(read: Read) -> None:
    (reading,) = read("Zahner-Analysis-Python/li-ion-battery.ism")
    assert reading.row_count == 128
    assert stored(reading, "absolute_impedance_ohm")[0] == pytest.approx(0.67871)


def test_a_novonix_file_of_the_later_program_is_read(read: Read) -> None:
    (reading,) = read("PyProBE/sample_data_novonix.csv")
    assert reading.row_count == 207
    assert reading.facts["Cell"] == "Co10x3_1Cx3_2_CH01.csv"


@pytest.mark.parametrize(
    ("name", "rows"),
    [("PredictionDiagnostics_000109_tztest.010", 2165), ("maccor_test_file_4267-66-6519.041", 74)],
)
def test_maccor_text_is_read(read: Read, name: str, rows: int) -> None:
    (reading,) = read(f"beep/{name}")
    assert reading.row_count == rows


def test_every_sheet_of_a_workbook_is_a_spectrum(read: Read) -> None:
    readings = read("pyimpspec/data.xlsx")
    assert len(readings) == 4
    first, *others = (stored(reading, "real_impedance_ohm") for reading in readings)
    for other in others:
        np.testing.assert_allclose(other, first, rtol=1e-9)
    imaginary = [stored(reading, "imaginary_impedance_ohm") for reading in readings]
    assert all((values < 0).all() for values in imaginary)


@pytest.mark.skipif(shutil.which("mdb-export") is None, reason="mdbtools is not installed")
@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("cellpy/20160805_test001_45_cc_01.res", 10_261),
        ("cellpy/aux_one_x_dx.res", 7235),
        ("navani/arbin_example.res", 2150),
    ],
)
def test_an_arbin_database_is_read_in_order(exports: Path, name: str, rows: int) -> None:
    path = exports / name
    export = Export(path, path.name, path.read_bytes()[:HEAD_BYTES], path)
    (reading,) = reader_for(export).read(export)
    assert reading.row_count == rows
    assert (np.diff(stored(reading, "record_index")) == 1).all()
    assert (np.diff(stored(reading, "test_time_second")) >= 0).all()
    steps = draft(reading).steps
    assert {*steps["mode"]} <= {"rest", "charge", "discharge"}


def test_modulus_and_phase_beside_what_the_electrode_did_are_spectra(
    read: Read, more_exports: Path
) -> None:
    (reading,) = read("hybrid-drt/Sample2_PEIS_AtRest.csv")
    path = more_exports / "hybrid-drt/Sample2_PEIS_AtRest.csv"
    time, frequency, modulus, degree, current, potential, loop = np.loadtxt(
        path, delimiter=",", skiprows=1, unpack=True
    )
    impedance = modulus * np.exp(1j * np.deg2rad(degree))
    for quantity, values in (
        ("test_time_second", time),
        ("frequency_hertz", frequency),
        ("real_impedance_ohm", impedance.real),
        ("imaginary_impedance_ohm", impedance.imag),
    ):
        np.testing.assert_allclose(stored(reading, quantity), values, rtol=1e-12)
    own = {raw.name: np.asarray(raw.values) for raw in reading.columns}
    np.testing.assert_array_equal(own["I/A"], current)
    np.testing.assert_array_equal(own["Ewe/V"], potential)
    spectra = draft(reading).spectra
    assert spectra is not None
    counts = np.bincount(np.asarray(spectra["spectrum_count"]))[1:]
    swept = loop[frequency > 0.0].astype(int)  # each ends in a record at 0 Hz, of no impedance
    assert counts.tolist() == np.bincount(swept).tolist() == [89] * 10
