"""VersaStudio .par, a real file and files written here from its layout."""

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.draft import draft
from ingest.readers.versastudio_par import READER
from ingest.reading import Export, Reading, column
from ingest.recognize import all_readers
from schema.error import EmptyExport, UnreadableExport
from tests.ingest.readers.samples.versastudio_par import DEFINITION, HEADER, REST, SWEEP

REAL = "impedance.py/exampleDataVersaStudio.par"


def export_of(path: Path) -> Export:
    return Export(path, path.name, path.read_bytes()[:4096], path)


def written(folder: Path, text: str = HEADER + REST + SWEEP) -> Path:
    path = folder / "test.par"
    path.write_bytes(text.encode())
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


def test_only_records_with_a_frequency_are_impedance(tmp_path: Path) -> None:
    reading = read(written(tmp_path))
    nan = np.nan
    for quantity, printed in {
        "frequency_hertz": [nan, nan, 1000, 100],
        "real_impedance_ohm": [nan, nan, 3, 30],
        "imaginary_impedance_ohm": [nan, nan, -4, -40],
        "voltage_volt": [3.5, 3.4, 3.4, 3.4],
        "set_voltage_volt": [0, 0, 3.4, 3.4],
        "current_ampere": [0, 0, -1e-6, 1e-6],
        "test_time_second": [1, 2, 3, 4],
        "vendor_step_count": [0, 0, 1, 1],
    }.items():
        np.testing.assert_array_equal(stored(reading, quantity), printed)
    assert reading.findings == ()


def test_segments_are_steps_though_the_bias_of_a_sweep_crosses_zero(tmp_path: Path) -> None:
    done = draft(read(written(tmp_path)))
    assert list(done.steps["mode"]) == ["rest", "impedance"]
    assert done.spectrum_count == 1


def test_the_sections_are_told(tmp_path: Path) -> None:
    reading = read(written(tmp_path))
    assert reading.technique == "Open Circuit, Potentiostatic EIS"
    assert reading.instrument == "VersaSTAT4"
    assert reading.started_at == datetime(2018, 7, 19, 21, 40, 30)  # noqa: DTZ001 - no zone
    assert reading.facts["Action0: Working Electrode Area (cm2)"] == 1.5
    assert reading.facts["Action0: Comment"] == "コメント"
    assert reading.facts["Instrument: SN"] == "016334007"


def test_segments_of_different_columns_stand_below_each_other(tmp_path: Path) -> None:
    short = "<Segment1>\nDefinition=Segment #, E(V), 0\n0,3.5\n</Segment1>\n"
    reading = read(written(tmp_path, HEADER + short + SWEEP))
    np.testing.assert_array_equal(stored(reading, "voltage_volt"), [3.5, 3.4, 3.4])
    np.testing.assert_array_equal(stored(reading, "test_time_second"), [np.nan, 3, 4])


def test_a_date_in_another_language_is_told_and_not_guessed(tmp_path: Path) -> None:
    text = (HEADER + REST).replace("Thursday, July 19, 2018", "2018年7月19日")
    reading = read(written(tmp_path, text))
    assert reading.started_at is None
    assert [finding.kind for finding in reading.findings] == ["unreadable_date"]


def test_a_segment_without_an_end_keeps_its_whole_records(tmp_path: Path) -> None:
    text = HEADER + REST[: REST.index("3.4,0,2")]
    reading = read(written(tmp_path, text))
    assert reading.row_count == 1
    assert {finding.kind for finding in reading.findings} == {"truncated"}


def test_a_file_without_records_is_empty(tmp_path: Path) -> None:
    for text in (HEADER, HEADER + f"<Segment1>\n{DEFINITION}</Segment1>\n"):
        with pytest.raises(EmptyExport):
            read(written(tmp_path, text))


def test_a_segment_must_number_itself(tmp_path: Path) -> None:
    with pytest.raises(UnreadableExport, match="should name Segment #"):
        read(written(tmp_path, HEADER + REST.replace("Segment #,", "")))


def test_another_program_of_the_kind_is_not_known(tmp_path: Path) -> None:
    assert not READER.knows(
        export_of(written(tmp_path, HEADER.replace("VersaStudio", "PowerSuite")))
    )


@pytest.mark.exports
def test_every_number_of_the_real_file_is_the_one_printed(exports: Path) -> None:
    reading = read(exports / REAL)
    text = (exports / REAL).read_text(encoding="utf-8")
    body = text.partition("Definition=")[2].partition("</Segment1>")[0].splitlines()[1:]
    printed = np.array([line.split(",") for line in body], float)
    assert printed.shape == (61, 24)
    ours = np.column_stack([np.asarray(raw.values) for raw in reading.columns])
    np.testing.assert_array_equal(ours, printed)
    assert draft(reading).spectrum_count == 1
    assert reading.started_at == datetime(2018, 7, 19, 9, 40, 30)  # noqa: DTZ001 - no zone
    assert reading.technique == "Potentiostatic EIS"


@pytest.mark.exports
def test_potential_over_current_gives_the_real_impedance_with_its_sign(exports: Path) -> None:
    reading = read(exports / REAL)
    columns = {raw.name: np.asarray(raw.values) for raw in reading.columns}
    ratio = (columns["E Real"] + 1j * columns["E Imag"]) / (
        columns["I Real"] + 1j * columns["I Imag"]
    )
    z = stored(reading, "real_impedance_ohm") + 1j * stored(reading, "imaginary_impedance_ohm")
    np.testing.assert_allclose(ratio, z, rtol=1e-5)
