"""``leyden worker``: jobs that were asked for."""

from collections import Counter

from schema.catalog.connection import aside
from schema.queue.ask import ask_again
from tests.ingest.working import ask_for, jobs_of, small_exports
from tests.kill.place import Place
from tests.kill.rows import job_ends
from tests.kill.victim import Victim


class Worker(Victim):
    """Does three jobs, each of which has one result."""

    weight = 1
    goes_on = True
    promise = "worker: 3 jobs done"

    def share(self, place: Place) -> None:
        """Write the exports."""
        small_exports(place.shared / "exports", 3)

    def prepare(self, place: Place) -> None:
        """Ask for them to be taken in."""
        with place.warehouse() as warehouse:
            ask_for(warehouse.engine, sorted((place.shared / "exports").iterdir()))

    def work(self, place: Place) -> None:
        """Do what waits, and what was set aside: each process in turn met the same moment."""
        with place.warehouse() as warehouse, aside(warehouse.engine) as session:
            for job in jobs_of(warehouse.engine):
                if job.state == "set_aside":
                    ask_again(session, job.id)
        place.run("worker", "--processes", "1", "--until-empty")

    def rows(self, place: Place) -> Counter[str]:
        """Return what there is, and how jobs ended: one done twice would say that it was there."""
        with place.warehouse() as warehouse:
            done = {each: n for each, n in job_ends(warehouse).items() if " done " in each}
        return super().rows(place) + Counter(done)


VICTIM = Worker()
