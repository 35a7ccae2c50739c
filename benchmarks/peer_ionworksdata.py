"""ionworksdata as its users run it, in an environment of its own: it brings a simulator along.

Nothing of Leyden is imported here, and what it brings only where it runs.
"""

# ruff: noqa: PLC0415 - the process that names a contestant cannot import what this one imports

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from benchmarks.peer_answer import NotItsFormat, PeerCycle, answer, number
from benchmarks.stopwatch import Work

PYTHON: Final = Path(__file__).parents[1] / ".venv-ionworks" / "bin" / "python"
_REQUIREMENTS: Final = Path(__file__).with_name("ionworks.txt")
_READERS: Final = {
    "arbin_csv": "arbin",
    "arbin_res": "arbin",
    "basytec": "basytec",
    "battery_data_format": "bdf",
    "biologic_mpt": "biologic mpt",
    "digatron": "digatron",
    "maccor": "maccor",
    "neware_csv": "neware",
    "novonix": "novonix",
}
"""What it calls our formats."""


class PeerAbsent(Exception):
    """The environment of ionworksdata was not made."""

    def __init__(self) -> None:
        super().__init__("ionworksdata is absent: `make .venv-ionworks/installed` fetches it")


def python() -> Path:
    """Return the interpreter that has ionworksdata.

    Raises:
        PeerAbsent: when it was not made.
    """
    if not PYTHON.is_file():
        raise PeerAbsent
    return PYTHON


def told() -> str:
    """Return name and versions of what the environment holds."""
    held = dict(line.split("==") for line in _REQUIREMENTS.read_text(encoding="ascii").split())
    return f"ionworksdata {held['ionworksdata']} (polars {held['polars']})"


@contextmanager
def series_and_steps(path: Path, small: Path) -> Iterator[Work]:
    """Read a Neware csv into a frame of its records and one of its steps; answer its records."""
    os.environ["PYBAMM_DISABLE_TELEMETRY"] = "true"
    from ionworksdata import read

    def both(source: Path) -> int:
        series, _ = read.time_series_and_steps(str(source), "neware")
        return len(series)

    both(small)
    yield lambda: both(path)


def _cycles(path: str, reader: str) -> Iterator[PeerCycle]:
    """Return its cycle metrics; where it does not find the format by itself it is named to it."""
    os.environ["PYBAMM_DISABLE_TELEMETRY"] = "true"
    from ionworksdata import cycle_metrics, read

    if reader not in _READERS:
        raise NotItsFormat
    try:
        named = read.detect_reader(path)
    except ValueError:
        named = _READERS[reader]
    _, steps = read.time_series_and_steps(path, named)
    for row in cycle_metrics.get_cycle_metrics(steps).to_dicts():
        yield PeerCycle(
            int(row["Cycle count"]),
            number(row["Charge capacity [A.h]"]),
            number(row["Discharge capacity [A.h]"]),
            number(row["Coulombic efficiency"]),
        )


if __name__ == "__main__":
    answer(_cycles)
