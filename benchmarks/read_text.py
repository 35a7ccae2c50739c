"""Long text exports: our readers to raw columns, polars to a frame by a schema."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks import ours, peer_polars
from benchmarks.exports import export, write_long_text
from benchmarks.figure import Figure, Report, Target, show
from benchmarks.stopwatch import Runs, side_by_side

SIZE_BYTES: Final = 60_000_000
ROUNDS: Final = 7
MOST: Final = 1.66
"""Our time over that of polars: 60 % of its speed."""
_ARBIN: Final = "battery-data-toolkit/arbin_example.csv"
_DECLARED: Final = """\
positive_current: charge
columns:
  Test_Time: {quantity: test_time_second, unit: s}
  Voltage: {quantity: voltage_volt, unit: V}
  Current: {quantity: current_ampere, unit: A}
  Cycle_Index: {quantity: vendor_cycle_count}
  Step_Index: {quantity: step_id}
"""


@dataclass(frozen=True, slots=True)
class Text:
    """A text reader, and a real file of what it reads."""

    reader: str
    source: str
    header: str
    """How the last line above the records begins."""
    separator: str = ","
    sidecar: str | None = None
    decimal_comma: bool = False
    """Whether the file is put as a German Windows would write it."""
    dates: tuple[tuple[int, str], ...] = ()
    """How its dates are written, by the place of their column: a schema of polars has no word."""

    @property
    def told(self) -> str:
        """Return what a figure calls it."""
        return f"{self.reader}, decimal commas" if self.decimal_comma else self.reader


TEXTS: Final = (
    Text(
        "neware_csv",
        "cellpy/neware_uio.csv",
        "DataPoint",
        dates=((20, "%Y-%m-%d %H:%M:%S"),),
    ),
    Text("arbin_csv", _ARBIN, "Data_Point"),
    Text(
        "maccor",
        "cellpy/maccor_001.txt",
        "Rec#",
        "\t",
        dates=((11, "%m/%d/%Y %H:%M:%S"),),
    ),
    Text(
        "novonix",
        "preparenovonix/example_data.csv",
        "Date and Time",
        dates=((0, "%d/%m/%Y %I:%M:%S %p"),),
    ),
    Text(
        "pec",
        "cellpy/Test25205.csv",
        "Test,Cell",
        dates=((14, "%m/%d/%Y %H:%M:%S"), (15, "%m/%d/%Y %H:%M:%S")),
    ),
    Text(
        "landt",
        "battery-data-format/SINTEF__LiGrR2032__2024-04-30__25degC__Landt.csv",
        "channel_index",
        dates=((3, "%m/%d/%Y %H:%M:%S"),),
    ),
    Text("basytec", "PyProBE/sample_data_basytec.txt", "~Time", "\t"),
    Text("biologic_mpt", "yadg/gcpl.issue_211.mpt", "mode", "\t"),
    Text("battery_data_format", "cellpy/batmo_bdf.csv", "Test Time"),
    Text("delimited", _ARBIN, "Data_Point", sidecar=_DECLARED),
    Text(
        "delimited",
        _ARBIN,
        "Data_Point",
        ";",
        f'delimiter: ";"\ndecimal: ","\n{_DECLARED}',
        decimal_comma=True,
    ),
)


def measure(size_bytes: int = SIZE_BYTES, rounds: int = ROUNDS) -> Report:
    """Read long text exports of about ``size_bytes`` beside polars.

    Raises:
        ExportsAbsent: without the real files.
    """
    figures: list[Figure] = []
    for text in TEXTS:
        figures.extend(_figures(text.told, _side_by_side(text, size_bytes, rounds)))
    return Report(
        f"read text, {size_bytes / 1e6:.0f} MB",
        "The records of a real file of each format, repeated as they are below its head. Ours: the "
        "reader alone, from the file to raw columns. polars: `read_csv` of all columns by a schema "
        "as one who knows the file would write it (whole numbers, numbers, texts), below the head, "
        "and `to_datetime` by a format where records have a date; clocks stay texts. The target is "
        "60 % of its speed.",
        tuple(figures),
        (
            "Ours also reads clocks, finds how dates are written, and counts fields in each line.",
            "Records repeat: of a column of texts there are few, and ours keeps each once.",
        ),
    )


def _side_by_side(text: Text, size_bytes: int, rounds: int) -> dict[str, Runs]:
    with TemporaryDirectory(prefix="leyden-bench-") as folder:
        source, header = export(text.source), text.header.encode()
        paths = [Path(folder) / f"{name}{source.suffix}" for name in ("small", "long")]
        for path, size in zip(paths, (0, size_bytes), strict=True):
            above, count = write_long_text(
                source, path, header, size, decimal_comma=text.decimal_comma
            )
            if text.sidecar:
                path.with_name(f"{path.name}.leyden.yaml").write_text(text.sidecar, "utf-8")
        small, long = paths
        how = peer_polars.Schema.of(
            small, above, text.separator, decimal_comma=text.decimal_comma, dates=text.dates
        )
        runs = side_by_side(
            {
                "ours": partial(ours.read, long, small, text.reader),
                "polars": partial(peer_polars.columns, long, small, how),
            },
            rounds,
        )
    for name, found in runs.items():
        if found.answer != count:
            message = f"{text.told}: {name} found {found.answer} records of {count}"
            raise ValueError(message)
    return runs


def _figures(told: str, runs: dict[str, Runs]) -> Iterator[Figure]:
    mine, theirs, target = runs["ours"], runs["polars"], Target(MOST)
    baseline, count = f"polars {version('polars')}, by a schema", len(mine.runs)
    for how, one, other in (
        ("wall", mine.best_wall_second, theirs.best_wall_second),
        ("CPU", mine.best_cpu_second, theirs.best_cpu_second),
    ):
        yield Figure(f"{told}: {how}, best of {count}", "s", one, other, baseline, target)


if __name__ == "__main__":
    show(measure())
