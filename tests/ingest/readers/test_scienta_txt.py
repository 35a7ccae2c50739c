"""Scienta SES .txt: a real file against a plain read, and files written here from the layout."""

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from ingest.conformance import export_of
from ingest.draft import draft
from ingest.readers.scienta_txt import READER
from ingest.reading import Reading, column
from ingest.recognize import reader_for
from schema.error import EmptyExport, UnreadableExport
from tests.ingest.readers.samples.scienta_txt import TEXT


def read(folder: Path, text: str = TEXT) -> Reading:
    path = folder / "test.txt"
    path.write_text(text, encoding="utf-8")
    export = export_of(path)
    assert reader_for(export) is READER
    (reading,) = READER.read(export)
    return reading


def test_the_dimension_counts_and_not_the_unit(tmp_path: Path) -> None:
    reading = read(tmp_path)
    assert column(reading, "binding_energy_ev") is not None
    found = draft(reading).measurements
    assert found is not None
    assert found.columns["kinetic_energy_ev"].tolist() == [410.0, 410.5, 411.0]
    how = reading.measurements[0].how
    assert (how["dwell_second"], how["sweep_count"], how["intensity_unit"]) == (0.203, 2, "counts")
    assert reading.started_at == datetime(2026, 3, 8, 11, 17, 15)  # noqa: DTZ001 - it tells no zone
    assert reading.findings == ()


def test_slices_are_regions(tmp_path: Path) -> None:
    rows = ("E+0002\n", "E+0002  9.0E+0001\n")
    text = TEXT[: TEXT.index("[Data 1]")] + TEXT[TEXT.index("[Data 1]") :].replace(*rows)
    reading = read(tmp_path, text)
    labels = [each.how["label"] for each in reading.measurements]
    assert labels == ["C1s, slice 1", "C1s, slice 2"]


def test_energies_that_are_not_those_of_the_head_are_told(tmp_path: Path) -> None:
    reading = read(tmp_path, TEXT.replace("scale=290 289.5 289", "scale=291 290.5 290"))
    assert [each.kind for each in reading.findings] == ["energies_disagree"]
    assert reading.facts["Dimension 1 scale"] == "291 290.5 290"


def test_a_cut_file_keeps_its_whole_rows(tmp_path: Path) -> None:
    reading = read(tmp_path, TEXT.rstrip()[:-24])
    assert reading.row_count == 2
    assert {each.kind for each in reading.findings} == {"truncated"}


def test_what_is_no_number_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableExport, match=r"\[Data 1\]"):
        read(tmp_path, TEXT.replace("2.89500000000000E+0002", "two"))


def test_a_head_without_data_is_empty(tmp_path: Path) -> None:
    with pytest.raises(EmptyExport):
        read(tmp_path, TEXT[: TEXT.index("[Data 1]")])


@pytest.mark.exports
def test_a_real_survey_has_the_numbers_of_a_plain_read(exports: Path) -> None:
    path = exports / "pynxtools-xps/Cu-HHTP_0001.txt"
    (reading,) = READER.read(export_of(path))
    lines = path.read_text(encoding="utf-8").splitlines()
    plain = np.loadtxt(lines[lines.index("[Data 1]") + 1 :])
    for name, values in zip(("binding_energy_ev", "intensity"), plain.T, strict=True):
        found = column(reading, name)
        assert found is not None
        assert np.array_equal(found, values)
    assert reading.row_count == 1221
    assert reading.measurements[0].how["intensity_unit"] == "ADC"
