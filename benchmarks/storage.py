"""Points at rest: bytes a row in the lake's layout and in pyarrow's defaults."""

from functools import partial
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from pyarrow import feather

from benchmarks import layouts, ours
from benchmarks.exports import export
from benchmarks.figure import Figure, Report, Target, show, times
from benchmarks.stopwatch import side_by_side
from schema.relation import POINTS

SOURCES: Final = (
    ("BioLogic", "datalab/jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09.mpr", "net_capacity_ah"),
    ("Neware", "NewareNDA/test_2.ndax", "step_discharging_capacity_ah"),
)
"""Whose export, which, and the capacity taken beside the columns all points have."""
CODECS: Final = ("zstd", "snappy")
ROUNDS: Final = 5


def measure(rounds: int = ROUNDS) -> Report:
    """Write eight columns of real points by our layout and by pyarrow's defaults."""
    figures: list[Figure] = []
    told = []
    for vendor, name, capacity in SOURCES:
        columns = [*(column.name for column in POINTS.columns), capacity]
        table = ours.points_of(export(name)).select(columns)
        told.append(f"{Path(name).name} ({vendor}, {table.num_rows} rows)")
        with TemporaryDirectory(prefix="leyden-bench-") as folder:
            scratch = Path(folder)
            rows = scratch / "points.arrow"
            feather.write_feather(table, rows, compression="uncompressed")
            runs = side_by_side(
                {"ours": partial(layouts.lake, rows, scratch)}
                | {
                    codec: partial(layouts.pyarrow_default, rows, scratch, codec)
                    for codec in CODECS
                },
                rounds,
            )
        for codec in CODECS:
            baseline = f"pyarrow {version('pyarrow')}, {codec}"
            figures.append(
                Figure(
                    f"{vendor}, size",
                    "B/row",
                    runs["ours"].answer / table.num_rows,
                    runs[codec].answer / table.num_rows,
                    baseline,
                    Target(20, "ours"),
                )
            )
        baseline = f"pyarrow {version('pyarrow')}, zstd"
        figures += times(runs["ours"], runs["zstd"], baseline, doing=f"{vendor}, write: ")
    return Report(
        "storage of points, 8 columns",
        f"Real points of {' and '.join(told)}, not repeated: the seven columns all points have and "
        "one capacity. Ours: `Lake.write`: Parquet, SHA-256, fsync of file and folder, rename. "
        "pyarrow: `pq.write_table` with nothing but the codec named, and fsync.",
        tuple(figures),
        ("Files are small, so what the disk needs to flush weighs much in the time by the clock.",),
    )


if __name__ == "__main__":
    show(measure())
