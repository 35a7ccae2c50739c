"""Checking everything there is: files, catalog and bases; at once, or now and then beside."""

import os
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread, get_native_id
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from schema.catalog.digest import altered
from schema.checking import remember
from schema.error import LeydenError
from schema.inspection import CATALOG, Advance, Fault, Inspection, inspect
from schema.warehouse import Warehouse
from service.store.soundness import damaged

_LOWEST_PRIORITY: Final = 19


def checked(
    warehouse: Warehouse,
    store_folder: Path,
    share: float,
    *,
    threads: int | None = None,
    advance: Advance = lambda _done, _total, _path: None,
) -> Inspection:
    """Check a share of the files, the catalog and the bases; note which files were checked.

    A catalog that is damaged is not written to.
    """
    found = inspect(warehouse.engine, warehouse.lake, share, threads=threads, advance=advance)
    faults = [*found.faults]
    if not any(fault.subject == CATALOG for fault in faults):
        faults += [Fault("damaged", CATALOG, each) for each in altered(warehouse.engine)]
        amiss = {each.subject: each.detail for each in found.faults if each.kind != "orphan"}
        remember(warehouse.engine, found.checked, amiss)
    bases = damaged(store_folder)
    faults += [Fault("damaged", str(path), why) for path, why in bases.items()]
    return Inspection(found.file_count, found.byte_count, tuple(faults), found.checked)


class _Stopped(Exception):
    """Nobody waits for the check any more."""


class Checking:
    """Checks again and again in a thread of the lowest priority until it is closed.

    Args:
        check: what checks a share; it tells how far it is, and ends where that raises.
        every_second: its pace; the first comes after that time.
        report: told what was found, or why nothing could be.
    """

    def __init__(
        self,
        check: Callable[[Advance], Inspection],
        every_second: float,
        report: Callable[[Inspection | Exception], object],
    ) -> None:
        self._check, self._every_second, self._report = check, every_second, report
        self._stop = Event()
        self._thread = Thread(target=self._run, name="checking")
        self._thread.start()

    def close(self) -> None:
        """End a check that is under way, after the file in hand; begin no other."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        # of this thread and those that it starts: Linux has a priority for each
        os.setpriority(os.PRIO_PROCESS, get_native_id(), _LOWEST_PRIORITY)
        while not self._stop.wait(self._every_second):
            try:
                self._report(self._check(self._go_on))
            except _Stopped:
                return
            except (OSError, SQLAlchemyError, LeydenError) as fault:
                self._report(fault)

    def _go_on(self, _done: int, _total: int, _path: str) -> None:
        if self._stop.is_set():
            raise _Stopped
