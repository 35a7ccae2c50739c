"""The front door: the command line that wires ingest and service together.

Every process of an ingest begins with this file: a command is imported when it is called.
"""

import sys
from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperGroup
from typer.main import get_command

from command.start import lasting
from schema.error import LeydenError

COMMANDS: Final = (
    *("demo", "ingest", "study", "serve", "publish", "store"),
    *("refit", "recount", "status", "check", "reader", "docs"),
)
"""In the order in which they are told: each is a file in command/."""


class Commands(TyperGroup):
    """The commands; each is imported when it is called or told."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override] # typer's own context
        """Return their names."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override] # noqa: ANN401 # the same
        """Return one of them, None where there is none of that name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        with lasting():
            module = import_module(f"command.{cmd_name}")
        command = get_command(module.app)
        command.name = cmd_name
        return command


app = typer.Typer(
    cls=Commands,
    help="Leyden: instrument exports in, derived metrics out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.callback()
def leyden() -> None:
    """Leyden: instrument exports in, derived metrics out."""


def main() -> None:
    """Run the command line; an expected fault is one line, not a traceback."""
    try:
        app()
    except LeydenError as fault:
        from command.terminal import note  # noqa: PLC0415 # see above

        note(f"leyden: {fault}", color="red")
        sys.exit(2)


if __name__ == "__main__":
    main()
