"""``leyden ingest``: exports of a folder, one of which was taken in before."""

from tests.ingest.working import small_exports
from tests.kill.place import Place
from tests.kill.victim import Victim


class Ingest(Victim):
    """Takes in three exports, of which one is there."""

    promise = "ingest: "

    def share(self, place: Place) -> None:
        """Write the exports."""
        small_exports(place.shared / "exports", 3)

    def prepare(self, place: Place) -> None:
        """Take in one of them."""
        place.run("ingest", str(place.shared / "exports" / "0.bdf.csv"))

    def work(self, place: Place) -> None:
        """Take in all of them."""
        place.run("ingest", str(place.shared / "exports"))


VICTIM = Ingest()
