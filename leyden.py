"""The front door: the command line that wires ingest and service together.

Every process of an ingest begins with this file: a command is imported when it is called or told,
and what it works with when it works.
"""

from importlib import import_module
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from command.door import command_of
from command.fault import STOPPED, report
from command.start import end, lasting
from command.terminal import warn
from schema.error import UnknownName

COMMANDS: Final = (
    *("demo", "init", "ingest", "watch", "worker", "study", "serve", "publish", "store"),
    *("remove", "revert", "erase", "history"),
    *("measure", "transport", "refit", "recount", "status", "check", "reader", "docs"),
    *("backup", "restore", "repair"),
)
"""In the order in which help lists them: each is a file in command/."""
_AFTERWORD: Final = """\b
Tab completes commands and options after: leyden --install-completion
Ends with 0: done, 1: something failed, 2: called wrongly, 3: damage was found,
4: of what is damaged some cannot be made again, 130: stopped by Ctrl-C
"""


class Commands(TyperGroup):
    """The commands; each is imported when it is called or listed."""

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
        return command_of(module.app, cmd_name)

    def resolve_command(self, ctx: typer.Context, args: list[str]) -> Any:  # type: ignore[override] # noqa: ANN401 # the same
        """Return the command that is called, or say which are near what was written."""
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            ctx.fail(str(UnknownName("command", args[0], COMMANDS)))
        return super().resolve_command(ctx, args)


app = typer.Typer(
    cls=Commands,
    help="Leyden: instrument exports in, derived metrics out.",
    epilog=_AFTERWORD,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:  # noqa: FBT001 # typer hands it over by place
    if not asked:
        return
    from importlib.metadata import version  # noqa: PLC0415 # asked for once in a while

    typer.echo(f"leyden {version('leyden')}")
    raise typer.Exit


@app.callback()
def leyden(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", "-V", callback=_version, is_eager=True, help="Tell the version and end."
        ),
    ] = False,
) -> None:
    """Leyden: instrument exports in, derived metrics out."""
    del version


def run() -> int:
    """Run the command line and return its code; an expected fault is a line and no traceback."""
    try:
        code = app(prog_name="leyden", standalone_mode=False)
    except Exception as fault:
        code = report(fault)
        if code is None:
            raise
    if code == STOPPED:
        warn("leyden: stopped by Ctrl-C")
    return code or 0


def main() -> None:
    """Run the command line, and end with it."""
    end(run())


if __name__ == "__main__":
    main()
