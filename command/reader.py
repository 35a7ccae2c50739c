"""``leyden reader``: readers are held to what all of them are held to."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from command.terminal import bar, echo
from ingest.conformance import check_reader, export_of
from ingest.recognize import reader_for

app = typer.Typer(no_args_is_help=True)


@app.callback()
def reader() -> None:
    """Hold readers to what all of them are held to."""


@app.command()
def check(
    samples: Annotated[
        list[Path], typer.Argument(help="Files as they should be.", exists=True, dir_okay=False)
    ],
    *,
    damaged: Annotated[int, typer.Option(help="Damaged ones that are tried of each.")] = 200,
) -> None:
    """Read files as they are, and damaged in many ways; tell what is amiss with their reader."""
    amiss = False
    for sample in samples:
        known = reader_for(export_of(sample))
        with bar(f"checking {known.name}") as shown:
            advance = partial(_advance, shown)
            faults = check_reader(known, sample, damaged=damaged, advance=advance)
        amiss |= bool(faults)
        told = [f"  {fault}" for fault in faults] or [f"  as it should be, {damaged} ways damaged"]
        echo([f"{known.name}: {sample}", *told])
    if amiss:
        raise typer.Exit(1)


def _advance(shown: Callable[[int, int, str], None], done: int, total: int) -> None:
    shown(done, total, "")
