"""``leyden restore``: a backup is brought back where nothing is."""

from command.opening import is_there
from tests.ingest.working import small_exports
from tests.kill.place import Place
from tests.kill.victim import Victim

FAILED = 1


class Restore(Victim):
    """Restores a backup of three tests."""

    begins_nowhere = True
    promise = "restore: "

    def share(self, place: Place) -> None:
        """Take a backup of a warehouse."""
        place.run("ingest", *map(str, small_exports(place.shared / "exports", 3)))
        place.run("backup", str(place.shared / "backups"))

    def work(self, place: Place) -> None:
        """Restore it, and again where that was killed; the catalog comes last."""
        was_there = is_there(place.settings)
        done = place.run("restore", str(place.shared / "backups"), codes=(0, FAILED))
        assert done.code == 0 or (was_there and "there already" in done.err), done.err


VICTIM = Restore()
