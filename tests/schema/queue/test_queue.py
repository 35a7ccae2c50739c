"""A job is done once, whoever takes it and whoever dies with it."""

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import Engine, select, update

from schema.catalog import Job, Snapshot
from schema.catalog.connection import aside, change, current_snapshot, look
from schema.error import InvalidRecord, LeaseLost, UnknownRecord
from schema.queue.ask import Wish, ask, ask_again, ended, withdraw, withdraw_lots
from schema.queue.lease import (
    LEASE_SECOND,
    MOST_LAPSES,
    Lease,
    Wanted,
    fail,
    finish,
    give_back,
    is_due,
    is_empty,
    renew,
    take,
)
from schema.queue.subject import Ingest, Preview, written
from schema.queue.upkeep import count_by_state, died, lapse, prune

ANY = Wanted(("ingest", "preview"), "here")
ELSEWHERE = "elsewhere/1/2/3"
"""A worker of another machine, of which nothing is known."""


def asked(engine: Engine, *paths: str, lot: str | None = None) -> list[int]:
    with aside(engine) as session:
        return ask(session, [Wish(Ingest(path=path)) for path in paths], lot)


def taken(engine: Engine, worker: str = ELSEWHERE, wanted: Wanted = ANY) -> Lease:
    with aside(engine, durable=False) as session:
        lease = take(session, wanted, worker)
    assert lease is not None
    return lease


def done(engine: Engine, mine: Lease, **result: object) -> None:
    with aside(engine) as session:
        finish(session, mine, result)


def job_of(engine: Engine, job_id: int) -> Job:
    with look(engine) as session:
        return session.get_one(Job, job_id)


def put_off(engine: Engine, job_id: int, **seconds: float) -> None:
    """Move moments of a job by so many seconds, as if that time had passed or the clock moved."""
    with aside(engine) as session:
        job = session.get_one(Job, job_id)
        for name, by in seconds.items():
            setattr(job, name, getattr(job, name) + timedelta(seconds=by))


def lapse_all(engine: Engine) -> None:
    with aside(engine, durable=False) as session:
        lapse(session)


def test_jobs_are_taken_in_the_order_they_were_asked_for(engine: Engine) -> None:
    ids = asked(engine, "a", "b", "c")
    assert [taken(engine).job_id for _ in ids] == ids
    with aside(engine, durable=False) as session:
        assert take(session, ANY, ELSEWHERE) is None


def test_what_somebody_waits_for_goes_before_bulk(engine: Engine) -> None:
    asked(engine, "a", "b")
    with aside(engine) as session:
        (preview,) = ask(session, [Wish(Preview(path="c"))])
    assert taken(engine).job_id == preview


def test_a_worker_takes_what_its_machine_and_its_lot_have(engine: Engine) -> None:
    with aside(engine) as session:
        ask(session, [Wish(Ingest(path="a"), machine="there")])
        (mine,) = ask(session, [Wish(Ingest(path="b"), machine="here")], "lot")
    assert taken(engine, wanted=Wanted(("ingest",), "here", "lot")).job_id == mine
    with look(engine) as session:
        assert not is_due(session, ANY)
        assert is_due(session, Wanted(("ingest",), "there"))
        assert is_empty(session, Wanted(("preview",), "there"))


def test_what_came_of_a_job_is_there_with_its_end_and_is_no_snapshot(engine: Engine) -> None:
    (job_id,) = asked(engine, "a")
    done(engine, taken(engine), points=3)
    job = job_of(engine, job_id)
    assert (job.state, job.result, job.attempt_count) == ("done", {"points": 3}, 1)
    assert job.ended_at is not None
    with look(engine) as session:
        assert current_snapshot(session) == 0
        assert [each.id for each in ended(session, [job_id])] == [job_id]


def test_a_job_that_ends_within_a_change_is_no_part_of_what_that_touched(engine: Engine) -> None:
    asked(engine, "a")
    mine = taken(engine)
    with change(engine, "ingest a") as (session, _):
        finish(session, mine, {})
    with look(engine) as session:
        assert session.scalars(select(Snapshot.touched)).all() == [[]]


