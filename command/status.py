"""``leyden status``: what is in the warehouse."""

import typer
from sqlalchemy import func, select

from command.store import opened, store_lines
from command.terminal import echo
from schema.catalog import Cell, RawFile, Test
from schema.catalog.connection import current_snapshot, look

app = typer.Typer()


@app.command()
def status() -> None:
    """Tell what is in the warehouse, and what questions are answered from."""
    with opened() as (warehouse, store):
        with look(warehouse.engine) as session:
            files, size = session.execute(
                select(func.count(), func.coalesce(func.sum(RawFile.bytes), 0)).where(
                    RawFile.removed_snapshot.is_(None)
                )
            ).one()
            tests, points = session.execute(
                select(func.count(), func.coalesce(func.sum(Test.point_count), 0)).where(
                    Test.removed_snapshot.is_(None)
                )
            ).one()
            cells = session.scalar(select(func.count()).select_from(Cell))
            snapshot = current_snapshot(session)
        store.refresh()
        echo(
            (
                f"catalog   {warehouse.engine.url.render_as_string()}",
                f"lake      {warehouse.lake.folder}",
                f"snapshot  {snapshot}",
                f"exports   {files:,} ({size:,} bytes)",
                f"tests     {tests:,} ({points:,} points)",
                f"cells     {cells:,}",
                *store_lines(store),
            )
        )
