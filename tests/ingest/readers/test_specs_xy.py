"""SPECS .xy: a real file, held against xylib, and files written here from the layout."""

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from ingest.conformance import export_of
from ingest.readers.specs_xy import READER
from ingest.reading import Reading, column
from ingest.recognize import reader_for
from schema.error import EmptyExport, UnreadableExport
from tests.ingest.readers.samples.specs_xy import REGION, SURVEY, TOP


def read(folder: Path, text: str = TOP + REGION + SURVEY) -> Reading:
    path = folder / "test.xy"
    path.write_text(text, encoding="utf-8")
    export = export_of(path)
    assert reader_for(export) is READER
    (reading,) = READER.read(export)
    return reading


def stored(reading: Reading, quantity: str) -> list[float]:
    values = column(reading, quantity)
    assert values is not None
    return list(values)


def test_regions_follow_one_another(tmp_path: Path) -> None:
    reading = read(tmp_path)
    assert stored(reading, "binding_energy_ev") == [134.5, 134, 133.5, 600, 599]
    assert stored(reading, "intensity") == [662, 900, 670, 100, 105]
    assert stored(reading, "transmission") == [2.5, 2.4, 2.3, 1, 1]
    first, second = (each.how for each in reading.measurements)
    assert (first["element"], first["transition"], first["sweep_count"]) == ("P", "2p", 5)
    assert (second["element"], second["dwell_second"], second["sweep_count"]) == (None, 0.2, 1)
    assert "Pass Energy" not in second
    assert reading.started_at == datetime(2026, 3, 4, 10, 1, 10)  # noqa: DTZ001 - it tells no zone


def test_what_the_first_column_is_is_told_and_not_guessed(tmp_path: Path) -> None:
    kinetic = (TOP + REGION).replace("values in binding", "values in kinetic")
    assert stored(read(tmp_path, kinetic), "kinetic_energy_ev")[0] == 134.5
    silent = (TOP + REGION).replace("# values in binding energy\n", "")
    assert stored(read(tmp_path, silent), "binding_energy_ev")[0] == 134.5
    mute = silent.replace("#   Kinetic Energy Axis:      no\n", "")
    assert column(read(tmp_path, mute), "binding_energy_ev") is None


def test_scans_kept_apart_are_regions_of_one_sweep(tmp_path: Path) -> None:
    apart = TOP + REGION.replace("Curve: 0", "Curve: 0, Scan: 2")
    (only,) = read(tmp_path, apart).measurements
    assert (only.how["sweep_count"], only.how["label"]) == (1, "P 2p, Scan 2")


def test_a_cut_file_keeps_its_whole_rows(tmp_path: Path) -> None:
    reading = read(tmp_path, (TOP + REGION)[:-8])
    assert reading.row_count == 2
    assert {each.kind for each in reading.findings} == {"truncated"}


def test_a_row_of_another_width_is_refused_by_its_line(tmp_path: Path) -> None:
    with pytest.raises(UnreadableExport, match="line 26: 2 numbers where 3 are"):
        read(tmp_path, (TOP + REGION).replace("134.00  900  2.4", "134.00  900"))


def test_a_head_without_rows_is_empty(tmp_path: Path) -> None:
    with pytest.raises(EmptyExport):
        read(tmp_path, TOP)


@pytest.mark.exports
def test_a_real_region_has_the_values_of_xylib(exports: Path) -> None:
    """Sums recorded of xyconv (xylib 1.6), which writes ascending energies."""
    path = exports / "../exports_more/xylib/mm-specs.xy"
    (reading,) = READER.read(export_of(path))
    assert reading.row_count == 401
    assert np.sum(stored(reading, "intensity")) == pytest.approx(289122.56512, abs=1e-5)
    assert np.sum(stored(reading, "transmission")) == pytest.approx(975.334124, abs=1e-5)
    energies = stored(reading, "binding_energy_ev")
    assert (energies[0], energies[-1]) == (139.87, 119.87)
