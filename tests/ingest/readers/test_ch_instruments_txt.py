"""CH Instruments text, a real file and files written here from its layout."""

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.draft import draft
from ingest.readers.ch_instruments_txt import READER
from ingest.reading import Export, Reading, column
from ingest.recognize import all_readers
from schema.error import EmptyExport, UnreadableExport
from tests.ingest.readers.samples.ch_instruments_txt import HEADER, SWEEP

REAL = "impedance.py/exampleDataCHInstruments.txt"


def export_of(path: Path) -> Export:
    return Export(path, path.name, path.read_bytes()[:4096], path)


def written(folder: Path, text: str = HEADER + SWEEP) -> Path:
    path = folder / "test.txt"
    path.write_text(text, encoding="utf-8")
    return path


def read(path: Path) -> Reading:
    export = export_of(path)
    assert [reader.name for reader in all_readers() if reader.knows(export)] == [READER.name]
    (reading,) = READER.read(export)
    return reading


def stored(reading: Reading, quantity: str) -> NDArray[np.float64]:
    values = column(reading, quantity)
    assert values is not None
    return values


def test_a_sweep_is_read_with_its_sign(tmp_path: Path) -> None:
    reading = read(written(tmp_path))
    assert stored(reading, "frequency_hertz").tolist() == [1000, 100]
    assert stored(reading, "real_impedance_ohm").tolist() == [3, 30]
    assert stored(reading, "imaginary_impedance_ohm").tolist() == [-4, -40]
    assert stored(reading, "absolute_impedance_ohm").tolist() == [5, 50]
    assert stored(reading, "phase_degree").tolist() == [-53.1, -53.1]
    assert reading.findings == ()


def test_the_header_is_told(tmp_path: Path) -> None:
    reading = read(written(tmp_path))
    assert reading.technique == "A.C. Impedance"
    assert reading.instrument == "CH Instruments CHI660E"
    assert reading.started_at == datetime(2020, 2, 20, 15, 55, 8)  # noqa: DTZ001 - no zone
    assert reading.facts["File"] == "c:\\data\\cell 7.bin"
    assert reading.facts["Init E (V)"] == 3.5
    assert reading.facts["High Frequency (Hz)"] == 2e6
    assert reading.facts["Imp SF"] is True


@pytest.mark.parametrize(
    ("date", "month"), [("Jan. 3, 2020", 1), ("March 3, 2020", 3), ("Sept. 3, 2020", 9)]
)
def test_months_are_read_short_and_long(tmp_path: Path, date: str, month: int) -> None:
    reading = read(written(tmp_path, (HEADER + SWEEP).replace("Feb. 20, 2020", date)))
    assert reading.started_at == datetime(2020, month, 3, 15, 55, 8)  # noqa: DTZ001 - no zone


def test_a_month_that_is_none_is_told(tmp_path: Path) -> None:
    reading = read(written(tmp_path, (HEADER + SWEEP).replace("Feb.", "Fob.")))
    assert reading.started_at is None
    assert [finding.kind for finding in reading.findings] == ["unreadable_date"]


def test_a_current_keeps_its_name_because_its_sign_is_not_told(tmp_path: Path) -> None:
    table = "Potential/V, Current/A\n\n3.5, 1e-3\n3.6, -2e-3\n"
    reading = read(
        written(tmp_path, HEADER.replace("A.C. Impedance", "Cyclic Voltammetry") + table)
    )
    assert stored(reading, "voltage_volt").tolist() == [3.5, 3.6]
    assert column(reading, "current_ampere") is None
    assert [finding.kind for finding in reading.findings] == ["current_sign_untold"]


def test_a_header_without_records_is_empty(tmp_path: Path) -> None:
    for text in (HEADER, HEADER + SWEEP.partition("\n")[0] + "\n\n"):
        with pytest.raises(EmptyExport):
            read(written(tmp_path, text))


def test_a_word_among_the_numbers_is_refused_by_its_line(tmp_path: Path) -> None:
    with pytest.raises(UnreadableExport, match="'over'") as refusal:
        read(written(tmp_path, HEADER + SWEEP.replace("3.000e+1", "over")))
    assert refusal.value.place == "line 17"


def test_another_text_with_a_date_is_not_known(tmp_path: Path) -> None:
    assert not READER.knows(export_of(written(tmp_path, HEADER.replace("CHI660E", "other"))))
    assert not READER.knows(export_of(written(tmp_path, "Freq/Hz, Z'/ohm\n1, 2\n")))
    assert not READER.knows(export_of(written(tmp_path, "")))


@pytest.mark.exports
def test_every_number_of_the_real_file_is_the_one_printed(exports: Path) -> None:
    reading = read(exports / REAL)
    text = (exports / REAL).read_text(encoding="utf-8")
    body = text.partition("Phase/deg")[2].split("\n")
    printed = np.array([line.split(",") for line in body if line.strip()], float)
    assert printed.shape == (73, 5)
    ours = np.column_stack([np.asarray(raw.values) for raw in reading.columns])
    np.testing.assert_array_equal(ours, printed)
    assert draft(reading).spectrum_count == 1


@pytest.mark.exports
def test_modulus_and_phase_of_the_real_sweep_agree_with_its_sign(exports: Path) -> None:
    reading = read(exports / REAL)
    z = stored(reading, "real_impedance_ohm") + 1j * stored(reading, "imaginary_impedance_ohm")
    np.testing.assert_allclose(stored(reading, "absolute_impedance_ohm"), abs(z), rtol=2e-3)
    np.testing.assert_allclose(stored(reading, "phase_degree"), np.degrees(np.angle(z)), atol=0.1)
    assert stored(reading, "phase_degree")[-1] < -70
