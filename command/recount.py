"""``leyden recount``: how cycles are counted."""

from typing import Annotated

import typer

from command.terminal import echo
from schema.recount import recounted
from schema.settings import Settings
from schema.warehouse import open_warehouse

app = typer.Typer()


@app.command()
def recount(
    cycles: Annotated[
        str | None,
        typer.Argument(
            help="turns (of the charge) or instrument; left out, what was said is taken back."
        ),
    ] = None,
    *,
    test: Annotated[list[str] | None, typer.Option(help="Names of tests it is said of.")] = None,
    cell: Annotated[list[str] | None, typer.Option(help="Names of cells it is said of.")] = None,
) -> None:
    """Say how the cycles of tests or cells are counted; no export is read again."""
    echo(recounted(open_warehouse(Settings()).engine, cycles, test or (), cell or ()))
