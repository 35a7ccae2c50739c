"""The modules a BioLogic .mpr is made of: settings, data, log, loops.

A module is ``MODULE``, a name, its length, a version and a date; EC-Lab 11.50 widened this head.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

MAGIC: Final = b"BIO-LOGIC MODULAR FILE\x1a"
DATA: Final = "VMP data"
"""What the module of records is called."""
_FIRST_MODULE: Final = 52
_OLD_HEAD: Final = struct.Struct("<6s10s25sII8s")
_NEW_HEAD: Final = struct.Struct("<6s10s25sIIII8s")
_WIDENED: Final = 0xFFFFFFFF


class Corrupt(Exception):
    """A place and a reason; becomes UnreadableExport where the path is known."""


@dataclass(frozen=True, slots=True)
class Module:
    """One module of a file."""

    name: str
    version: int
    start: int
    """First byte after its head."""
    length: int
    """As promised; the file may end before."""


def modules_of(file: BinaryIO, size: int, *, growing: bool = False) -> dict[str, Module]:
    """Return the modules of a file by name, the first of each.

    Of a file that is still written to, records may stand behind those that its head counts.

    Raises:
        Corrupt: where something else stands in the place of one.
    """
    found: dict[str, Module] = {}
    for module in _modules(file, size, growing=growing):
        found.setdefault(module.name, module)
    return found


def _modules(file: BinaryIO, size: int, *, growing: bool) -> Iterator[Module]:
    at, name = _FIRST_MODULE, ""
    while at < size:
        file.seek(at)
        head = file.read(_NEW_HEAD.size)
        if not head.startswith(b"MODULE"[: len(head)]):
            if growing and name == DATA:
                return
            raise Corrupt(f"byte {at}", f"a module should begin here, not {head[:6]!r}")
        if len(head) < _OLD_HEAD.size:
            return
        _, label, _, length, version, _ = _OLD_HEAD.unpack_from(head)
        start = at + _OLD_HEAD.size
        if length == _WIDENED:
            if len(head) < _NEW_HEAD.size:
                return
            _, label, _, _, length, _, version, _ = _NEW_HEAD.unpack_from(head)
            start = at + _NEW_HEAD.size
        name = label.decode("latin-1").strip()
        yield Module(name, version, start, length)
        at = start + length


def content(file: BinaryIO, module: Module | None, most: int = 4096) -> bytes:
    """Return the first bytes of a module, none where the file has no such module."""
    if module is None:
        return b""
    file.seek(module.start)
    return file.read(min(module.length, most))
