"""How commands are called: told without markup, which takes long to import, with common options."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from typer.main import get_command

from command.terminal import hush

PLAIN: Final[dict[str, Any]] = {"rich_markup_mode": None, "add_completion": False}
"""Of the apps of all commands."""
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of lines.")]

_every = typer.Typer(**PLAIN)


def _choose(home: Path | None) -> None:
    """Let everything that this process does, and begins, find the home that the call names."""
    if home is not None:
        os.environ["LEYDEN_HOME"] = str(home)


def names_home(context: typer.Context) -> bool:
    """Return whether a call names the home itself."""
    source = context.get_parameter_source("home")
    return source is not None and source.name == "COMMANDLINE"


@_every.command()
def _of_every_command(
    *,
    home: Annotated[
        Path | None,
        typer.Option(
            callback=_choose,
            expose_value=False,
            file_okay=False,
            metavar="DIR",
            help="Home of the warehouse; else LEYDEN_HOME, leyden.toml, the nearest .leyden.",
        ),
    ] = None,
    quiet: Annotated[
        bool,
        typer.Option(
            "--quiet", "-q", callback=hush, expose_value=False, help="Say only what is wrong."
        ),
    ] = False,
) -> None:
    """Declare what every command takes."""


def command_of(app: typer.Typer, name: str) -> Any:  # noqa: ANN401 # typer hides its own classes
    """Return a command by its app, or a group of them."""
    command = get_command(app)
    command.name = name
    for each in _leaves(command):
        each.params += get_command(_every).params
    return command


def _leaves(command: Any) -> Iterable[Any]:  # noqa: ANN401 # the same
    return getattr(command, "commands", {"": command}).values()
