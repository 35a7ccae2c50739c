"""A long Neware csv: ours to the committed catalog, ionworksdata to its frames, polars to texts."""

from functools import partial
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks import ours, peer_ionworksdata, peer_polars
from benchmarks.exports import export, write_long_neware_csv
from benchmarks.figure import Figure, Report, show, times
from benchmarks.stopwatch import Contestant, side_by_side

SOURCE: Final = "cellpy/neware_uio.csv"
REPEATS: Final = 22
ROUNDS: Final = 7


def measure(repeats: int = REPEATS, rounds: int = ROUNDS) -> Report:
    """Ingest a Neware csv, repeated so often, beside ionworksdata and polars."""
    small = export(SOURCE)
    pythons: dict[str, Path] = {}
    absent: tuple[str, ...] = ()
    with TemporaryDirectory(prefix="leyden-bench-") as folder:
        scratch = Path(folder)
        long = scratch / "long.csv"
        count = write_long_neware_csv(small, long, repeats)
        contestants: dict[str, Contestant] = {
            "ours": partial(ours.ingest, long, small, scratch),
            "polars": partial(peer_polars.texts, long, small),
        }
        try:
            pythons["ionworksdata"] = peer_ionworksdata.python()
            contestants["ionworksdata"] = partial(peer_ionworksdata.series_and_steps, long, small)
        except peer_ionworksdata.PeerAbsent as missing:
            absent = (f"Skipped a peer: {missing}",)
        runs = side_by_side(contestants, rounds, pythons)
        size_mb = long.stat().st_size / 1e6
    for name, found in runs.items():
        if found.answer != count:
            message = f"{name} found {found.answer} records of {count}"
            raise ValueError(message)
    figures: list[Figure] = []
    if "ionworksdata" in runs:
        theirs = peer_ionworksdata.told()
        figures += times(runs["ours"], runs["ionworksdata"], theirs, 0.75)
    figures += times(runs["ours"], runs["polars"], f"polars {version('polars')}, texts")
    return Report(
        f"ingest Neware csv, {size_mb:.0f} MB",
        f"The records of a real file ({Path(SOURCE).name}, 26 columns) repeated to {count}, "
        f"{size_mb:.0f} MB; index, cycle, time and date go on rising. Ours: `take_in` into an "
        "empty warehouse, all 26 columns, to the committed catalog with rollups. ionworksdata: "
        "`read.time_series_and_steps`, 12 columns. polars: `read_csv` of all columns as texts.",
        tuple(figures),
        ("What polars takes is the floor of whoever reads the text at all.", *absent),
    )


if __name__ == "__main__":
    show(measure())
