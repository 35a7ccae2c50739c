"""Tests in a catalog as an ingest leaves them there, for what only names are looked at of."""

from collections.abc import Iterable

from sqlalchemy import Engine, select

from schema.catalog import Cell, Material, RawFile, Test
from schema.catalog.connection import allocate, change, look


def arrive(engine: Engine, origins: Iterable[str]) -> None:
    """Let a test of one point be there of each file."""
    paths = list(origins)
    numbers = allocate(engine, "test", len(paths))
    with change(engine, "ingest") as (session, snapshot):
        for number, origin in zip(numbers, paths, strict=True):
            file = origin.rpartition("/")[2]
            session.add(
                RawFile(
                    name=file,
                    origin=origin,
                    sha256=f"{number:064x}",
                    bytes=1,
                    reader="none",
                    reader_version="1",
                    added_snapshot=snapshot,
                )
            )
            session.add(
                Test(
                    id=number,
                    name=file.partition(".")[0],
                    origin=origin,
                    position=1,
                    point_count=1,
                    step_count=1,
                    cycle_count=0,
                    spectrum_count=0,
                    facts={},
                    added_snapshot=snapshot,
                )
            )


def owners(engine: Engine) -> dict[str, str]:
    """Return the cell or material of each test that has one, by the name of its file."""
    with look(engine) as session:
        rows = session.execute(
            select(Test.origin, Cell.name, Material.name)
            .outerjoin(Cell, Cell.id == Test.cell_id)
            .outerjoin(Material, Material.id == Test.material_id)
            .where(Test.removed_snapshot.is_(None))
        )
        return {
            origin.rpartition("/")[2]: cell or material
            for origin, cell, material in rows
            if cell or material
        }
