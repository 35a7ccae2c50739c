"""Files that a client sends: they rest in the lake's ``upload`` folder until they are read.

An upload is a folder by a name that nobody guesses; files lie in it under the names they came by,
so that a sidecar, a log or a study may come along. What has arrived of a file in part lies hidden
beside, and every part is on disk before its sender hears of it: a broken line goes on where it was.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, LOCK_NB, flock
from hashlib import sha256
from io import FileIO
from pathlib import Path, PurePosixPath
from secrets import token_hex
from shutil import copyfile
from typing import Final

from schema.durable import flush, make_folder, put_in_place
from schema.error import InvalidArgument, LakeUnwritable, UnknownName, UploadConflict
from schema.lake import Lake, hash_of

PART_BYTES: Final = 8 << 20
"""Of a part, at most."""
_KEY: Final = re.compile(r"[0-9a-f]{32}")
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_MOST_LETTERS: Final = 1_000
_MOST_NAME_BYTES: Final = 255
ARRIVING: Final = ".arriving"
_ENDED: Final = ".ended"
NOTE: Final = ".sha256"
"""How what says by which hash a file arrived ends: beside what has arrived of it in part."""


def uploads(lake: Lake) -> list["Upload"]:
    """Return the uploads there are, by their keys."""
    folders = sorted((lake.folder / "upload").glob("*"))
    return [Upload(lake, each.name) for each in folders if each.is_dir()]


def part_name(name: str) -> str:
    """Return what that of a file is called which has arrived, before its suffix."""
    return sha256(name.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Arrived:
    """How much of a file is there, and whether that is all of it."""

    name: str
    bytes: int
    complete: bool


class Upload:
    """One upload: a folder of files that came together."""

    def __init__(self, lake: Lake, key: str) -> None:
        self.key, self.folder = key, lake.folder / "upload" / key

    @classmethod
    def begin(cls, lake: Lake) -> "Upload":
        """Begin an upload.

        Raises:
            LakeUnwritable: when the disk refuses.
        """
        upload = cls(lake, token_hex(16))
        with upload._disk():
            make_folder(upload.folder / ARRIVING)
        return upload

    @classmethod
    def of(cls, lake: Lake, key: str) -> "Upload":
        """Return the upload of a key.

        Raises:
            UnknownName: when there is none.
        """
        upload = cls(lake, key)
        if not _KEY.fullmatch(key) or not upload.folder.is_dir():
            raise UnknownName("upload", key, ())
        return upload

    @property
    def has_ended(self) -> bool:
        """Return whether its client said that all is there."""
        return (self.folder / _ENDED).exists()

    def files(self) -> list[Arrived]:
        """Return what has arrived, in the order of names."""
        whole = [
            Arrived(path.relative_to(self.folder).as_posix(), path.stat().st_size, complete=True)
            for path in self.folder.rglob("*")
            if path.is_file() and not path.relative_to(self.folder).parts[0].startswith(".")
        ]
        parts = [
            Arrived(
                path.with_suffix(".name").read_text("utf-8"), path.stat().st_size, complete=False
            )
            for path in (self.folder / ARRIVING).glob("*.part")
        ]
        return sorted([*whole, *parts], key=lambda each: each.name)

    def put_known(self, lake: Lake, name: str, sha256: str) -> bool:
        """Put bytes that rest in the lake under a name; return False where none have the hash.

        Raises:
            InvalidArgument: when name or hash cannot be.
            LakeUnwritable: when the disk refuses.
        """
        rest, raw = self._rest(name), lake.raw(_checked(sha256))
        if not raw.is_file() or hash_of(raw) != sha256:
            return False
        with self._disk():
            _note(self._part(name), name, sha256)
            make_folder(rest.parent)
            try:
                os.link(raw, rest)
            except FileExistsError:
                return hash_of(rest) == sha256
            except OSError:  # a store of another kind, or one that has no links
                copyfile(raw, rest)
                flush(rest)
            flush(rest.parent)
        return True

    @contextmanager
    def receiving(self, name: str, offset: int | None) -> Iterator["Receiving"]:
        """Yield what takes bytes of a file from an offset on; None begins the file anew.

        Raises:
            InvalidArgument: when a file cannot be called so.
            UploadConflict: when what has arrived ends elsewhere, or another sends it at this time.
            LakeUnwritable: when the disk refuses.
        """
        rest = self._rest(name)
        if self.has_ended:
            raise UploadConflict(name, "the upload has ended: begin another one", None)
        part = self._part(name)
        with self._disk():
            if not part.exists():
                part.with_suffix(".name").write_text(name, "utf-8")
                flush(part.with_suffix(".name"))
            with part.open("ab", buffering=0) as file:
                try:
                    flock(file, LOCK_EX | LOCK_NB)
                except BlockingIOError as fault:
                    raise UploadConflict(name, "somebody else sends it just now", None) from fault
                if not part.exists():  # whoever had the lock has put it in its place
                    raise UploadConflict(name, "it is there already", rest.stat().st_size)
                if offset is None:
                    file.truncate(0)
                elif offset != (size := file.seek(0, os.SEEK_END)):
                    raise UploadConflict(name, f"{size} bytes of it are there", size)
                yield Receiving(file, part, rest, name)

    def end(self) -> None:
        """Say that all is there.

        Raises:
            UploadConflict: when a file is there in part.
            LakeUnwritable: when the disk refuses.
        """
        for each in self.files():
            if not each.complete:
                raise UploadConflict(each.name, "it has not arrived whole", each.bytes)
        with self._disk():
            (self.folder / _ENDED).touch()
            flush(self.folder)

    def put_sidecar(self, name: str, text: str) -> None:
        """Put what a person declares of a file beside it, whole or not at all.

        Raises:
            UnknownName: when the upload has no such file by itself.
            LakeUnwritable: when the disk refuses.
        """
        rest = self._rest(name)
        if not rest.is_file():
            raise UnknownName("file of the upload", name, [each.name for each in self.files()])
        with self._disk():
            written = self.folder / ARRIVING / f"{token_hex(16)}.sidecar"
            written.write_text(text, "utf-8")
            self._part(f"{name}.leyden.yaml").with_suffix(NOTE).unlink(missing_ok=True)
            put_in_place(written, rest.with_name(f"{rest.name}.leyden.yaml"))

    def _part(self, name: str) -> Path:
        """Return where that of a file lies which has arrived."""
        return self.folder / ARRIVING / f"{part_name(name)}.part"

    def _rest(self, name: str) -> Path:
        """Return where a file of a name comes to lie."""
        parts = PurePosixPath(name).parts
        fine = (
            parts
            and len(name) <= _MOST_LETTERS
            and "/".join(parts) == name
            and not any(
                part.startswith(".") or len(part.encode()) > _MOST_NAME_BYTES or "\\" in part
                for part in parts
            )
            and name.isprintable()
        )
        if not fine:
            takes = "the name of a file or its path in a folder, as run 3/gcpl.mpr; none is hidden"
            raise InvalidArgument("name", name[:100], takes)
        return self.folder.joinpath(*parts)

    @contextmanager
    def _disk(self) -> Iterator[None]:
        try:
            yield
        except OSError as fault:
            raise LakeUnwritable(self.folder, fault.strerror or str(fault)) from fault


class Receiving:
    """A file that is being received."""

    def __init__(self, file: FileIO, part: Path, rest: Path, name: str) -> None:
        self._file, self._part, self._rest, self._name = file, part, rest, name
        self._hash = sha256() if not part.stat().st_size else None

    def write(self, block: bytes) -> None:
        """Take bytes on, and hash them on the way where all of them come by this."""
        left = memoryview(block)
        while left:
            left = left[self._file.write(left) :]
        if self._hash:
            self._hash.update(block)

    def rest(self) -> int:
        """Have on disk what has come; return how many bytes of the file are there."""
        os.fsync(self._file.fileno())
        return self._part.stat().st_size

    def put_in_place(self, expected: str | None = None) -> str:
        """Put the whole file in its place; return its hash.

        Raises:
            InvalidArgument: when no hash can be so.
            UploadConflict: when the bytes are not those the sender has; they are to be sent anew.
        """
        found = self._hash.hexdigest() if self._hash else hash_of(self._part)
        if expected is not None and found != _checked(expected):
            self._file.truncate(0)
            reason = f"its bytes have the hash {found} and not {expected}: send them anew"
            raise UploadConflict(self._name, reason, 0)
        self.rest()
        _note(self._part, self._name, found)
        make_folder(self._rest.parent)
        self._part.rename(self._rest)
        self._part.with_suffix(".name").unlink(missing_ok=True)
        flush(self._rest.parent)
        return found


def _note(part: Path, name: str, sha256: str) -> None:
    """Note by which hash a file arrives, before it is in its place."""
    note = part.with_suffix(NOTE)
    note.write_text(f"{sha256} {name}", "utf-8")
    flush(note)


def _checked(sha256: str) -> str:
    if not _HASH.fullmatch(sha256):
        raise InvalidArgument("sha256", sha256[:100], "64 hexadecimal digits, in lower case")
    return sha256
