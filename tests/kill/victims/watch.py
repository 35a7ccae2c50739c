"""``leyden watch``: a file that grows beside one that is whole, from its first sight to its end."""

import json
import signal
import time
from pathlib import Path

from sqlalchemy import select

from schema.catalog import Arrival
from schema.catalog.connection import look
from schema.warehouse import Warehouse
from tests.ingest.working import small_export
from tests.kill.place import Killed, Place
from tests.kill.program import Program
from tests.kill.victim import Victim

PACE = {
    "LEYDEN_WATCH_STILL_SECOND": "0.3",
    "LEYDEN_WATCH_PACE_SECOND": "0.1",
    "LEYDEN_WATCH_SCAN_SECOND": "0.2",
    "LEYDEN_WATCH_POLLED": "none",
}
WHOLE, GROWING = "whole.bdf.csv", "growing.bdf.csv"


class Watch(Victim):
    """Takes in two files, one of which is written while it watches."""

    goes_on = True

    def share(self, place: Place) -> None:
        """Write what the files are to be."""
        for number, name in enumerate((WHOLE, GROWING)):
            small_export(place.shared / name, number)

    def prepare(self, place: Place) -> None:
        """Let one file be whole and half of the other be there."""
        lab = place.folder / "lab"
        lab.mkdir()
        for name, share in ((WHOLE, 1.0), (GROWING, 0.5)):
            content = (place.shared / name).read_bytes()
            (lab / name).write_bytes(content[: int(len(content) * share)])

    def work(self, place: Place) -> None:
        """Watch until all is there, while the instrument writes the rest."""
        lab = place.folder / "lab"
        grows, rest = lab / GROWING, (place.shared / GROWING).read_bytes()
        watcher = place.begin("watch", str(lab), "--json", **PACE)
        with place.warehouse() as warehouse:
            while watcher.is_alive() and not self._is_done(warehouse, place.shared):
                if "growing" in watcher.out and grows.stat().st_size < len(rest):
                    grows.write_bytes(rest)
                time.sleep(0.05)
        self._end(watcher)

    def is_passing(self, row: str) -> bool:
        """Return whether a row is of a file that grows, or stands still and is yet to be read.

        Either file grows until it was seen to stand still, and what it had by then may be there
        already: its points with the hash by which the rest is added to them.
        """
        table, _, written = row.partition(" ")
        facts = json.loads(written) if written.startswith("{") else {}
        return (
            "growing" in row.replace('"growing": false', "")  # by its name, or as it is said to be
            or (table == "arrival" and facts["state"] == "stable")
            or (table == "lake_file" and facts["rows_sha256"] is not None)
        )

    @staticmethod
    def _is_done(warehouse: Warehouse, shared: Path) -> bool:
        with look(warehouse.engine) as session:
            rows = session.scalars(select(Arrival)).all()
        sizes = {name: (shared / name).stat().st_size for name in (WHOLE, GROWING)}
        taken = {Path(row.path).name: row.taken_bytes for row in rows if row.state == "ingested"}
        return taken == sizes

    @staticmethod
    def _end(watcher: Program) -> None:
        watcher.signal(signal.SIGINT)
        code = watcher.wait()
        if code < 0:
            raise Killed
        assert code == 130, watcher.err


VICTIM = Watch()
