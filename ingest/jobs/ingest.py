"""A file is taken in."""

from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from ingest.intake import take_in
from ingest.outcome import Outcome
from ingest.report import as_result
from ingest.task import Task, TryAgain
from schema.queue.subject import Ingest
from schema.upload.damage import damage_of


def do(task: Task, subject: Ingest) -> dict[str, Any]:
    """Take a file in; its job ends in the transaction that commits it."""

    def end(session: Session, outcome: Outcome) -> None:
        task.finish(session, as_result(outcome))

    if why := damage_of(task.warehouse.lake, subject.file):
        return as_result(Outcome(subject.file, "refused", None, f"{why}; send it again"))
    origin = Path(subject.origin) if subject.origin else None
    return result_of(take_in(task.warehouse, subject.file, end, origin, growing=subject.growing))


def result_of(outcome: Outcome) -> dict[str, Any]:
    """Return what became of a file.

    Raises:
        TryAgain: when what hindered it may pass.
    """
    if outcome.status == "failed":
        raise TryAgain(outcome.reason or "")
    return as_result(outcome)
