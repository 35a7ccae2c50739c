"""``leyden remove``: a cell with all that hangs on it is hidden from every answer."""

from tests.kill.place import Place
from tests.kill.victims.study import Study

FAILED = 1


class Remove(Study):
    """Removes a cell with its tests."""

    promise = "remove: "

    def prepare(self, place: Place) -> None:
        """Enter it."""
        super().prepare(place)
        super().work(place)

    def work(self, place: Place) -> None:
        """Remove it; what is removed already is not there to be called."""
        place.run("remove", "cell", "first cell", "--with-all", codes=(0, FAILED))


VICTIM = Remove()
