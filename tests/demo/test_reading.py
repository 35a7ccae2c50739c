"""Every file of the demo is known to its reader and read whole."""

from pathlib import Path

import numpy as np
import pytest

from demo import write_demo
from ingest.reader import reader_for
from ingest.reading import Export, column

CYCLING = ("test_time_second", "voltage_volt", "current_ampere")
IMPEDANCE = ("frequency_hertz", "real_impedance_ohm", "imaginary_impedance_ohm")


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
