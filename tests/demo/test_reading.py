"""Every file of the demo is known to its reader and read whole."""

from pathlib import Path

import numpy as np
import pytest

from demo import write_demo, write_study
from ingest.reader import reader_for
from ingest.reading import Export, column

CYCLING = ("test_time_second", "voltage_volt", "current_ampere")
IMPEDANCE = ("frequency_hertz", "real_impedance_ohm", "imaginary_impedance_ohm")
TEMPERATURE = "temperature_t1_celsius"


def export(path: Path) -> Export:
    with path.open("rb") as file:
        return Export(path=path, name=path.name, head=file.read(4096), origin=path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder)
    return folder


@pytest.mark.parametrize(
    ("file", "reader", "rows", "quantities"),
    [
        ("demo-lfp-01.csv", "neware_csv", 3960, CYCLING),
        ("demo-lfp-02.bdf.csv", "battery_data_format", 3960, CYCLING),
        ("demo-symmetric-01.mpt", "biologic_mpt", 3660, CYCLING),
        ("demo-symmetric-02.mpt", "biologic_mpt", 3660, CYCLING),
        ("demo-symmetric-03.mpt", "biologic_mpt", 3660, CYCLING),
        ("demo-pellet-30C.mpt", "biologic_mpt", 65, IMPEDANCE),
        ("demo-pellet-60C.mpt", "biologic_mpt", 65, IMPEDANCE),
    ],
)
def test_a_file_of_the_demo_is_recognized_and_read_whole(
    folder: Path, file: str, reader: str, rows: int, quantities: tuple[str, ...]
) -> None:
    found = reader_for(export(folder / file))
    assert found.name == reader
    (reading,) = found.read(export(folder / file))
    assert reading.row_count == rows
    assert reading.findings == ()
    for quantity in quantities:
        values = column(reading, quantity)
        assert values is not None
        assert np.all(np.isfinite(values))


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_study(tmp_path_factory.mktemp("study"))


def test_every_file_of_the_study_is_read_whole_with_its_temperature(study: list[Path]) -> None:
    known = {".mpt": "biologic_mpt", ".csv": "neware_csv", ".bdf.csv": "battery_data_format"}
    for path in study[:-1]:
        found = reader_for(export(path))
        assert found.name == known[path.name[path.name.index(".") :]]
        (reading,) = found.read(export(path))
        text = path.read_bytes()
        header = int(text.split(b"\n", 2)[1].split(b":")[1]) if path.suffix == ".mpt" else 1
        assert reading.row_count == text.count(b"\n") - header
        assert {finding.kind for finding in reading.findings} <= {"ambiguous_date"}
        temperature = "ambient_temperature_celsius" if ".bdf" in path.name else TEMPERATURE
        for quantity in (temperature, *(IMPEDANCE if b"freq/Hz" in text else CYCLING)):
            values = column(reading, quantity)
            assert values is not None
            assert np.all(np.isfinite(values))
