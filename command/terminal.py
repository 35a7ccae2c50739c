"""What people see in a terminal: lines, notes beside them, bars on long work."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
)

_NOTES: Final = Console(stderr=True)


def echo(lines: Iterable[str]) -> None:
    """Print lines."""
    for line in lines:
        typer.echo(line)


def note(text: str, style: str | None = None) -> None:
    """Print a line beside the answer, on standard error."""
    _NOTES.print(text, style=style, highlight=False, soft_wrap=True)


@contextmanager
def bar(doing: str) -> Iterator[Callable[[int, int, str], None]]:
    """Show how far something is; what it gives is told: done, of how many, and a name."""
    columns = (
        TextColumn(doing),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=_NOTES, transient=True) as progress:
        shown = progress.add_task("", total=None)
        yield lambda done, total, name: progress.update(
            shown, completed=done, total=total, description=name
        )
