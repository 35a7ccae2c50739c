"""A study is entered, when the files that came with it are read."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from ingest.study.document import read_study
from ingest.study.entry import enter
from ingest.task import Task, TryAgain
from schema.catalog import Job
from schema.catalog.connection import look
from schema.catalog.job import OPEN_STATES
from schema.queue.subject import EnterStudy


def do(task: Task, subject: EnterStudy) -> dict[str, Any]:
    """Enter a study.

    Raises:
        TryAgain: while a file of its lot is not read.
        InvalidStudy: when it cannot be entered.
    """
    with look(task.warehouse.engine) as session:
        lot = session.scalar(select(Job.lot).where(Job.id == task.lease.job_id))
        files = select(Job.id).where(
            Job.lot == lot, Job.kind == "ingest", Job.state.in_(OPEN_STATES)
        )
        if session.scalar(files.limit(1)) is not None:
            message = "files that came with it are still being read"
            raise TryAgain(message)
    return asdict(enter(task.warehouse.engine, read_study(subject.file)))
