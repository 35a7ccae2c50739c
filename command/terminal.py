"""What people see in a terminal: lines, notes beside them, bars on long work."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import typer


def echo(lines: Iterable[str]) -> None:
    """Print lines."""
    for line in lines:
        typer.echo(line)


def note(text: str, color: str | None = None) -> None:
    """Print a line beside the answer, on standard error."""
    typer.secho(text, fg=color, err=True)


@contextmanager
def bar(doing: str) -> Iterator[Callable[[int, int, str], None]]:
    """Show how far something is; what it gives is told: done, of how many, and a name."""
    from rich.console import Console  # noqa: PLC0415 # a service shows no bars
    from rich.progress import (  # noqa: PLC0415 # the same
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

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
