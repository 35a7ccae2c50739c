"""``leyden backup``: a copy elsewhere, beside those that are there."""

from collections import Counter

from schema.backup.manifest import manifest_paths
from schema.backup.verification import verify
from tests.ingest.working import small_exports
from tests.kill.place import Place
from tests.kill.victim import Victim


class Backup(Victim):
    """Takes a backup of three tests where there is one of two."""

    promise = "backup 2: "

    def share(self, place: Place) -> None:
        """Write the exports."""
        small_exports(place.shared / "exports", 3)

    def prepare(self, place: Place) -> None:
        """Take two exports in, take a backup, and take in the third."""
        *two, third = sorted((place.shared / "exports").iterdir())
        place.run("ingest", *map(str, two))
        self.work(place)
        place.run("ingest", str(third))

    def work(self, place: Place) -> None:
        """Take a backup."""
        place.run("backup", str(place.folder / "backups"))

    def rows(self, place: Place) -> Counter[str]:
        """Return what the last backup has; every one there is whole."""
        rows: Counter[str] = Counter()
        folder = place.folder / "backups"
        for path in manifest_paths(folder):
            found = verify(folder, path, lambda *_: None)
            assert found.faults == ()
            rows = Counter(f"{each.path} {each.sha256}" for each in found.manifest.files)
        return rows

    def clear(self, place: Place) -> None:
        """Check that nothing is left of those who were killed."""
        super().clear(place)
        assert not list((place.folder / "backups").rglob("*.tmp*"))


VICTIM = Backup()
