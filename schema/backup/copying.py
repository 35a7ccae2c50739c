"""A file copied elsewhere, whole or not at all, hashed on its way."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final
from uuid import uuid4

from schema.durable import flush, make_folder

_BLOCK_BYTES: Final = 1 << 20
_READ_ONLY: Final = 0o444
SUFFIX: Final = ".tmp"


class SourceDamaged(Exception):
    """A file that cannot be read to its end, or does not hold the bytes that it came with."""


def copy(source: Path, rest: Path, sha256: str) -> int:
    """Copy a file to where it is to rest; return its size.

    Raises:
        SourceDamaged: when it is gone, cannot be read, or has another hash; nothing is left of it.
        OSError: when it cannot be written; the same.
    """
    return copy_blocks(_blocks(source), rest, sha256)


def copy_blocks(blocks: Iterable[bytes], rest: Path, sha256: str) -> int:
    """Bring bytes to where they are to rest; the rest as ``copy``."""
    make_folder(rest.parent)
    beside = rest.with_name(f"{rest.name}.{uuid4().hex}{SUFFIX}")
    try:
        size = _written(blocks, beside, sha256)
        beside.replace(rest)
    except BaseException:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
    flush(rest.parent)
    return size


def _blocks(source: Path) -> Iterator[bytes]:
    try:
        file = source.open("rb", buffering=0)
    except OSError as fault:
        raise SourceDamaged(_reason(fault)) from fault
    with file:
        while block := _read(file.fileno()):
            yield block


def _written(blocks: Iterable[bytes], beside: Path, sha256: str) -> int:
    digest, size = hashlib.sha256(), 0
    with beside.open("xb", buffering=0) as copied:
        for block in blocks:
            digest.update(block)
            size += len(block)
            rest = memoryview(block)
            while rest:
                rest = rest[copied.write(rest) :]
        if digest.hexdigest() != sha256:
            raise SourceDamaged("it is damaged: its bytes are not those it came with")
        os.fchmod(copied.fileno(), _READ_ONLY)
        os.fsync(copied.fileno())
    return size


def _read(number: int) -> bytes:
    try:
        return os.read(number, _BLOCK_BYTES)
    except OSError as fault:
        raise SourceDamaged(f"it cannot be read: {_reason(fault)}") from fault


def _reason(fault: OSError) -> str:
    return "it is gone" if isinstance(fault, FileNotFoundError) else fault.strerror or str(fault)
