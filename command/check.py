"""``leyden check``: whether the lake holds what the catalog says."""

from typing import Annotated

import typer

from command.terminal import echo
from schema.inspection import inspect, sweep
from schema.settings import Settings
from schema.warehouse import open_warehouse

app = typer.Typer()


@app.command()
def check(
    *,
    clean: Annotated[
        bool, typer.Option("--sweep", help="Delete files that nothing refers to any more.")
    ] = False,
) -> None:
    """Hash every file again and compare lake and catalog."""
    settings = Settings()
    warehouse = open_warehouse(settings)
    if clean:
        swept = sweep(warehouse.engine, warehouse.lake, settings.orphan_grace_second)
        echo(f"swept: {path}" for path in swept)
    found = inspect(warehouse.engine, warehouse.lake)
    echo(found.lines)
    if not found.sound:
        raise typer.Exit(1)
