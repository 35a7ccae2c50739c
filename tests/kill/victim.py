"""What a victim is: what is there before it works, what it does, and what is there after."""

import pkgutil
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final

from command.opening import is_there
from schema.inspection import inspect, sweep
from tests.kill.place import Place
from tests.kill.rows import living_rows

_FOLDER: Final = Path(__file__).with_name("victims")


class Victim(ABC):
    """Something that is killed while it works; one a file, in victims/.

    Attributes:
        begins_nowhere: whether it makes the warehouse it works on.
        promise: how the line begins by which it says that all is done.
        weight: its part in all kills, of which those that take long have a smaller one.
        goes_on: whether it tries again by itself what failed.
        is_inner: whether a process that it starts is killed, which it sees to by itself.
    """

    begins_nowhere: bool = False
    promise: str = ""
    is_inner: bool = False
    weight: int = 3
    goes_on: bool = False

    def share(self, place: Place) -> None:  # noqa: B027 # some share nothing
        """Make what all turns read, once."""

    def prepare(self, place: Place) -> None:  # noqa: B027 # some begin with nothing
        """Make what is there before, once: each turn begins with a copy of it."""

    @abstractmethod
    def work(self, place: Place) -> None:
        """Do all the work, or what is left of it after a kill.

        Raises:
            Killed: when it was killed meanwhile.
        """

    def rows(self, place: Place) -> Counter[str]:
        """Return what is there, so that two that were disturbed differently can be compared."""
        if not is_there(place.settings):
            return Counter()
        with place.warehouse() as warehouse:
            return living_rows(warehouse)

    def is_passing(self, row: str) -> bool:
        """Return whether a row may be there once in between that is not before nor after."""
        del row
        return False

    def check(self, place: Place) -> None:
        """Check that all that is named is there, whole: right after a kill."""
        if is_there(place.settings):
            with place.warehouse() as warehouse:
                found = inspect(warehouse.engine, warehouse.lake)
                assert found.sound, found.lines

    def clear(self, place: Place) -> None:
        """Sweep away what is of no use, after which nothing of it is left."""
        with place.warehouse() as warehouse:
            sweep(warehouse.engine, warehouse.lake, 0)
            found = inspect(warehouse.engine, warehouse.lake)
            assert found.faults == (), found.lines


@cache
def victims() -> Mapping[str, Victim]:
    """Return every victim by its name."""
    names = sorted(each.name for each in pkgutil.iter_modules([str(_FOLDER)]))
    return {name: import_module(f"tests.kill.victims.{name}").VICTIM for name in names}
