"""``leyden recount``: how cycles are counted."""

from typing import Annotated

import typer

from command.door import PLAIN
from command.start import lasting
from command.terminal import counted, echo, summary

app = typer.Typer(**PLAIN)


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
    """Say how cycles are counted; no export is read again."""
    with lasting():
        from command.opening import existing
        from schema.recount import recounted
        from schema.settings import Settings
    lines = recounted(existing(Settings()).engine, cycles, test or (), cell or ())
    echo(lines)
    summary("recount", counted(len(lines), "test"))
