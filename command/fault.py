"""What is printed of a fault, in one line each, and the code a process ends with.

0 done, 1 something failed or was refused, 2 it was called wrongly, 3 files or catalog are damaged,
4 what is damaged cannot be made again, 130 it was stopped by Ctrl-C.
"""

from typing import Final

import typer
from typer.exceptions import TyperException

from command.terminal import warn
from schema.error import InvalidArgument, InvalidStudy, LeydenError

FAILED: Final = 1
MISUSED: Final = 2
DAMAGED: Final = 3
LOST: Final = 4
STOPPED: Final = 130


def report(fault: Exception) -> int | None:
    """Say what is wrong and return the code; None, and not a word, where nobody expects it."""
    if isinstance(fault, TyperException):
        context, text = getattr(fault, "ctx", None), fault.format_message()
        if text.startswith("Usage: "):  # nothing was said but the name of a group
            typer.echo(text, err=True)
        else:
            hint = f"; see {context.command_path} --help" if context is not None else ""
            _say(text.rstrip(".") + hint)
        return fault.exit_code
    line = _expected(fault)
    if line is None:
        return None
    for each in _lines(fault) if isinstance(fault, InvalidStudy) else [line]:
        _say(each)
    return MISUSED if isinstance(fault, InvalidArgument) else FAILED


def _lines(fault: InvalidStudy) -> list[str]:
    """Return a line on each fault of a study, and how many there are."""
    lines = [f"{fault.path}: {each}" for each in fault.faults]
    several = f"{fault.path}: {len(lines)} faults; nothing of it was entered"
    return lines if len(lines) == 1 else [*lines, several]


def _say(text: str) -> None:
    warn(f"leyden: {' '.join(text.split())}")


def _expected(fault: Exception) -> str | None:
    """Return what is to be said of a fault that is expected."""
    if isinstance(fault, LeydenError):
        return str(fault)
    if isinstance(fault, OSError) and fault.filename is not None:
        return f"{fault.filename}: {fault.strerror}"
    from sqlite3 import Error

    from sqlalchemy import make_url
    from sqlalchemy.exc import DBAPIError

    from schema.settings import Settings

    if isinstance(fault, DBAPIError | Error):
        place = make_url(Settings().catalog_url).render_as_string()
        hint = "mend that, or restore the catalog from a backup"
        return f"catalog {place}: {getattr(fault, 'orig', fault)}; {hint}"
    return None
