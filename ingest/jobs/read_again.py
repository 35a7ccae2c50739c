"""An export of the lake is read again, by what readers and rules are now."""

from typing import Any

from sqlalchemy.orm import Session

from ingest.intake import take_again
from ingest.jobs.ingest import result_of
from ingest.outcome import Outcome
from ingest.report import as_result
from ingest.task import Task
from schema.queue.subject import ReadAgain


def do(task: Task, subject: ReadAgain) -> dict[str, Any]:
    """Read an export again; its job ends in the transaction that commits it."""

    def end(session: Session, outcome: Outcome) -> None:
        task.finish(session, as_result(outcome))

    return result_of(take_again(task.warehouse, subject.raw_file_id, end))