def test_a_change_whose_lease_was_lost_leaves_nothing(engine: Engine) -> None:
    (job_id,) = asked(engine, "a")
    first = taken(engine)
    put_off(engine, job_id, leased_until=-2 * LEASE_SECOND)
    lapse_all(engine)
    second = taken(engine, "elsewhere/2/2/3")

    def commit() -> None:
        with change(engine, "ingest a") as (session, _):
            finish(session, first, {})

    with pytest.raises(LeaseLost):
        commit()
    with look(engine) as session:
        assert current_snapshot(session) == 0
    done(engine, second, by="second")
    assert job_of(engine, job_id).result == {"by": "second"}


def test_a_job_is_ended_once_though_the_same_worker_takes_it_twice(engine: Engine) -> None:
    asked(engine, "a")
    first = taken(engine)
    with aside(engine) as session:
        give_back(session, [first])
    second = taken(engine)
    with aside(engine) as session, pytest.raises(LeaseLost):
        finish(session, first, {})
    done(engine, second)
    with aside(engine) as session, pytest.raises(LeaseLost):
        finish(session, second, {})


def test_a_worker_that_shows_it_lives_keeps_its_lease(engine: Engine) -> None:
    ids = asked(engine, "a", "b")
    leases = {each.job_id: each for each in (taken(engine), taken(engine))}
    put_off(engine, ids[0], leased_until=-0.9 * LEASE_SECOND)
    with aside(engine) as session:
        withdraw(session, ids[1])
        assert renew(session, leases, {ids[0]: (3, 7)}) == [ids[1]]
    lapse_all(engine)
    job = job_of(engine, ids[0])
    assert (job.state, job.done_count, job.total_count, job.lapse_count) == ("leased", 3, 7, 0)


def test_a_job_that_took_three_workers_with_it_is_set_aside_until_asked_again(
    engine: Engine,
) -> None:
    (job_id,) = asked(engine, "a")
    for _ in range(MOST_LAPSES):
        mine = taken(engine)
        with aside(engine) as session:
            died(session, mine, "its process died")
    job = job_of(engine, job_id)
    assert (job.state, job.lapse_count) == ("set_aside", 3)
    assert job.reason is not None
    assert "its process died; 3 times" in job.reason
    with aside(engine) as session:
        ask_again(session, job_id)
    done(engine, taken(engine))
    assert job_of(engine, job_id).state == "done"


def test_what_was_committed_in_the_moment_of_a_death_is_done(engine: Engine) -> None:
    asked(engine, "a")
    mine = taken(engine)
    done(engine, mine, points=3)
    with aside(engine) as session:
        job = died(session, mine, "its process died")
    assert job is not None
    assert (job.state, job.result, job.lapse_count) == ("done", {"points": 3}, 0)


def test_a_failure_is_tried_again_after_a_pause_that_doubles_and_then_no_more(
    engine: Engine,
) -> None:
    (job_id,) = asked(engine, "a")
    pauses = []
    for last in (False, False, True):
        mine = taken(engine)
        with aside(engine) as session:
            assert fail(session, mine, "the disk is full", most_failures=3) is not last
        job = job_of(engine, job_id)
        if not last:
            with look(engine) as session:
                assert not is_due(session, ANY)
                assert not is_empty(session, ANY)
            assert job.not_before is not None
            assert job.begun_at is not None
            pauses.append((job.not_before - job.begun_at).total_seconds())
            put_off(engine, job_id, not_before=-pauses[-1] - 1)
    assert pauses == [pytest.approx(5, abs=1), pytest.approx(10, abs=1)]
    assert (job.state, job.reason, job.failure_count) == ("failed", "the disk is full", 3)


def test_the_same_question_asked_twice_is_one_job_until_it_has_ended(engine: Engine) -> None:
    def once() -> int:
        with aside(engine) as session:
            return ask(session, [Wish(Ingest(path="a"), unique_key="a")])[0]

    first = once()
    assert once() == first
    mine = taken(engine)
    assert once() == first
    done(engine, mine)
    second = once()
    assert second != first
    with aside(engine) as session, pytest.raises(InvalidRecord, match="asked for anew"):
        ask_again(session, first)


