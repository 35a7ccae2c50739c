"""What people see in a terminal: lines, notes beside them, bars on long work.

Lines are the answer, on standard output; notes, warnings and bars go to standard error. Into a pipe
nothing is wrapped, colored or drawn.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Event
from time import monotonic
from typing import Any, Final, TextIO

import typer

_BEGUN: Final = monotonic()
_HUSHED: Final = Event()


def hush(quiet: bool) -> None:  # noqa: FBT001 # typer hands it over by place
    """Say nothing from now on but what is wrong, or speak again."""
    (_HUSHED.set if quiet else _HUSHED.clear)()


def echo(lines: Iterable[str], *, amiss: bool = False) -> None:
    """Print lines; those on what is amiss come on standard error when all others are hushed."""
    for line in lines:
        if amiss or not _HUSHED.is_set():
            typer.echo(line, err=_HUSHED.is_set())


def echo_document(document: Any, *, in_one_line: bool = False) -> None:  # noqa: ANN401 # of JSON
    """Print a JSON document."""
    import orjson

    if not _HUSHED.is_set():
        option = 0 if in_one_line else orjson.OPT_INDENT_2
        typer.echo(orjson.dumps(document, option=option))


def summary(command: str, *facts: str, since: float = _BEGUN) -> None:
    """Print the last line of a command: what was done, and in what time."""
    echo([f"{command}: {', '.join((*facts, f'in {monotonic() - since:.1f} s'))}"])


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun, e.g. 1 file, 1,200 files."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def note(text: str) -> None:
    """Print a line beside the answer, on standard error."""
    if not _HUSHED.is_set():
        typer.echo(text, err=True)


def warn(text: str) -> None:
    """Print a line on what is wrong, on standard error, hushed or not."""
    typer.echo(typer.style(text, fg="red") if lively(sys.stderr) else text, err=True)


def lively(stream: TextIO) -> bool:
    """Return whether colors and bars are welcome: somebody looks on, and did not decline them."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


@contextmanager
def bar(doing: str) -> Iterator[Callable[[int, int, str], None]]:
    """Show how far something is; what it gives is called with: done, of how many, and a name."""
    if _HUSHED.is_set() or not lively(sys.stderr):
        yield lambda _done, _total, _name: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn(doing),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        shown = progress.add_task("", total=None)
        yield lambda done, total, name: progress.update(
            shown, completed=done, total=total, description=name
        )
