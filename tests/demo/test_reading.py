"""Every export of the demo is known to its reader and read whole."""

import re
from pathlib import Path

import numpy as np
import pytest

from ingest.reading import Export, column
from ingest.recognize import reader_for

READERS = {".mpt": "biologic_mpt", ".csv": "neware_csv", ".bdf.csv": "battery_data_format"}
CYCLING = ("test_time_second", "voltage_volt", "current_ampere")
IMPEDANCE = ("frequency_hertz", "real_impedance_ohm", "imaginary_impedance_ohm")
AMBIGUOUS_DATE = re.compile(rb"started on : 0\d/(?:0\d|1[0-2])/")
TEMPERATURE = "temperature_t1_celsius"


def export(path: Path) -> Export:
    with path.open("rb") as file:
        return Export(path=path, name=path.name, head=file.read(4096), origin=path)


def electrochemistry(demo_study: Path) -> list[Path]:
    """Return the exports that have a clock; the others are of structure and surface."""
    return [path for path in (demo_study / "exports").iterdir() if path.suffix in {".mpt", ".csv"}]


def test_the_scan_of_the_pellet_is_read_whole_as_counts(demo_study: Path) -> None:
    (path,) = (demo_study / "exports").glob("*.xrdml")
    found = reader_for(export(path))
    assert found.name == "panalytical_xrdml"
    (reading,) = found.read(export(path))
    assert (reading.row_count, reading.findings) == (3251, ())
    intensity = column(reading, "intensity")
    assert intensity is not None
    assert np.all(intensity == np.round(intensity))
    assert reading.measurements[0].how["intensity_unit"] == "counts"


@pytest.mark.slow
def test_every_export_is_recognized_and_read_whole_with_its_temperature(demo_study: Path) -> None:
    for path in electrochemistry(demo_study):
        found = reader_for(export(path))
        assert found.name == READERS[path.name[path.name.index(".") :]]
        (reading,) = found.read(export(path))
        text = path.read_bytes()
        header = int(text.split(b"\n", 2)[1].split(b":")[1]) if path.suffix == ".mpt" else 1
        assert reading.row_count == text.count(b"\n") - header
        doubts = {"ambiguous_date"} if AMBIGUOUS_DATE.search(text) else set()
        assert {finding.kind for finding in reading.findings} == doubts, path.name
        temperature = "ambient_temperature_celsius" if ".bdf" in path.name else TEMPERATURE
        for quantity in (temperature, *(IMPEDANCE if b"freq/Hz" in text else CYCLING)):
            values = column(reading, quantity)
            assert values is not None
            assert np.all(np.isfinite(values))


def test_the_surface_is_read_whole(demo_study: Path) -> None:
    (path,) = (demo_study / "exports").glob("*.vms")
    found = reader_for(export(path))
    assert found.name == "vamas_vms"
    (reading,) = found.read(export(path))
    assert reading.findings == ()
    assert [each.how["label"] for each in reading.measurements] == [
        *("Survey", "C 1s", "O 1s", "N 1s", "F 1s", "Li 1s", "Ti 2p", "Fe 2p"),
    ]
    counts = column(reading, "intensity")
    assert counts is not None
    assert np.array_equal(counts, np.round(counts))
