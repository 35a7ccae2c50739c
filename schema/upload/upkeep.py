"""Uploads that are over: what was read rests in the lake, and what nobody went on with is gone.

What was refused stays where it is: nobody may have it but us.
"""

import time
from pathlib import Path
from shutil import rmtree

from sqlalchemy import Engine, select

from schema.catalog import Job
from schema.catalog.connection import look
from schema.lake import Lake
from schema.upload.upload import Upload, uploads

_READ = frozenset({"ingested", "already", "beside", "removed"})
"""What becomes of a file whose bytes rest in the lake, or describe what does."""


def forget_uploads(engine: Engine, lake: Lake, keep_second: float) -> list[str]:
    """Delete uploads that are over; return their keys.

    One is over when all of it was read, or when its client has not sent a byte for so long.
    """
    over = [each for each in uploads(lake) if _is_over(engine, each, keep_second)]
    for each in over:
        rmtree(each.folder, ignore_errors=True)
    return [each.key for each in over]


def _is_over(engine: Engine, upload: Upload, keep_second: float) -> bool:
    if not upload.has_ended:
        return time.time() - _touched(upload.folder) > keep_second
    with look(engine) as session:
        jobs = session.scalars(select(Job).where(Job.lot == upload.key)).all()
    return bool(jobs) and all(job.state == "done" and _is_read(job) for job in jobs)


def _is_read(job: Job) -> bool:
    return job.kind != "ingest" or (job.result or {}).get("status") in _READ


def _touched(folder: Path) -> float:
    """Return when a byte came last."""
    return max((path.stat().st_mtime for path in [folder, *folder.rglob("*")]), default=0.0)
