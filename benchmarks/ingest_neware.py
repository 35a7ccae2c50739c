"""A Neware .ndax: ours to the committed catalog, fastnda to its frame."""

from functools import partial
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks import ours, peer_fastnda
from benchmarks.exports import export
from benchmarks.figure import Report, show, times
from benchmarks.stopwatch import side_by_side

SOURCE: Final = "NewareNDA/test_2.ndax"
BEFORE: Final = "fastnda/interp-test.ndax"
ROUNDS: Final = 9


def measure(source: str = SOURCE, before: str = BEFORE, rounds: int = ROUNDS) -> Report:
    """Ingest a .ndax beside fastnda's read."""
    path = export(source)
    with TemporaryDirectory(prefix="leyden-bench-") as folder:
        runs = side_by_side(
            {
                "ours": partial(ours.ingest_next, path, export(before), Path(folder)),
                "fastnda": partial(peer_fastnda.frame, path),
            },
            rounds,
        )
    count = runs["fastnda"].answer
    if runs["ours"].answer != count:
        message = f"ours found {runs['ours'].answer} records of {count}"
        raise ValueError(message)
    return Report(
        f"ingest .ndax, {count} rows",
        f"A real file ({path.name}, {count} records). Ours: `take_in`, to the committed "
        "catalog with rollups. fastnda: `fastnda.read` alone, in a process where Leyden is not "
        "imported. Both are warm: fastnda has read this file before; ours has ingested it into "
        "another warehouse, and another file into this one.",
        times(
            runs["ours"],
            runs["fastnda"],
            f"fastnda {version('fastnda')}",
            1.5,
        ),
        ("Ours calls fastnda for the bytes; what is above 1 is all the rest.",),
    )


if __name__ == "__main__":
    show(measure())
