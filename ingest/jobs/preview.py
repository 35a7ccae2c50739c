"""A table is shown of which nobody knows the columns."""

from typing import Any

from ingest.container import container_of, unpacked
from ingest.preview import preview
from ingest.reading import Export
from ingest.task import Task
from schema.error import RefusedExport
from schema.queue.subject import Preview


def do(_task: Task, subject: Preview) -> dict[str, Any]:
    """Return the tables of a file, or why it is none."""
    try:
        if container := container_of(subject.file):
            with unpacked(*container) as file:
                tables = preview(Export.at(file), subject.rows)
        else:
            tables = preview(Export.at(subject.file), subject.rows)
    except RefusedExport as fault:
        return {"refused": fault.without_path(), "tables": []}
    except OSError as fault:
        return {"refused": f"cannot be read: {fault.strerror or fault}", "tables": []}
    return {"refused": None, "tables": tables}
