"""A real Arbin .res: our reader to raw columns, polars-access-mdbtools to its frames."""

from functools import partial
from typing import Final

from benchmarks import ours, peer_access
from benchmarks.exports import export
from benchmarks.figure import Report, show, times
from benchmarks.stopwatch import side_by_side

SOURCE: Final = "cellpy/aux_one_x_dx.res"
"""The largest at hand."""
ROUNDS: Final = 9


def measure(rounds: int = ROUNDS) -> Report:
    """Read a .res beside polars-access-mdbtools; both ask mdbtools.

    Raises:
        ExportsAbsent: without the real files.
        PeerAbsent: without polars-access-mdbtools, or mdbtools.
    """
    path, theirs = export(SOURCE), peer_access.told()
    runs = side_by_side(
        {
            "ours": partial(ours.read, path, path, "arbin_res"),
            "access": partial(peer_access.frames, path, path),
        },
        rounds,
    )
    if runs["ours"].answer != runs["access"].answer:
        message = f"{runs['ours'].answer} records of {runs['access'].answer}"
        raise ValueError(message)
    return Report(
        f"read .res, {path.stat().st_size / 1e6:.1f} MB",
        f"A real file ({path.name}, {runs['ours'].answer} records). Ours: the reader alone, to raw "
        "columns in the order of records, sensors put beside them. polars-access-mdbtools: "
        "`read_table` of the same three tables, records as they lie there.",
        times(runs["ours"], runs["access"], theirs, 1.3),
        ("Both start `mdb-export` for each table, ours all at once; theirs `mdb-schema` too.",),
    )


if __name__ == "__main__":
    show(measure())
