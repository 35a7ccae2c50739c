"""What the command line does with the service: publish, readers, and the store under it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from threading import Event
from typing import TypeAlias

from schema.error import InvalidArgument
from schema.settings import Settings
from schema.warehouse import Warehouse, open_warehouse
from service.metric.library import read_metrics
from service.publish.place import target_at
from service.publish.postgres.login_role import Reader, make_reader
from service.publish.publication import Publication, Publisher
from service.publish.schedule import keep_publishing, seconds
from service.publish.star import star
from service.publish.target import Target
from service.store.compaction import progress
from service.store.store import Store
from service.store.upkeep import have_base, open_store

Bar: TypeAlias = Callable[[str], AbstractContextManager[Callable[[int, int, str], None]]]
"""Opens a bar that says what is done; it is told how much is done, of how much, and a name."""
Tell: TypeAlias = Callable[[Publication | Exception], object]


def publish(place: str, every: str | None, bar: Bar, tell: Tell) -> Publication | None:
    """Publish once and return what was done, or again and again at a pace until interrupted.

    Raises:
        InvalidArgument: when the place or the pace is none.
        PublicationFailed: when the target cannot be brought up to date; it stands as it stood.
    """
    target, pace = target_at(place), seconds(every) if every else None
    with _store() as (warehouse, store):
        publisher = Publisher(store, warehouse.engine, store.metrics)
        total = len(star(store.metrics))

        def once() -> Publication:
            _have_base(store, bar)
            with bar("publishing") as advance:
                names: list[str] = []

                def done(name: str) -> None:
                    names.append(name)
                    advance(len(names), total, name)

                return publisher.publish(target, done)

        if pace is None:
            return once()
        with suppress(KeyboardInterrupt):
            keep_publishing(once, pace, Event(), tell)
        return None


def create_reader(place: str, name: str, projects: list[str]) -> tuple[Reader, Target]:
    """Make a login role that may read what is published at a place."""
    target = target_at(place)
    password = Settings().reader_password.get_secret_value()
    return make_reader(target, star(read_metrics()), name, projects, password), target


def rebuild(bar: Bar) -> str:
    """Make the base anew out of the lake; return what was made.

    Raises:
        InvalidArgument: when another process is making it.
    """
    with _store() as (_, store), bar("computing") as advance:
        path = store.make_base(lambda done, total: advance(done, total, ""), anew=True)
        if path is None:
            raise InvalidArgument("rebuild", "now", "a moment when no other process makes a base")
        return "\n".join(store_lines(store))


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


def status() -> list[str]:
    """Return what the store of the warehouse stands on."""
    with _store() as (_, store):
        store.refresh()
        return list(store_lines(store))


def _have_base(store: Store, bar: Bar) -> None:
    store.refresh()
    if store.calls_for_base:
        with bar("computing") as advance:
            have_base(store, lambda done, total: advance(done, total, ""))


@contextmanager
def _store() -> Iterator[tuple[Warehouse, Store]]:
    """Yield the warehouse and its store."""
    settings = Settings()
    warehouse = open_warehouse(settings)
    with closing(open_store(warehouse, settings)) as store:
        yield warehouse, store
    warehouse.engine.dispose()
