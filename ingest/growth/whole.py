"""How far a file that is still written to is taken in: to the end of its last whole record."""

from collections.abc import Sequence
from dataclasses import replace

from ingest.reader import Reader
from ingest.reading import Export, Finding, Reading
from schema.error import EmptyExport, StillGrowing


def whole_bytes(export: Export, reader: Reader) -> int | None:
    """Return how many bytes of an export are taken in; None of a finished one: all of them.

    Raises:
        StillGrowing: when the reader cannot tell.
        EmptyExport: when no record is whole yet.
    """
    if not export.growing:
        return None
    count = None if reader.whole_bytes is None else reader.whole_bytes(export)
    if count is None:
        raise StillGrowing(export.origin, reader.name)
    if not count:
        reason = "it is still written to, and none of its records is whole yet"
        raise EmptyExport(export.origin, reader.name, reason)
    return count


def noted(readings: Sequence[Reading], count: int | None) -> list[Reading]:
    """Return readings that say of a file that is still written to how far they go."""
    if count is None:
        return list(readings)
    detail = f"it was still written to; taken in are the {count} bytes that are whole records"
    note = Finding("growing", detail, f"byte {count}")
    return [replace(reading, findings=(*reading.findings, note)) for reading in readings]
