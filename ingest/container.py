"""Exports within a zip, a tar or a compressed file: each is taken in as if it lay in a folder.

``runs.zip/cell-7/cycling.mpr`` names the member of a container; what is kept of it is the member,
byte for byte. What unpacks to more than anybody's export is refused before it is unpacked whole.
"""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, Any, Final, TypeVar

from ingest.companion import is_asked_beside
from ingest.parse.zip_bound import DAMAGED
from ingest.sidecar import beside, is_sidecar
from schema.error import UnreadableExport

_MOST_BYTES: Final = 8 << 30
_BOMB_BYTES: Final = 100 << 20
_BOMB_RATIO: Final = 100
"""What grows beyond so much by so much is no export: those shrink to a twentieth at most."""
_MOST_MEMBERS: Final = 30_000
_BLOCK: Final = 1 << 20
_TARS: Final[dict[str, Callable[[Path], Any]]] = {
    ".tar": lambda path: path.open("rb"),
    **dict.fromkeys((".tar.gz", ".tgz"), gzip.GzipFile),
    **dict.fromkeys((".tar.bz2", ".tbz2"), bz2.BZ2File),
    ".tar.xz": lzma.LZMAFile,
}
_SINGLE: Final[dict[str, Callable[[Path], Any]]] = {
    ".gz": gzip.GzipFile,
    ".bz2": bz2.BZ2File,
}
_NAME: Final = "container"
_FAULTS: Final = (*DAMAGED, tarfile.TarError)


def is_container(path: Path) -> bool:
    """Return whether a file is one by its name; what is in it may be anything."""
    name = path.name.lower()
    return name.endswith((".zip", *_TARS, *_SINGLE)) and path.is_file()


def members(container: Path) -> list[str]:
    """Return the files in a container, in order; hidden ones and sidecars are left out.

    Raises:
        UnreadableExport: when it is damaged.
    """
    try:
        if container.name.lower().endswith(".zip"):
            with zipfile.ZipFile(container) as file:
                listed = _limited(container, file.infolist())
                names = [each.filename for each in listed if _is_file(each)]
        elif container.name.lower().endswith((*_TARS,)):
            with _tar(container) as tar:
                names = [each.name for each in _limited(container, tar) if each.isfile()]
        else:
            names = [container.stem]
    except _FAULTS as fault:
        raise UnreadableExport(container, _NAME, "file", f"it is damaged: {fault}") from fault
    return sorted(name for name in names if _counts(PurePosixPath(name)))


@contextmanager
def _tar(container: Path) -> Iterator[tarfile.TarFile]:
    name = container.name.lower()
    opener = next(opener for end, opener in _TARS.items() if name.endswith(end))
    with opener(container) as file, tarfile.open(fileobj=_Unpacking(container, file)) as tar:
        yield tar


class _Unpacking(io.BufferedIOBase):
    """What a tar is unpacked from, refused beyond what any export unpacks to."""

    def __init__(self, container: Path, file: IO[bytes]) -> None:
        self._container, self._file = container, file
        self._packed_bytes = container.stat().st_size

    def tell(self) -> int:
        return self._file.tell()

    def seek(self, place: int, whence: int = io.SEEK_SET) -> int:
        _refuse_bomb(place, self._packed_bytes, self._container)
        return self._file.seek(place, whence)

    def read(self, size: int | None = -1) -> bytes:
        block = self._file.read(-1 if size is None else size)
        _refuse_bomb(self._file.tell(), self._packed_bytes, self._container)
        return block


_Member = TypeVar("_Member")


def _limited(container: Path, members: Iterable[_Member]) -> Iterator[_Member]:
    """Yield the members of a container, of which nobody packs so many."""
    for count, member in enumerate(members):
        if count == _MOST_MEMBERS:
            reason = f"it has more than {_MOST_MEMBERS} members: pack them in several"
            raise UnreadableExport(container, _NAME, "file", reason)
        yield member


def _counts(name: PurePosixPath) -> bool:
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in name.parts)
    return not hidden and not is_sidecar(Path(name))


def container_of(path: Path) -> tuple[Path, str] | None:
    """Return the container a path leads into, and the member it names; None where it is a file."""
    if path.exists():
        return None
    for above in path.parents:
        if is_container(above):
            return above, path.relative_to(above).as_posix()
    return None


@contextmanager
def unpacked(container: Path, member: str) -> Iterator[Path]:
    """Yield a file of a container, with the sidecars that may speak for it beside it.

    Raises:
        UnreadableExport: when it is damaged, encrypted, or unpacks to more than any export.
    """
    with TemporaryDirectory(prefix="leyden-unpacked-") as folder:
        path = Path(folder) / PurePosixPath(member).name
        try:
            for name, file, packed_bytes in _opened(container, member):
                with file, path.with_name(PurePosixPath(name).name).open("wb") as out:
                    _copied(file, out, packed_bytes, container / member)
        except _FAULTS as fault:
            reason = f"it cannot be unpacked: {fault or type(fault).__name__}"
            raise UnreadableExport(container / member, _NAME, "file", reason) from fault
        if not path.exists():
            raise UnreadableExport(container, _NAME, member, "it has no such member")
        yield path


def _is_wanted(name: str, member: str) -> bool:
    """Return whether a member of a container is the one that is named, or is asked beside it."""
    one, other = PurePosixPath(name), PurePosixPath(member)
    if name == member or is_asked_beside(one, other):
        return True
    return one.parent == other.parent and one.name in beside(Path(other))


def _opened(container: Path, member: str) -> Iterator[tuple[str, IO[bytes], int]]:
    """Yield the members that are wanted, opened, with the bytes they take packed."""
    name = container.name.lower()
    if name.endswith(".zip"):
        with zipfile.ZipFile(container) as packed:
            for one in packed.infolist():
                if _is_file(one) and _is_wanted(one.filename, member):
                    yield one.filename, packed.open(one), one.compress_size
    elif name.endswith((*_TARS,)):
        with _tar(container) as tar:
            for each in tar:
                if _is_wanted(each.name, member) and (content := tar.extractfile(each)):
                    yield each.name, content, container.stat().st_size
    else:
        opener = next(opener for end, opener in _SINGLE.items() if name.endswith(end))
        yield member, opener(container), container.stat().st_size


def _is_file(member: zipfile.ZipInfo) -> bool:
    """Return whether a member of a zip is a file with a name; Python asks the last letter of it."""
    return bool(member.filename) and not member.is_dir()


def _copied(file: IO[bytes], out: IO[bytes], packed_bytes: int, origin: Path) -> None:
    size = 0
    while block := file.read(_BLOCK):
        size += len(block)
        _refuse_bomb(size, packed_bytes, origin)
        out.write(block)


def _refuse_bomb(size: int, packed_bytes: int, origin: Path) -> None:
    most = min(_MOST_BYTES, max(_BOMB_BYTES, _BOMB_RATIO * packed_bytes))
    if size > most:
        reason = f"it unpacks to more than {most / 1e6:.0f} MB out of {packed_bytes / 1e6:.1f}"
        raise UnreadableExport(origin, _NAME, "file", reason)
