"""``leyden study``: what cells are made of, and what is claimed."""

from pathlib import Path
from typing import Annotated

import typer

from command.terminal import echo
from ingest.study.template import write_template

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def study() -> None:
    """What cells are made of, and what is claimed."""


@app.command()
def template(
    path: Annotated[Path, typer.Argument(help="The file to write, .yaml or .xlsx.")],
) -> None:
    """Write a commented example of a study to fill in."""
    write_template(path)
    echo([f"wrote {path}"])
