"""How work is asked for that workers do, asked for again, and taken back.

A file is named by the job that it was asked for by, or as an export of the lake: nobody reads any
other file of this machine by asking.
"""

from collections.abc import Callable
from typing import Annotated, Any, TypeAlias

import strawberry
from anyio import to_thread
from sqlalchemy.orm import Session

from schema import catalog
from schema.catalog.connection import aside
from schema.error import InvalidRecord, UnknownRecord
from schema.lake import Lake
from schema.queue import ask as queue
from schema.queue.subject import subject_of
from service.graphql.build.context import Info
from service.graphql.mutations.entry import InvalidInput, NotFound, failure, found
from service.graphql.mutations.test import CalledTests
from service.graphql.types.job import Job
from service.living import is_id

JobResult: TypeAlias = Annotated[
    Job | NotFound | InvalidInput,
    strawberry.union("JobResult", description="A job, or why not."),
]
JobId: TypeAlias = Annotated[strawberry.ID, strawberry.argument(description="The job, by id.")]
OfJob: TypeAlias = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="The file that an earlier job was about, by the job's id."),
]
OfExport: TypeAlias = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="The file as an export that was ingested, by id."),
]


async def ask_for_refit(
    info: Info,
    *,
    tests: CalledTests,
    methods: Annotated[
        list[str] | None,
        strawberry.argument(
            description="fit, kramers_kronig, relaxation, pattern, emission; none means everything."
        ),
    ] = None,
    circuits: Annotated[
        list[str] | None,
        strawberry.argument(
            description="Circuits to fit and choose among, e.g. R0-p(R1,CPE1)-W2; what is given "
            "stands behind: 'R0-p(R1,CPE1) where R0 = 5'."
        ),
    ] = None,
    weighting: Annotated[
        str, strawberry.argument(description="What a residual counts: modulus, admittance, unit.")
    ] = "modulus",
    resamples: Annotated[
        int, strawberry.argument(description="Spectra drawn anew of each sweep, 0 or 25 to 2000.")
    ] = 0,
) -> JobResult:
    """Have sweeps, scans and regions of tests computed again."""

    def enter(session: Session) -> catalog.Job:
        rows = [
            found(session, catalog.Test, each, ("tests", place)) for place, each in enumerate(tests)
        ]
        subject = subject_of(
            "refit",
            test_ids=[row.id for row in rows],
            methods=methods or [],
            circuits=circuits or [],
            weighting=weighting,
            resamples=resamples,
        )
        return asked(session, queue.Wish(subject))

    done: JobResult = await queued(info, enter)
    return done


async def ask_for_trial(
    info: Info,
    job: OfJob = None,
    export: OfExport = None,
    sidecar: Annotated[
        str | None,
        strawberry.argument(
            description="The text of a sidecar to try; none takes the one that lies beside it."
        ),
    ] = None,
) -> JobResult:
    """Have a file read as it would be taken in, with nothing written."""

    def enter(session: Session) -> catalog.Job:
        file, machine = _file(session, info.context.state.lake, job, export)
        return asked(
            session, queue.Wish(subject_of("trial", **file, sidecar=sidecar), machine=machine)
        )

    done: JobResult = await queued(info, enter)
    return done


async def ask_for_preview(
    info: Info,
    job: OfJob = None,
    export: OfExport = None,
    rows: Annotated[int, strawberry.argument(description="First rows, 1 to 200.")] = 20,
) -> JobResult:
    """Have a table shown of which nobody knows the columns."""

    def enter(session: Session) -> catalog.Job:
        file, machine = _file(session, info.context.state.lake, job, export)
        return asked(session, queue.Wish(subject_of("preview", **file, rows=rows), machine=machine))

    done: JobResult = await queued(info, enter)
    return done


async def ask_again(
    info: Info,
    id: JobId,  # noqa: A002 # the argument's name
) -> JobResult:
    """Have a job done once more that has ended or was set aside."""
    done: JobResult = await queued(
        info, lambda session: queue.ask_again(session, _key(id, ("id",)))
    )
    return done


async def withdraw_job(
    info: Info,
    id: JobId,  # noqa: A002 # the argument's name
) -> JobResult:
    """Take a job back that has not ended."""
    done: JobResult = await queued(info, lambda session: queue.withdraw(session, _key(id, ("id",))))
    return done


async def queued(info: Info, enter: Callable[[Session], catalog.Job]) -> Any:  # noqa: ANN401 # a JobResult
    """Change the queue in one transaction, which is no change of the warehouse."""
    engine = info.context.state.engine

    def transaction() -> catalog.Job:
        with aside(engine) as session:
            return enter(session)

    try:
        return await to_thread.run_sync(transaction)
    except InvalidRecord as fault:
        return failure(fault)
    finally:
        info.context.forget()


def asked(session: Session, wish: queue.Wish) -> catalog.Job:
    """Ask for a job; return it."""
    (job_id,) = queue.ask(session, [wish])
    return session.get_one(catalog.Job, job_id)


def _file(
    session: Session, lake: Lake, job: str | None, export: str | None
) -> tuple[dict[str, Any], str | None]:
    """Return the file that is meant as subjects have it, and the machine that has it."""
    if (job is None) == (export is None):
        raise InvalidRecord(("job",), "a file is named by a job or by an export, one of them")
    if export is not None:
        row = found(session, catalog.RawFile, export, ("export",))
        return {"path": str(lake.raw(row.sha256)), "origin": row.origin}, None
    earlier = session.get(catalog.Job, _key(str(job), ("job",)))
    if earlier is None or "path" not in earlier.subject:
        unknown = UnknownRecord(("job",), "job", str(job))
        unknown.reason = f"no job about a file has the id {job}"
        raise unknown
    file = {name: earlier.subject.get(name) for name in ("path", "origin")}
    return file, earlier.machine


def _key(identity: str, place: tuple[str, ...]) -> int:
    if not is_id(identity):
        raise InvalidRecord(place, f"{identity!r} is no id of a job")
    return int(identity)
