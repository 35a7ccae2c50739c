"""``leyden publish``: into a file, or where the catalog is in PostgreSQL into a database."""

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import duckdb
import psycopg
from psycopg import sql

from tests.ingest.working import small_exports
from tests.kill.place import Place
from tests.kill.victim import Victim

OWN = ("published", "fingerprint", "fingerprints")
"""Tables that say when something was published."""


class Publish(Victim):
    """Publishes three tests where two are published."""

    weight = 1
    promise = "publish: "

    def share(self, place: Place) -> None:
        """Write the exports."""
        small_exports(place.shared / "exports", 3)

    def prepare(self, place: Place) -> None:
        """Take two exports in, publish them, and take in the third."""
        *two, third = sorted((place.shared / "exports").iterdir())
        place.run("ingest", *map(str, two))
        self.work(place)
        place.run("ingest", str(third))

    def work(self, place: Place) -> None:
        """Publish what has changed."""
        place.run("publish", self._target(place))

    def rows(self, place: Place) -> Counter[str]:
        """Return what is published."""
        if not place.settings.database_url:
            with closing(duckdb.connect(self._target(place), read_only=True)) as file:
                return table_rows(file, OWN)
        with psycopg.connect(place.settings.database_url) as server:
            tables = server.execute(
                "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'bi'"
            ).fetchall()
            query = sql.SQL("SELECT * FROM bi.{}")
            return Counter(
                repr((name, *row))
                for (name,) in tables
                if name not in OWN
                for row in map(rounded, server.execute(query.format(sql.Identifier(name))))
            )

    def clear(self, place: Place) -> None:
        """Check that nothing is left of those who were killed."""
        super().clear(place)
        left = {each.name for each in place.folder.glob(".*")}
        assert left <= {".published.duckdb.lock"}, left

    @staticmethod
    def _target(place: Place) -> str:
        return place.settings.database_url or str(place.folder / "published.duckdb")


def table_rows(file: duckdb.DuckDBPyConnection, but: Sequence[str]) -> Counter[str]:
    """Return how often each row is in the tables of a file."""
    names = [name for (name,) in file.execute("SHOW TABLES").fetchall() if name not in but]
    return Counter(
        repr((name, *rounded(row))) for name in names for row in file.table(name).fetchall()
    )


def rounded(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return a row as it is compared: the engine adds rows up in no fixed order."""
    return tuple(float(f"{each:.9g}") if isinstance(each, float) else each for each in row)


VICTIM = Publish()
