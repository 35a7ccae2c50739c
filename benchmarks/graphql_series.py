"""A long series over GraphQL beside a bare route that runs the same query."""

from functools import partial
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import select

from benchmarks import ours, routes
from benchmarks.exports import export, write_long_mpr
from benchmarks.figure import Report, show, times
from benchmarks.stopwatch import side_by_side
from schema.catalog import LakeFile
from schema.catalog.connection import look
from schema.settings import Settings
from schema.warehouse import open_warehouse

SOURCE: Final = "datalab/jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09.mpr"
SIZE_BYTES: Final = 54_000_000
"""Of a .mpr with a little more than a million records."""
ROUNDS: Final = 5


def measure(size_bytes: int = SIZE_BYTES, rounds: int = ROUNDS) -> Report:
    """Ask for all points of a test in three columns, by GraphQL and by a bare route."""
    with TemporaryDirectory(prefix="leyden-bench-") as folder:
        long = Path(folder) / "long.mpr"
        count = write_long_mpr(export(SOURCE), long, size_bytes)
        settings = Settings(home=Path(folder) / "home", database_url="", lake_url="")
        test, points = _ingest(settings, long)
        runs = side_by_side(
            {
                "ours": partial(routes.graphql, settings, test, count),
                "bare": partial(routes.bare, settings, points),
            },
            rounds,
        )
    for name, found in runs.items():
        if found.answer != count:
            message = f"{name} answered {found.answer} points of {count}"
            raise ValueError(message)
    starlette, duckdb, orjson = (version(name) for name in ("starlette", "duckdb", "orjson"))
    return Report(
        f"GraphQL series, {count} points × 3",
        f"All {count} points of a test in {', '.join(routes.NAMES)}. Ours: `POST /graphql`. "
        "Bare: a Starlette route that runs the same DuckDB query on the same Parquet file, with as "
        "many threads, and encodes the columns with orjson. The same httpx client asks both inside "
        "the server's process, three times to warm up and once by the clock; it does not decode. "
        "Both bodies hold the same numbers.",
        times(
            runs["ours"],
            runs["bare"],
            f"Starlette {starlette} + DuckDB {duckdb} + orjson {orjson}",
            1.5,
        ),
        (
            "No network between: it would be the same for both and pull the ratio towards 1.",
            "Encoding takes two thirds of either: below 1 means that GraphQL adds nothing to see.",
        ),
    )


def _ingest(settings: Settings, path: Path) -> tuple[int, Path]:
    """Ingest an export; return its test and the file of its points."""
    warehouse = open_warehouse(settings)
    try:
        ours.points(warehouse, path)
        with look(warehouse.engine) as session:
            row = session.execute(
                select(LakeFile.test_id, LakeFile.path).where(LakeFile.kind == "points")
            ).one()
        return row.test_id, warehouse.lake.path(row.path)
    finally:
        warehouse.engine.dispose()


if __name__ == "__main__":
    show(measure())
