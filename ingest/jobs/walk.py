"""A folder is looked through, and its files are asked for as one lot."""

from pathlib import Path
from typing import Any

from sqlalchemy import select

from ingest.task import Task
from ingest.walk import walk
from schema.catalog import Job
from schema.catalog.connection import aside
from schema.queue.ask import Wish, ask
from schema.queue.subject import Assign, EnterStudy, Ingest, Walk, written


def do(task: Task, subject: Walk) -> dict[str, Any]:
    """Ask for every file below a folder, its study, and what the tests ran on.

    It is one transaction with its own end.
    """
    study = subject.file / subject.study if subject.study else None
    files = [each for each in walk([subject.file]) if each != study]
    wishes = [Wish(Ingest(path=written(each)), f"ingest {written(each)}") for each in files]
    if study:
        wishes.append(Wish(EnterStudy(path=written(study)), f"study {written(study)}"))
    result = {"files": len(files), "names": [_name(each, subject.file) for each in files[:1000]]}
    with aside(task.warehouse.engine) as session:
        lot = session.scalar(select(Job.lot).where(Job.id == task.lease.job_id))
        if subject.cell_id is not None:
            wishes.append(Wish(Assign(cell_id=subject.cell_id), f"assign {lot}"))
        ask(session, wishes, lot)
        task.finish(session, result)
    return result


def _name(file: Path, folder: Path) -> str:
    return file.relative_to(folder).as_posix() if folder in file.parents else file.name
