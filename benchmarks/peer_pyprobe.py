"""PyProBE's summary of cycles, as its users get it by ``pyprobe.analysis.cycling.summary``."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pyprobe
from pyprobe.analysis import cycling

from benchmarks.peer_answer import NotItsFormat, PeerCycle, answer, number

_CYCLERS: Final = {
    "arbin_csv": "arbin",
    "basytec": "basytec",
    "biologic_mpt": "biologic",
    "maccor": "maccor",
    "neware_csv": "neware",
    "novonix": "novonix",
}
"""What it calls our formats."""


def _read(path: str, reader: str) -> Iterator[PeerCycle]:
    if reader not in _CYCLERS:
        raise NotItsFormat
    with TemporaryDirectory() as folder:
        cell = pyprobe.Cell(info={})
        cell.import_from_cycler(
            procedure_name="test",
            cycler=_CYCLERS[reader],
            input_data_path=path,
            output_data_path=str(Path(folder) / "test.parquet"),
        )
        summary = cycling.summary(cell.procedure["test"]).data
    for row in summary.to_dicts():
        yield PeerCycle(
            int(row["Cycle"]),
            number(row["Charge Capacity [Ah]"]),
            number(row["Discharge Capacity [Ah]"]),
            number(row["Coulombic Efficiency"]),
        )


if __name__ == "__main__":
    answer(_read)
