"""``leyden init``: a warehouse is made where none is."""

from tests.kill.place import Place
from tests.kill.victim import Victim


class Init(Victim):
    """Makes an empty warehouse."""

    begins_nowhere = True

    def work(self, place: Place) -> None:
        """Make it; one that is there already stays as it is."""
        place.run("init")


VICTIM = Init()
