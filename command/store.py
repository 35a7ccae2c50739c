"""``leyden store``: what questions are answered from."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import typer

from command.terminal import bar, echo
from schema.error import InvalidArgument
from schema.settings import Settings
from schema.warehouse import Warehouse, open_warehouse
from service.store.compaction import progress
from service.store.store import Store
from service.store.upkeep import open_store

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def store() -> None:
    """What questions are answered from."""


@app.command()
def rebuild() -> None:
    """Make the base of relations and metrics anew out of the lake."""
    with opened() as (_, store), bar("computing") as advance:
        path = store.make_base(lambda done, total: advance(done, total, ""), anew=True)
        if path is None:
            raise InvalidArgument("rebuild", "now", "a moment when no other process makes a base")
        echo(store_lines(store))


def store_lines(store: Store) -> Iterator[str]:
    """Yield what a store stands on and what is beside it."""
    base, state = store.base, store.state
    if base is None:
        yield "base      none: everything is computed in memory"
    else:
        size = base.path.stat().st_size
        yield f"base      {base.path} ({size:,} bytes), snapshot {base.snapshot}"
        yield f"          {len(base.fingerprints):,} cells and tests of no cell"
        yield from (f"          {name} not computed: {why}" for name, why in base.failed.items())
    waiting = f", {len(state.absent):,} to come with the next base" if state.absent else ""
    yield f"delta     {len(state.delta):,} cells and tests of no cell{waiting}"
    for each in state.unreadable.values():
        yield f"left out  test {each.test_id}: {each.path}: {each.reason}"
    making = progress(store.folder) if store.folder else None
    if making is not None:
        yield f"computing {making.done:,} of {making.total:,} for the next base"


@contextmanager
def opened() -> Iterator[tuple[Warehouse, Store]]:
    """Yield the warehouse and its store."""
    settings = Settings()
    warehouse = open_warehouse(settings)
    with closing(open_store(warehouse, settings)) as store:
        yield warehouse, store
    warehouse.engine.dispose()
