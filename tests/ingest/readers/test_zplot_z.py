"""ZPlot .z and Z60W text, real files and files written here from the layout."""

import re
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.draft import draft
from ingest.readers.zplot_z import READER
from ingest.reading import Export, Reading, column
from ingest.recognize import all_readers
from schema.error import EmptyExport, UnreadableExport
from tests.ingest.readers.samples.zplot_z import ROWS, SETTINGS, zplot2, zplotw

REAL = {
    "Circuit1_EIS_1.z": 48,
    "Circuit1_EIS_2.z": 48,
    "exampleDataZPlot.z": 21,
    "exampleDataZPlot_noComments.z": 31,
    "exampleDataAutolab.txt": 41,
}


def export_of(path: Path) -> Export:
    return Export(path, path.name, path.read_bytes()[:4096], path)


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "test.z"
    path.write_bytes(text.encode(encoding))
    return path


def read(path: Path) -> Reading:
    export = export_of(path)
    assert [reader.name for reader in all_readers() if reader.knows(export)] == [READER.name]
    (reading,) = READER.read(export)
    return reading


def impedance(reading: Reading) -> NDArray[np.complex128]:
    real, imaginary = (
        column(reading, "real_impedance_ohm"),
        column(reading, "imaginary_impedance_ohm"),
    )
    assert real is not None
    assert imaginary is not None
    return real + 1j * imaginary


@pytest.mark.parametrize("text", [zplot2(), zplotw()], ids=["ZPLOT2", "ZPlotW"])
def test_impedance_and_time_are_the_ones_printed(tmp_path: Path, text: str) -> None:
    reading = read(written(tmp_path, text))
    np.testing.assert_array_equal(impedance(reading), [29 + 0.63j, 35 - 3.4j, 49 - 1j])
    np.testing.assert_array_equal(column(reading, "frequency_hertz"), [1000, 100, 10])
    np.testing.assert_array_equal(column(reading, "test_time_second"), [2.5, 3.2, 3.9])
    assert all(finding.kind == "ambiguous_date" for finding in reading.findings)


def test_settings_are_told_under_their_sections(tmp_path: Path) -> None:
    reading = read(written(tmp_path, zplot2()))
    assert reading.technique == "Sweep Frequency, Control Voltage"
    assert reading.instrument == "Pstat/Gstat 1287, Analyzer 1252"
    assert reading.started_at == datetime(2018, 10, 12, 12, 32, 21)  # noqa: DTZ001 - no zone
    (doubt,) = reading.findings
    assert doubt.detail == "10-12-2018 12:32:21 may be read both ways; taken as month first"
    assert reading.facts["User Comments"] == "cell 7: after formation"
    assert reading.facts["Experiment: Potential-AC"] == 10
    assert reading.facts["Pstat/Gstat: Error Beep"] == 1
    assert reading.facts["Analyzer: Error Beep"] == 0
    assert reading.facts["Open Circuit Potential (V)"] == 0.0033


def test_ten_lines_are_told(tmp_path: Path) -> None:
    reading = read(written(tmp_path, zplotw()))
    assert reading.technique == "Sweep Frequency: Control Voltage"
    assert reading.instrument is None
    assert reading.started_at == datetime(2019, 12, 17, 16, 24, 35)  # noqa: DTZ001 - no zone
    assert reading.facts["User Comments"] == "cell 7"
    assert reading.facts["Open Circuit Potential (V)"] == 0.25


def test_z60w_without_words_is_read(tmp_path: Path) -> None:
    text = zplotw().replace("ZPlotW", "Z60W").replace("Freq(Hz)", "Freq (Hz)")
    text = re.sub(r"(?m)^(\"Raw|\"Sweep|Date|cell|\"Open|\"Frequency).*$", '""', text)
    reading = read(written(tmp_path, text, "utf-8-sig"))
    np.testing.assert_array_equal(impedance(reading), [29 + 0.63j, 35 - 3.4j, 49 - 1j])
    assert (reading.technique, reading.started_at) == (None, None)


def test_a_time_that_stays_zero_was_not_recorded(tmp_path: Path) -> None:
    rows = tuple((*row[:3], "0", *row[4:]) for row in ROWS)
    reading = read(written(tmp_path, zplotw(rows)))
    assert column(reading, "test_time_second") is None
    assert [finding.kind for finding in reading.findings] == ["time_not_recorded"]


def test_fewer_records_than_announced_are_told(tmp_path: Path) -> None:
    for text in (zplot2(ROWS[:2]), zplotw(ROWS[:2])):
        reading = read(written(tmp_path, text))
        assert reading.row_count == 2
        assert [finding.kind for finding in reading.findings][:1] == ["truncated"]


def test_a_header_without_records_is_empty(tmp_path: Path) -> None:
    for text in (zplot2(()), zplotw(()), SETTINGS[:200]):
        with pytest.raises(EmptyExport):
            read(written(tmp_path, text))


def test_a_word_among_the_numbers_is_refused_by_its_line(tmp_path: Path) -> None:
    with pytest.raises(UnreadableExport, match="'overload'") as refusal:
        read(written(tmp_path, zplot2().replace("3.5E+01", "overload")))
    assert refusal.value.place == "line 24"


def test_a_line_of_the_header_left_out_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableExport, match="End Comments should follow"):
        read(written(tmp_path, zplot2().replace("End Comments\n", "").replace("End User", "E")))


def test_comments_of_any_encoding_are_read(tmp_path: Path) -> None:
    for encoding in ("utf-8", "latin-1"):
        reading = read(written(tmp_path, zplot2().replace("cell 7:", "Säule 7,"), encoding))
        assert reading.facts["User Comments"] == "Säule 7, after formation"


@pytest.mark.exports
@pytest.mark.parametrize("name", REAL)
def test_every_number_of_a_real_file_is_the_one_printed(exports: Path, name: str) -> None:
    path = exports / "impedance.py" / name
    reading = read(path)
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    heading = (
        next(at for at, line in enumerate(lines) if line.strip(' "').startswith("Freq ("))
        if name == "exampleDataAutolab.txt"
        else next(at for at, line in enumerate(lines) if line.strip(' "').startswith("Freq(Hz)"))
    )
    body = [line for line in lines[heading + 1 :] if line != "End Comments"]
    printed = np.array([re.split(r"\t|,", line) for line in body], float)
    assert printed.shape == (REAL[name], 9)
    ours = np.column_stack([np.asarray(raw.values) for raw in reading.columns])
    np.testing.assert_array_equal(ours, printed)
    assert draft(reading).spectrum_count == 1


@pytest.mark.exports
@pytest.mark.parametrize("name", REAL)
def test_the_arc_of_a_real_cell_is_capacitive(exports: Path, name: str) -> None:
    """Where the resistance rises as the frequency falls, a capacitance opens: Im(Z) < 0."""
    reading = read(exports / "impedance.py" / name)
    z = impedance(reading)
    frequency = column(reading, "frequency_hertz")
    assert frequency is not None
    assert (np.diff(frequency) < 0).all()
    steepest = np.argmax(np.gradient(z.real, np.log(frequency)) * -1)
    assert z.imag[steepest] < 0
