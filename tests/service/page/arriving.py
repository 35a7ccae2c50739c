"""A warehouse of a test's own, with workers beside it as ``leyden serve`` has them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from command.working import working
from schema.settings import Settings
from schema.warehouse import open_warehouse


@contextmanager
def worked(folder: Path) -> Iterator[Settings]:
    """Yield settings that name a new warehouse of which a worker does the jobs."""
    settings = Settings(home=folder / "home", serve_processes=1)
    open_warehouse(settings).engine.dispose()
    with working(settings):
        yield settings
