"""Keeping a base under a store: made when the delta calls for it, by one process of all."""

from collections.abc import Mapping
from threading import Event, Thread
from time import sleep
from typing import Final

import duckdb
import structlog
from sqlalchemy.exc import SQLAlchemyError

from schema.error import LeydenError
from schema.settings import Settings
from schema.warehouse import Warehouse
from service.metric.metric import Metric
from service.store.compaction import Advance
from service.store.engine import EngineSettings
from service.store.store import Store

log = structlog.get_logger()
_LOOK_SECOND: Final = 1.0
_AFTER_FAILURE_SECOND: Final = 60.0


def open_store(
    warehouse: Warehouse, settings: Settings, metrics: Mapping[str, Metric] | None = None
) -> Store:
    """Return the store of a warehouse, by its settings."""
    used = EngineSettings(settings.memory_limit, settings.query_threads)
    return Store(warehouse.engine, warehouse.lake, metrics, settings.store_folder, used)


def have_base(store: Store, advance: Advance = lambda _done, _total: None) -> None:
    """Make the base that the store calls for, or wait for whoever is making it.

    Raises:
        OSError: when it cannot be written.
        duckdb.Error: the same.
    """
    store.refresh()
    while store.calls_for_base:
        if store.make_base(advance):
            return
        sleep(_LOOK_SECOND)
        store.refresh()


class Upkeep:
    """Makes bases in a thread of its own until it is closed."""

    def __init__(self, store: Store) -> None:
        self._store, self._stop = store, Event()
        self._thread = Thread(target=self._run, name="upkeep", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Leave a base that is half made; whoever makes the next sweeps it away."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        pause = _LOOK_SECOND
        while not self._stop.wait(pause):
            pause = _LOOK_SECOND
            if not self._store.calls_for_base:
                continue
            try:
                path = self._store.make_base(goes_on=lambda: not self._stop.is_set())
            except (OSError, duckdb.Error, SQLAlchemyError, LeydenError) as fault:
                log.warning("base not made", reason=str(fault).splitlines()[0])
                pause = _AFTER_FAILURE_SECOND
            else:
                if path is not None:
                    log.info("base made", path=str(path))
