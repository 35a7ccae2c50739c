"""Tests of files that came together are said to have run on a cell, when all are read."""

from typing import Any

from sqlalchemy import select

from ingest.task import Task, TryAgain
from schema.catalog import Cell, Job, Test
from schema.catalog.connection import change, look
from schema.catalog.job import OPEN_STATES
from schema.error import UnknownRecord
from schema.queue.subject import Assign
from schema.recount import recount


def do(task: Task, subject: Assign) -> dict[str, Any]:
    """Let the tests of a lot have run on a cell; what is said to have run elsewhere stays so.

    Raises:
        TryAgain: while a file of its lot is not read.
        UnknownRecord: when the cell was removed meanwhile.
    """
    with look(task.warehouse.engine) as session:
        lot = session.scalar(select(Job.lot).where(Job.id == task.lease.job_id))
        files = select(Job).where(Job.lot == lot, Job.kind == "ingest")
        if session.scalar(files.where(Job.state.in_(OPEN_STATES)).limit(1)) is not None:
            message = "files that came with it are still being read"
            raise TryAgain(message)
        results = [job.result or {} for job in session.scalars(files)]
    ids = sorted({test for each in results for test in each.get("tests", ())})
    with change(task.warehouse.engine, "assign tests of an upload") as (session, _):
        cell = session.get(Cell, subject.cell_id)
        if cell is None:
            raise UnknownRecord(("cell",), "cell", str(subject.cell_id))
        living = select(Test).where(Test.id.in_(ids), Test.removed_snapshot.is_(None))
        tests = session.scalars(living.order_by(Test.id)).all()
        fresh = [each for each in tests if each.cell_id is None and each.material_id is None]
        for each in fresh:
            each.cell_id = cell.id
        recount(session, fresh)
        on_it = [each.id for each in tests if each.cell_id == cell.id]
        elsewhere = [each.id for each in tests if each.cell_id != cell.id]
        result = {"cell": cell.name, "tests": on_it, "elsewhere": elsewhere}
        task.finish(session, result)
    return result
