"""A file is read as it would be taken in, with a sidecar that is tried."""

from pathlib import Path
from typing import Any

from ingest.task import Task
from ingest.trial import trial
from schema.queue.subject import Trial


def do(_task: Task, subject: Trial) -> dict[str, Any]:
    """Return what a file would become."""
    origin = Path(subject.origin) if subject.origin else None
    return trial(subject.file, subject.sidecar, origin)
