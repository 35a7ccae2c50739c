"""How commands are called: told without markup, which takes long to import, each with --quiet."""

from collections.abc import Iterable
from typing import Annotated, Any, Final

import typer
from typer.main import get_command

from command.terminal import hush

PLAIN: Final[dict[str, Any]] = {"rich_markup_mode": None, "add_completion": False}
"""Of the apps of all commands."""
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of lines.")]

_every = typer.Typer(**PLAIN)


@_every.command()
def _of_every_command(
    *,
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
