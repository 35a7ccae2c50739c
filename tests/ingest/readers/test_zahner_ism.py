"""Zahner .ism: files written here from the layout, real ones, and the texts they carry."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.draft import draft
from ingest.readers.zahner_ism import READER
from ingest.reading import Export, Reading, column
from ingest.recognize import all_readers
from schema.error import EmptyExport, UnreadableExport
from tests.ingest.readers.samples.zahner_ism import (
    EPOCH,
    FREQUENCY,
    IMPEDANCE,
    ism,
)


def export_of(path: Path) -> Export:
    return Export(path, path.name, path.read_bytes()[:4096], path)


def written(folder: Path, content: bytes) -> Path:
    path = folder / "z.ism"
    path.write_bytes(content)
    return path


def read(path: Path) -> Reading:
    export = export_of(path)
    assert [one for one in all_readers() if one.knows(export)] == [READER]
    (reading,) = READER.read(export)
    return reading


def stored(reading: Reading, quantity: str) -> NDArray[np.float64]:
    values = column(reading, quantity)
    assert values is not None
    return values


def test_modulus_and_phase_become_an_impedance_that_is_capacitive(tmp_path: Path) -> None:
    reading = read(written(tmp_path, ism()))
    assert np.allclose(stored(reading, "real_impedance_ohm"), IMPEDANCE.real, rtol=1e-12)
    assert np.allclose(stored(reading, "imaginary_impedance_ohm"), IMPEDANCE.imag, rtol=1e-12)
    assert np.allclose(stored(reading, "phase_degree"), np.degrees(np.angle(IMPEDANCE)))
    assert (stored(reading, "imaginary_impedance_ohm") < 0).all()
    assert not reading.findings


def test_the_clock_begins_at_the_first_point_of_1980(tmp_path: Path) -> None:
    reading = read(written(tmp_path, ism()))
    assert reading.started_at == EPOCH + timedelta(seconds=1.4e9)
    assert stored(reading, "test_time_second")[:3].tolist() == [0, 2.5, 5]


def test_the_run_up_to_the_turn_is_a_sweep_of_its_own(tmp_path: Path) -> None:
    drafted = draft(read(written(tmp_path, ism())))
    assert drafted.spectra is not None
    assert np.bincount(drafted.spectra["spectrum_count"])[1:].tolist() == [6, 11]


def test_texts_are_facts_in_their_own_case(tmp_path: Path) -> None:
    facts = read(written(tmp_path, ism())).facts
    assert (facts["Potential"], facts["Comment 1"]) == ("1.0V, Ampl: 10mV", "First")
    assert "Comment 2" not in facts


def test_potential_and_current_of_the_points_are_kept_or_missed(tmp_path: Path) -> None:
    reading = read(written(tmp_path, ism()))
    assert stored(reading, "voltage_volt").tolist() == [1.0] * FREQUENCY.size
    assert stored(reading, "current_ampere").tolist() == [1e-5] * FREQUENCY.size
    bare = read(written(tmp_path, ism(with_points=False)))
    assert column(bare, "voltage_volt") is None
    assert [finding.kind for finding in bare.findings] == ["potential_unknown"]


def test_a_date_of_another_day_leaves_the_start_unknown(tmp_path: Path) -> None:
    reading = read(written(tmp_path, ism("311299")))
    assert reading.started_at is None
    assert [finding.kind for finding in reading.findings] == ["date_disagrees"]


def test_a_file_cut_within_its_phases_keeps_whole_points(tmp_path: Path) -> None:
    count = FREQUENCY.size
    reading = read(written(tmp_path, ism()[: 12 + 8 * (2 * count + 5) + 3]))
    assert reading.row_count == 5
    assert np.allclose(stored(reading, "real_impedance_ohm"), IMPEDANCE.real[:5], rtol=1e-12)
    assert np.isnan(stored(reading, "test_time_second")).all()
    assert [finding.kind for finding in reading.findings] == ["truncated"]
    with pytest.raises(EmptyExport, match=f"before the first of {count} phases"):
        READER.read(export_of(written(tmp_path, ism()[: 12 + 16 * count])))


def test_a_frequency_that_is_none_is_refused_with_its_byte(tmp_path: Path) -> None:
    content = bytearray(ism())
    content[12 + 8 : 12 + 16] = b"\xff" * 8
    with pytest.raises(UnreadableExport, match="byte 20: nan is no frequency"):
        READER.read(export_of(written(tmp_path, bytes(content))))


@pytest.mark.exports
@pytest.mark.parametrize(
    ("name", "sweeps", "expected"),
    [
        ("000_mvdc", [38], (0.0255, -1.825e-9, "2021-10-15 07:15:31")),
        ("rc-data", [20, 55], (0.9995, 10.006e-9, "2024-07-16 09:37:42")),
    ],
)
def test_the_numbers_of_real_files_are_what_their_texts_say(
    exports: Path, name: str, sweeps: list[int], expected: tuple[float, float, str]
) -> None:
    reading = read(exports / "Zahner-Analysis-Python" / f"{name}.ism")
    drafted = draft(reading)
    assert drafted.spectra is not None
    assert np.bincount(drafted.spectra["spectrum_count"])[1:].tolist() == sweeps
    volt, ampere, end = expected  # potential and current were measured just before the sweep
    assert np.allclose(stored(reading, "voltage_volt"), volt, rtol=0.02)
    assert np.isclose(np.median(stored(reading, "current_ampere")), ampere, rtol=0.05)
    assert reading.started_at is not None
    last = reading.started_at + timedelta(seconds=stored(reading, "test_time_second").max())
    assert timedelta(0) < datetime.fromisoformat(end) - last < timedelta(seconds=15)
    assert not reading.findings


@pytest.mark.exports
def test_a_real_resistor_beside_a_capacitor_obeys_ohm(exports: Path) -> None:
    reading = read(exports / "Zahner-Analysis-Python/rc-data.ism")
    real = stored(reading, "real_impedance_ohm")
    admittance = 1 / (real + 1j * stored(reading, "imaginary_impedance_ohm"))
    omega = 2 * np.pi * stored(reading, "frequency_hertz")
    assert np.allclose(admittance.imag / omega, 149e-12, rtol=0.05)
    resistance = stored(reading, "voltage_volt") / stored(reading, "current_ampere")
    assert np.allclose(resistance, real[np.argmin(omega)], rtol=0.01)


@pytest.mark.exports
def test_no_other_export_is_claimed_and_none_by_another_reader(exports: Path) -> None:
    files = [path for path in exports.rglob("*") if path.is_file() and path.stat().st_size]
    claimed = {path.name for path in files if READER.knows(export_of(path))}
    assert claimed == {"000_mvdc.ism", "rc-data.ism"}
    for name in claimed:
        export = export_of(exports / "Zahner-Analysis-Python" / name)
        assert [one for one in all_readers() if one.knows(export)] == [READER]