def test_a_job_that_was_withdrawn_is_not_done(engine: Engine) -> None:
    waiting, leased = asked(engine, "a", "b")[::-1]
    mine = taken(engine)
    assert mine.job_id == leased
    with aside(engine) as session:
        withdraw(session, waiting)
        withdraw(session, leased)
    with aside(engine) as session, pytest.raises(LeaseLost):
        finish(session, mine, {})
    with look(engine) as session:
        assert is_empty(session, ANY)
    with aside(engine) as session, pytest.raises(InvalidRecord, match="has ended"):
        withdraw(session, leased)


def test_a_lot_is_withdrawn_as_far_as_it_waits(engine: Engine) -> None:
    first, second = asked(engine, "a", "b", lot="lot")
    (other,) = asked(engine, "c")
    taken(engine)
    with aside(engine) as session:
        withdraw_lots(session, ["lot"])
    states = [job_of(engine, each).state for each in (first, second, other)]
    assert states == ["leased", "withdrawn", "waiting"]


def test_what_is_not_there_or_has_not_ended_cannot_be_asked_for_again(engine: Engine) -> None:
    (job_id,) = asked(engine, "a")
    with aside(engine) as session, pytest.raises(InvalidRecord, match="has not ended"):
        ask_again(session, job_id)
    with aside(engine) as session, pytest.raises(UnknownRecord) as fault:
        ask_again(session, 99)
    assert fault.value.reason == "no job has the id 99"


def test_a_clock_that_is_put_back_keeps_no_job_waiting(engine: Engine) -> None:
    leased, failed = asked(engine, "a", "b")
    taken(engine)
    second = taken(engine)
    with aside(engine) as session:
        fail(session, second, "the disk is full", most_failures=9)
    day = 86_400
    put_off(engine, leased, leased_until=day)
    put_off(engine, failed, not_before=day)
    assert taken(engine).job_id == failed
    lapse_all(engine)
    job = job_of(engine, leased)
    assert job.begun_at is not None
    assert job.leased_until is not None
    assert (job.leased_until - job.begun_at).total_seconds() < 2 * LEASE_SECOND
    assert job.lapse_count == 0


def test_what_ended_long_ago_is_forgotten_and_what_was_set_aside_is_not(engine: Engine) -> None:
    old, new, aside_ = asked(engine, "a", "b", "c")
    for _ in range(3):
        done(engine, taken(engine))
    with aside(engine) as session:
        session.execute(update(Job).where(Job.id == aside_).values(state="set_aside"))
    for each in (old, aside_):
        put_off(engine, each, ended_at=-31 * 86_400)
    with aside(engine) as session:
        assert prune(session, 30) == 1
    with look(engine) as session:
        assert session.scalars(select(Job.id).order_by(Job.id)).all() == [new, aside_]
        assert count_by_state(session) == {
            **dict.fromkeys(("waiting", "leased", "failed", "withdrawn"), 0),
            "done": 1,
            "set_aside": 1,
        }


def test_a_name_that_is_no_text_is_asked_for_as_it_is(engine: Engine) -> None:
    for name in (b"/x/caf\xe9 100%.csv", "/x/café 100%25.csv".encode()):
        path = Path(os.fsdecode(name))
        asked(engine, written(path))
        assert Ingest.model_validate(taken(engine).subject).file == path


@pytest.mark.slow
def test_eight_workers_at_once_take_every_job_once(engine: Engine) -> None:
    ids = asked(engine, *map(str, range(200)))
    begin = Barrier(8)

    def work(number: int) -> list[int]:
        jobs: list[int] = []
        begin.wait()
        while True:
            with aside(engine, durable=False) as session:
                mine = take(session, ANY, f"elsewhere/{number}/2/3")
            if mine is None:
                with look(engine) as session:
                    if not is_due(session, ANY):
                        return jobs
                continue
            done(engine, mine)
            jobs.append(mine.job_id)

    with ThreadPoolExecutor(8) as crew:
        taken_by = list(crew.map(work, range(8)))
    assert Counter(job for jobs in taken_by for job in jobs) == Counter(ids)


def test_readers_wait_for_no_job(engine: Engine) -> None:
    asked(engine, "a")
    with aside(engine, durable=False) as session:
        assert take(session, ANY, ELSEWHERE) is not None
        with look(engine) as other:
            assert other.scalars(select(Job.state)).all() == ["waiting"]
