"""A lease says who holds it, so that the death of a process is known at once where it can be."""

import subprocess
import sys

from sqlalchemy import Engine

from schema.catalog.connection import aside, look
from schema.queue.ask import Wish, ask
from schema.queue.lease import Wanted, take
from schema.queue.subject import Ingest
from schema.queue.upkeep import lapse, orphaned_lots
from schema.queue.worker import is_dead, this_machine, this_worker


def dead_worker() -> str:
    """Return the name of a process that has ended."""
    program = "from schema.queue.worker import this_worker; print(this_worker())"
    ran = subprocess.run(  # noqa: S603 # our own program
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    return ran.stdout.strip()


def test_this_process_lives_and_one_that_ended_does_not() -> None:
    assert not is_dead(this_worker())
    assert is_dead(dead_worker())


def test_another_process_of_the_same_number_is_another_worker() -> None:
    machine, number, _, numbering = this_worker().rsplit("/", 3)
    assert is_dead(f"{machine}/{number}/1/{numbering}")


def test_nothing_is_known_of_another_machine_or_container() -> None:
    machine, _, start, numbering = this_worker().rsplit("/", 3)
    assert not is_dead(f"elsewhere/0/{start}/{numbering}")
    assert not is_dead(f"{machine}/0/{start}/another")


def test_what_a_dead_process_of_this_machine_had_is_free_at_once(engine: Engine) -> None:
    wanted = Wanted(("ingest",), this_machine())
    dead = dead_worker()
    with aside(engine) as session:
        ask(session, [Wish(Ingest(path="a"))], f"{dead}#1")
        ask(session, [Wish(Ingest(path="b"))], f"{this_worker()}#1")
        ask(session, [Wish(Ingest(path="c"))], "a name that somebody gave")
    with aside(engine, durable=False) as session:
        assert take(session, wanted, dead) is not None
        lapse(session)
    with look(engine) as session:
        assert orphaned_lots(session) == [f"{dead}#1"]
    with aside(engine, durable=False) as session:
        again = take(session, wanted, this_worker())
    assert again is not None
    assert (again.subject["path"], again.attempt) == ("a", 2)
