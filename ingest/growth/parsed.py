"""What was parsed of a text that grows: a cache beside the lake, so that only new lines are parsed.

It holds frames as they were parsed, before anything is made of them, in files that are added to.
All of it may be thrown away at any time, and is not believed where anything about it is amiss: then
the text is parsed from its beginning.
"""

import json
import shutil
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Final, Self, cast
from uuid import uuid4

import polars as pl
import pyarrow as pa

_INDEX: Final = "index.json"
_BLANK: Final = (b"\n", b"\r")
_IDLE_SECOND: Final = 7 * 86_400.0
"""After so long without growing an export is finished, moved or gone: its rows are thrown away."""

Parse = Callable[[bytes, int], pl.DataFrame | None]
"""Parses a text behind so many lines; None where it is not as it should be."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A file of rows, with the checksum of its bytes."""

    name: str
    rows: int
    checksum: int


@dataclass(frozen=True, slots=True)
class _Entry:
    """What is known of a text up to an end: its rows, or that it is not as it should be."""

    end: int
    checksum: int
    pieces: tuple[_Piece, ...] | None


@dataclass(slots=True)
class Parsed:
    """Rows parsed of an export that is still written to.

    Args:
        folder: of this export alone.
        entries: what is known of the version that the export was proven to begin with.
    """

    folder: Path
    entries: dict[str, _Entry] = field(default_factory=dict)
    _new: dict[str, _Entry] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path, origin: str, former_sha256: str | None) -> Self:
        """Return what was parsed of the version of an export that this one begins with."""
        own = folder / sha256(origin.encode()).hexdigest()[:32]
        with suppress(OSError, ValueError, KeyError, TypeError):
            index = json.loads((own / _INDEX).read_text("utf-8"))
            if former_sha256 is not None and index["of"] == former_sha256:
                return cls(own, {key: _entry(each) for key, each in index["entries"].items()})
        return cls(own)

    def frame(
        self, how: str, content: bytes, start: int, above: int, parse: Parse
    ) -> pl.DataFrame | None:
        """Return the rows of a text, of which only those are parsed that are not known.

        Args:
            how: everything the parsing hangs on.
            content: the text.
            start: where its rows begin.
            above: lines above the rows.
            parse: parses what is not known; of two texts that end their lines it makes what it
                makes of the first and the second one after another.
        """
        key = sha256(b"\0".join((how.encode(), content[:start]))).hexdigest()
        known = self._known(key, content, start)
        if known is not None and known.pieces is None:
            self._new[key] = known
            return None
        frames = None if known is None else self._read(known)
        if known is None or frames is None:
            frame = parse(content, above)
            self._remember(key, content, start, (), frame)
            return frame
        tail = content[known.end :]
        more = parse(tail, 0) if tail else frames[0].clear()
        if more is None:
            self._remember(key, content, start, (), None)
            return None
        staying = list(known.pieces or ())
        while staying and staying[-1].rows <= len(more):
            staying.pop()
            more = pl.concat([frames.pop(), more])
        self._remember(key, content, start, tuple(staying), more)
        return pl.concat([*frames, more], rechunk=False)

    def _known(self, key: str, content: bytes, start: int) -> _Entry | None:
        """Return what is known of the beginning of a text, if it is of this one."""
        entry = self.entries.get(key)
        if entry is None or not start <= entry.end <= len(content):
            return None
        if content.startswith(_BLANK, entry.end):  # of a blank line a row may be made, or none
            return None
        same = zlib.crc32(memoryview(content)[start : entry.end]) == entry.checksum
        return entry if same else None

    def _read(self, entry: _Entry) -> list[pl.DataFrame] | None:
        """Return the rows at rest, None where a file is not as it was written."""
        frames = []
        for piece in entry.pieces or ():
            try:
                file = pa.memory_map(str(self.folder / piece.name))
            except OSError:
                return None
            if zlib.crc32(file.read_buffer()) != piece.checksum:
                return None
            file.seek(0)
            table = pa.ipc.open_file(file).read_all()
            frames.append(cast("pl.DataFrame", pl.from_arrow(table, rechunk=False)))
        return frames or None

    def _remember(
        self,
        key: str,
        content: bytes,
        start: int,
        staying: tuple[_Piece, ...],
        more: pl.DataFrame | None,
    ) -> None:
        """Note what is known of a text now; rows that are new are written at once."""
        if content.endswith((b"\n\n", b"\n\r\n")) or not content.endswith(b"\n"):
            return
        checksum = zlib.crc32(memoryview(content)[start:])
        pieces = None if more is None else (*staying, *self._written(more))
        self._new[key] = _Entry(len(content), checksum, pieces)

    def _written(self, frame: pl.DataFrame) -> list[_Piece]:
        if frame.is_empty():
            return []
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{uuid4().hex}.arrow"
        frame.write_ipc(path)
        with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
            return [_Piece(path.name, len(frame), zlib.crc32(content))]

    def keep(self, of_sha256: str | None) -> None:
        """Let what was parsed be known of the version that is in the lake; None: it is finished."""
        _drop_idle_beside(self.folder)
        if not self._new or of_sha256 is None:
            shutil.rmtree(self.folder, ignore_errors=True)
            return
        entries = {key: asdict(entry) for key, entry in self._new.items()}
        beside = self.folder / f"{uuid4().hex}.json"
        self.folder.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps({"of": of_sha256, "entries": entries}), "utf-8")
        beside.replace(self.folder / _INDEX)
        named = {piece.name for entry in self._new.values() for piece in entry.pieces or ()}
        for path in self.folder.iterdir():
            if path.name not in {*named, _INDEX}:
                path.unlink(missing_ok=True)


def _drop_idle_beside(own: Path) -> None:
    """Throw away what was parsed of other exports that have not grown for long."""
    latest = time.time() - _IDLE_SECOND
    with suppress(OSError):  # there is none yet, or another process was first
        for each in own.parent.iterdir():
            if each != own and each.stat().st_mtime < latest:
                shutil.rmtree(each, ignore_errors=True)


def _entry(stored: dict[str, object]) -> _Entry:
    end, checksum, pieces = (stored[name] for name in ("end", "checksum", "pieces"))
    if pieces is not None:
        pieces = tuple(_Piece(**piece) for piece in pieces)  # type: ignore[attr-defined] # of JSON
    return _Entry(end, checksum, pieces)  # type: ignore[arg-type] # of JSON
