"""``leyden study``: what cells are made of, and what is claimed."""

from pathlib import Path
from typing import Annotated

import typer

from command.door import PLAIN
from command.start import lasting
from command.terminal import echo

app = typer.Typer(no_args_is_help=True, **PLAIN)


@app.callback()
def study() -> None:
    """Say what cells are made of, and what is claimed."""


@app.command()
def template(
    path: Annotated[Path, typer.Argument(help="The file to write, .yaml or .xlsx.")],
) -> None:
    """Write a commented example of a study to fill in."""
    with lasting():
        from ingest.study.template import write_template
    write_template(path)
    echo([f"study template: wrote {path}; once filled in: leyden ingest FOLDER --study {path}"])
