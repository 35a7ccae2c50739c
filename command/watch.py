"""``leyden watch``: exports come in by themselves."""

from pathlib import Path
from typing import Annotated

import typer

from command.door import PLAIN, AsJson
from command.fault import STOPPED
from command.start import lasting
from command.terminal import summary

app = typer.Typer(**PLAIN)


@app.command()
def watch(
    folders: Annotated[
        list[Path], typer.Argument(readable=False, help="Folders that instruments write into.")
    ],
    *,
    include: Annotated[
        list[str] | None,
        typer.Option(metavar="PATTERN", help="Take only what is like it, e.g. '*.mpr'."),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(metavar="PATTERN", help="Leave what is like it, e.g. 'calibration/*'."),
    ] = None,
    poll: Annotated[
        bool | None,
        typer.Option(
            "--poll/--notify",
            help="Look through all folders at a pace, or wait to be notified of changes; else "
            "LEYDEN_WATCH_POLLED says which are polled: network shares.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take in exports as they arrive in folders, until Ctrl-C."""
    with lasting():
        from command.watching import watch_folders
        from schema.settings import Settings
    polled = {None: None, True: "all", False: "none"}[poll]
    settings = Settings(**({"watch_polled": polled} if polled else {}))  # type: ignore[arg-type] # one of its words
    watched = watch_folders(settings, folders, include or (), exclude or (), as_json=as_json)
    if not as_json:
        summary("watch", *watched.facts())
    raise typer.Exit(STOPPED)
