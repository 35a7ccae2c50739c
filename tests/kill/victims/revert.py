"""``leyden revert``: a cell that was removed is brought back with all that went with it."""

from tests.kill.place import Place
from tests.kill.victims.remove import FAILED, Remove


class Revert(Remove):
    """Brings a cell back."""

    promise = "revert: "

    def prepare(self, place: Place) -> None:
        """Remove it."""
        super().prepare(place)
        super().work(place)

    def work(self, place: Place) -> None:
        """Bring it back; what is there is not brought back again."""
        if any("cell first cell" in each for each in self.rows(place)):
            return
        place.run("revert", "cell", "first cell", "--with-all", codes=(0, FAILED))


VICTIM = Revert()
