"""``leyden store rebuild``: the next base takes the place of the former."""

from collections import Counter
from contextlib import closing

import duckdb

from service.metric.library import read_metrics
from service.store.base import layout, newest
from tests.ingest.working import small_exports
from tests.kill.place import Place
from tests.kill.victim import Victim
from tests.kill.victims.publish import table_rows

OWN = ("about", "fingerprint")
"""Tables of a base that differ with the snapshot and not with what it holds."""


class Compaction(Victim):
    """Makes a base of three tests where one of two is."""

    weight = 1
    promise = "store rebuild: "

    def share(self, place: Place) -> None:
        """Write the exports."""
        small_exports(place.shared / "exports", 3)

    def prepare(self, place: Place) -> None:
        """Take two exports in, make a base of them, and take in the third."""
        *two, third = sorted((place.shared / "exports").iterdir())
        place.run("ingest", *map(str, two))
        place.run("store", "rebuild")
        place.run("ingest", str(third))

    def work(self, place: Place) -> None:
        """Make the next base."""
        place.run("store", "rebuild")

    def rows(self, place: Place) -> Counter[str]:
        """Return the rows of the newest base, whole."""
        base = newest(place.settings.store_folder, layout(read_metrics()))
        assert base is not None
        with closing(duckdb.connect(str(base), read_only=True)) as file:
            return table_rows(file, OWN)

    def clear(self, place: Place) -> None:
        """Check that one base is left, and nothing of those who were killed."""
        super().clear(place)
        base = newest(place.settings.store_folder, layout(read_metrics()))
        assert base is not None
        left = {each.name for each in place.settings.store_folder.iterdir()}
        assert left == {base.name, f"{base.name}.sha256", ".making.lock"}


VICTIM = Compaction()
