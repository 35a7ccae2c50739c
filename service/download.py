"""A stream of batches as bytes of Arrow IPC, Parquet or CSV, batch by batch."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from io import RawIOBase
from typing import Any, Final

import pyarrow as pa
import pyarrow.csv
import pyarrow.ipc
import pyarrow.parquet as pq

from schema.error import UnknownName


@dataclass(frozen=True, slots=True)
class Format:
    """A form to take rows in."""

    name: str
    media_type: str
    writer: Callable[[Any, pa.Schema], Any]


FORMATS: Final = {
    each.name: each
    for each in (
        Format("arrow", "application/vnd.apache.arrow.stream", pa.ipc.new_stream),
        Format("parquet", "application/vnd.apache.parquet", pq.ParquetWriter),
        Format("csv", "text/csv; charset=utf-8", pa.csv.CSVWriter),
    )
}


def format_named(name: str) -> Format:
    """Return the form of that name.

    Raises:
        UnknownName: when there is none.
    """
    if name not in FORMATS:
        raise UnknownName("format", name, FORMATS)
    return FORMATS[name]


class _Sink(RawIOBase):
    """Keeps what a writer wrote until it is taken away."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        """Return that it can be written to."""
        return True

    def write(self, data: Any) -> int:  # noqa: ANN401 # any buffer
        """Keep bytes."""
        self._parts.append(bytes(data))
        return len(self._parts[-1])

    def taken(self) -> bytes:
        """Return what was written since it was last taken."""
        parts, self._parts = self._parts, []
        return b"".join(parts)


def chunks(
    reader: pa.RecordBatchReader,
    schema: pa.Schema,
    form: Format,
    served: Callable[[int], object],
) -> Generator[bytes]:
    """Yield the bytes of every batch, under a schema that says more of it; ``served`` its rows."""
    sink = _Sink()
    with form.writer(sink, schema) as writer:
        for batch in reader:
            writer.write_batch(pa.RecordBatch.from_arrays(batch.columns, schema=schema))
            served(batch.num_rows)
            yield sink.taken()
    yield sink.taken()
