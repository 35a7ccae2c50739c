"""A large BioLogic .mpr: ours to the committed catalog, galvani and yadg to their frames."""

from functools import partial
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pyarrow as pa

from benchmarks import ours, peer_galvani, peer_yadg
from benchmarks.exports import export, write_long_mpr
from benchmarks.figure import Figure, Report, Target, show, times
from benchmarks.stopwatch import side_by_side

SOURCE: Final = "datalab/jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09.mpr"
SIZE_BYTES: Final = 200_000_000
ROUNDS: Final = 4


def measure(size_bytes: int = SIZE_BYTES, rounds: int = ROUNDS) -> Report:
    """Ingest a .mpr of about ``size_bytes`` beside galvani and yadg."""
    small = export(SOURCE)
    with TemporaryDirectory(prefix="leyden-bench-") as folder:
        scratch = Path(folder)
        long = scratch / "long.mpr"
        count = write_long_mpr(small, long, size_bytes)
        runs = side_by_side(
            {
                "ours": partial(ours.ingest, long, small, scratch),
                "floor": partial(ours.floor, long, small, scratch),
                "galvani": partial(peer_galvani.frame, long, small),
                "yadg": partial(peer_yadg.tree, long, small),
            },
            rounds,
        )
        size_mb = long.stat().st_size / 1e6
    for name, found in runs.items():
        if found.answer != count:
            message = f"{name} found {found.answer} records of {count}"
            raise ValueError(message)
    galvani = f"galvani {version('galvani')} + pandas {version('pandas')}"
    yadg = f"yadg {version('yadg')}"
    return Report(
        f"ingest .mpr, {size_mb:.0f} MB",
        f"The data block of a real GCPL file ({Path(SOURCE).name}, 11 stored columns) repeated to "
        f"{count} records, {size_mb:.0f} MB, time rising throughout. Ours: `take_in` into an empty "
        "warehouse: raw copy and its hash, parse, normalize, steps, rollups, checks, Parquet, "
        "fsync, catalog committed. galvani: `MPRfile` and `pandas.DataFrame` of its records. "
        "yadg: `extractors.extract`.",
        (
            *times(runs["ours"], runs["galvani"], galvani, 1.8),
            *times(runs["ours"], runs["yadg"], yadg, 0.2),
            *times(
                runs["ours"],
                runs["floor"],
                f"copy, hash, encode, flush alone, pyarrow {pa.__version__}",
            ),
            Figure(
                "peak memory",
                "GiB",
                runs["ours"].peak_bytes / 2**30,
                runs["galvani"].peak_bytes / 2**30,
                galvani,
                Target(0.5, "ours"),
            ),
        ),
        (
            "The block is longer than a row group, so its repetition gives compression nothing.",
            "Copy, hash, encode and flush alone: our archive, and Parquet of points in memory.",
            "Ours ends on the disk and waits for it; galvani and yadg end in memory.",
            "Dealing the records out to the columns of a DataFrame is part of galvani's figure.",
            "yadg also makes an uncertainty of each column and an index of absolute times.",
        ),
    )


if __name__ == "__main__":
    show(measure())
