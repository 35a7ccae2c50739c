"""``leyden reader``: readers are held to what all of them are held to."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from command.door import PLAIN
from command.fault import FAILED
from command.start import lasting
from command.terminal import bar, counted, echo, summary

app = typer.Typer(no_args_is_help=True, **PLAIN)


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
    seed: Annotated[int, typer.Option(help="Of the damage: another one, other damage.")] = 0,
    first: Annotated[int, typer.Option(help="Number of the first damage.")] = 1,
    keep: Annotated[
        Path | None, typer.Option(help="Folder for damaged files with something amiss.")
    ] = None,
) -> None:
    """Read files as they are and damaged; tell what is amiss."""
    with lasting():
        from ingest.conformance import check_reader, export_of
        from ingest.recognize import reader_for
    amiss = 0
    for sample in samples:
        known = reader_for(export_of(sample))
        with bar(f"checking {known.name}") as shown:
            advance = partial(_advance, shown)
            faults = check_reader(
                *(known, sample),
                damaged=damaged,
                seed=seed,
                first=first,
                keep=keep,
                advance=advance,
            )
        amiss += bool(faults)
        lines = [f"  {fault}" for fault in faults] or [f"  as it should be, {damaged} ways damaged"]
        echo([f"{known.name}: {sample}", *lines], amiss=bool(faults))
    summary("reader check", counted(len(samples), "file"), f"{amiss:,} with something amiss")
    if amiss:
        raise typer.Exit(FAILED)


def _advance(shown: Callable[[int, int, str], None], done: int, total: int) -> None:
    shown(done, total, "")
