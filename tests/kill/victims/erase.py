"""``leyden erase``: a cell that was removed is deleted for good, with its files and their bytes."""

from tests.kill.place import Place
from tests.kill.victims.remove import FAILED
from tests.kill.victims.revert import Revert


class Erase(Revert):
    """Erases a cell with its tests and exports."""

    promise = "erase: "

    def work(self, place: Place) -> None:
        """Erase it; what is erased is not there to be called."""
        place.run("erase", "cell", "first cell", "--really", "--with-all", codes=(0, FAILED))

    def clear(self, place: Place) -> None:
        """Check that the bytes of one export are left, and of no more."""
        super().clear(place)
        assert len([*(place.settings.lake_folder / "raw").iterdir()]) == 1


VICTIM = Erase()
