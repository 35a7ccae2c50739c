"""Where files rest, and how they get there whole.

A file is written beside its place as ``*.tmp``, flushed, renamed, and its folder flushed: under its
own name it is whole or not there. Nothing is ever written over. The catalog says what exists; a
file it does not name is an orphan and is swept away in time.
"""

import hashlib
import os
import sys
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from schema.durable import flush, make_folder
from schema.error import ChangedWhileRead, LakeUnwritable, RefusedExport
from schema.parquet import ROW_GROUP_ROWS, Layout, encoding, in_full, stretches
from schema.rows import Rows, rows_of

_BLOCK_BYTES: Final = 1 << 21
_PART_ROWS: Final = 1_000_000
_READ_ONLY: Final = 0o444
_DISK: Final = ThreadPoolExecutor(4, thread_name_prefix="disk")
"""Waits for the disk: to start threads for each of many small files costs more than these hold."""


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file at rest: path inside the lake, rows, size and hash."""

    path: str
    rows: int
    bytes: int
    sha256: str


class Archived:
    """A copy of an export inside the lake, not yet at rest: keep it or discard it.

    As a context manager it discards at the end what was not kept. It is hashed and flushed while
    it is being read, so that keeping it need not wait long.
    """

    def __init__(self, path: Path, size: int, folder: Path) -> None:
        self.path, self.bytes = path, size
        self._folder = folder
        self._at_rest = False
        self._hash = _DISK.submit(hash_of, path)
        self._flushed = _DISK.submit(flush, path)

    @property
    def sha256(self) -> str:
        """Return the hash of the copy, once it is known.

        Raises:
            LakeUnwritable: when the copy cannot be read.
        """
        try:
            return self._hash.result()
        except OSError as fault:
            raise LakeUnwritable(self.path, fault.strerror or str(fault)) from fault

    def keep(self) -> None:
        """Bring the copy to rest under its hash; ``path`` is then that place.

        The same bytes already at rest are replaced by these: they may be damaged, and their age
        begins anew, so that no sweep takes them for an orphan.

        Raises:
            LakeUnwritable: when the disk refuses.
        """
        rest = self._folder / self.sha256
        try:
            self._flushed.result()
            _rename(self.path, rest)
        except OSError as fault:
            raise LakeUnwritable(rest, fault.strerror or str(fault)) from fault
        self.path, self._at_rest = rest, True

    def discard(self) -> None:
        """Remove the copy unless it was kept."""
        if not self._at_rest:
            self.path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _fault: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.discard()


class Lake:
    """A folder of immutable files: ``raw/<sha256>`` and Parquet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()

    def path(self, relative: str) -> Path:
        """Return the place of a lake file by its path in the catalog."""
        return self.folder / relative

    def raw(self, sha256: str) -> Path:
        """Return the place of an export by its hash."""
        return self.folder / "raw" / sha256

    def archive(self, source: Path, first_bytes: int | None = None) -> Archived:
        """Copy an export into the lake; what is hashed and read from here on is the copy.

        Args:
            source: the export.
            first_bytes: of one that is still written to: how many are copied.

        Raises:
            ChangedWhileRead: when the export was written to meanwhile, or has become shorter than
                what is to be copied.
            RefusedExport: when the export cannot be read to its end.
            LakeUnwritable: when the disk refuses.
            OSError: when the export cannot be opened.
        """
        with source.open("rb", buffering=0) as export:
            before = os.fstat(export.fileno())
            with _beside(self.raw("export")) as path, path.open("xb", buffering=0) as copy:
                size = _copy(export, copy, first_bytes)
                os.fchmod(copy.fileno(), _READ_ONLY)
            after = os.fstat(export.fileno())
        expected = (before.st_size, before.st_mtime_ns)
        found = (size, after.st_mtime_ns)
        if first_bytes is not None:
            expected, found = (first_bytes, 0), (min(size, after.st_size), 0)
        if expected != found:
            path.unlink()
            raise ChangedWhileRead(source)
        return Archived(path, size, self.folder / "raw")

    def write(self, relative: str, rows: Rows | pa.Table, layout: Layout) -> WrittenFile:
        """Write a table as Parquet and bring it to rest.

        Raises:
            LakeUnwritable: when a file of that name is there already, or the disk refuses.
        """
        rows = rows_of(rows)
        return self._write(relative, rows, layout, layout.filled(rows))

    def _write(
        self, relative: str, rows: Rows, layout: Layout, filled: Collection[str]
    ) -> WrittenFile:
        rest = self.path(relative)
        if rest.exists():
            raise LakeUnwritable(rest, "a file is there already")
        with _beside(rest) as path:
            schema = layout.schema(in_full(rows.slice(0, 0)).schema, filled)
            with pq.ParquetWriter(path, schema, **encoding(rows)) as file:
                for stretch in stretches(rows):
                    file.write_table(stretch.cast(schema), ROW_GROUP_ROWS)
            path.chmod(_READ_ONLY)
            flushed = _DISK.submit(flush, path)
            try:
                sha256, size = hash_of(path), path.stat().st_size
            finally:
                flushed.result()
            _rename(path, rest)
        return WrittenFile(relative, rows.num_rows, size, sha256)

    def write_parts(
        self, stem: str, rows: Rows | pa.Table, layout: Layout
    ) -> tuple[WrittenFile, ...]:
        """Write a long table as several files, encoded side by side: twice as fast on two cores.

        ``stem`` is the path without its suffix; the parts are in the order of the rows. A table of
        fewer than two million rows is one file.

        Raises:
            LakeUnwritable: when one cannot be written; parts at rest are orphans then.
        """
        rows = rows_of(rows)
        count = max(1, min(os.cpu_count() or 1, rows.num_rows // _PART_ROWS))
        groups = -(-rows.num_rows // (count * ROW_GROUP_ROWS)) or 1
        length = groups * ROW_GROUP_ROWS
        parts = [rows.slice(start, length) for start in range(0, rows.num_rows or 1, length)]
        if len(parts) == 1:
            return (self.write(f"{stem}.parquet", rows, layout),)
        paths = [f"{stem}-{place:03}.parquet" for place in range(1, len(parts) + 1)]
        with ThreadPoolExecutor(len(parts)) as pool:
            write = partial(self._write, layout=layout, filled=layout.filled(rows))
            return tuple(pool.map(write, paths, parts))

    def files(self) -> Iterator[str]:
        """Yield the path of every file that is ours by its name, at rest or left half-written."""
        for path in self.folder.rglob("*"):
            relative = path.relative_to(self.folder)
            if (path.suffix in {".parquet", ".tmp"} or relative.parts[0] == "raw") and (
                path.is_file() and not path.is_symlink()
            ):
                yield relative.as_posix()

    def confirm(self, relatives: Iterable[str]) -> None:
        """Make sure that files are still there; call it inside the change that names them.

        A sweep works inside such a change too: what is confirmed there cannot be swept any more.

        Raises:
            LakeUnwritable: when one is not.
        """
        for relative in relatives:
            if not self.path(relative).exists():
                raise LakeUnwritable(self.path(relative), "it was swept away before the commit")


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb", buffering=0) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy(source: FileIO, target: FileIO, first_bytes: int | None) -> int:
    """Copy to the end, or so many bytes; return the size."""
    size, place = 0, memoryview(bytearray(_BLOCK_BYTES))
    most = sys.maxsize if first_bytes is None else first_bytes
    while length := _read(source, place[: most - size]):
        size += length
        rest = place[:length]
        while rest:
            rest = rest[target.write(rest) :]
    return size


def _read(source: FileIO, place: memoryview) -> int:
    try:
        return source.readinto(place)
    except OSError as fault:
        at = f"byte {source.tell()}"
        raise RefusedExport(Path(source.name), None, at, str(fault.strerror)) from fault


def _rename(path: Path, rest: Path) -> None:
    path.rename(rest)
    flush(rest.parent)


@contextmanager
def _beside(rest: Path) -> Iterator[Path]:
    """Yield a path for a ``*.tmp`` beside a file's place; on a fault remove it and say why."""
    path = rest.with_name(f"{rest.name}.{uuid4().hex}.tmp")
    try:
        make_folder(rest.parent)
        yield path
    except BaseException as fault:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        if isinstance(fault, OSError):
            raise LakeUnwritable(rest, fault.strerror or str(fault)) from fault
        raise
