"""Publishing from the command line, once or again and again, with bars."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event

from command.opening import opened
from command.reading_again import read_again
from command.terminal import bar, note
from service.publish.publication import Publication, Publisher
from service.publish.schedule import keep_publishing
from service.publish.star import star
from service.publish.target import Target
from service.store.upkeep import have_base


def publish_to(target: Target) -> Publication:
    """Publish once."""
    with _publishing_to(target) as once:
        return once()


def keep_publishing_to(
    target: Target, pace_second: float, tell: Callable[[Publication | Exception], object]
) -> None:
    """Publish again and again at a pace until Ctrl-C, and report each."""
    with _publishing_to(target) as once, suppress(KeyboardInterrupt):
        keep_publishing(once, pace_second, Event(), tell)
    note("stopped")


@contextmanager
def _publishing_to(target: Target) -> Iterator[Callable[[], Publication]]:
    """Yield what publishes the warehouse that is there, each time it is called."""
    with opened() as (warehouse, store):
        read_again(warehouse)
        publisher = Publisher(store, warehouse.engine, store.metrics)
        total = len(star(store.metrics))

        def once() -> Publication:
            store.refresh()
            if store.calls_for_base:
                with bar("computing") as advance:
                    have_base(store, lambda done, total: advance(done, total, ""))
            with bar("publishing") as advance:
                names: list[str] = []

                def done(name: str) -> None:
                    names.append(name)
                    advance(len(names), total, name)

                return publisher.publish(target, done)

        yield once
