"""Whether a file holds the bytes that it came with.

DuckDB reads Parquet and looks at no page checksum: of 300 single bits flipped in a file it serves
293 as other numbers. So a file is hashed before it is read, once in a process for as long as its
inode, size and times stand, and anew every hour: what rots on a disk changes none of these.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from os import cpu_count
from pathlib import Path
from time import monotonic
from typing import Final, TypeAlias

from schema.lake import hash_of

_TRUSTED_SECOND: Final = 3600.0
_FILES: Final = 1 << 18
"""Hashes that a process remembers, 100 MB of them."""
_Stamp: TypeAlias = tuple[int, int, int, int]


def damage(path: Path, sha256: str) -> str | None:
    """Return what is wrong with a file that came with a hash, None where nothing is."""
    try:
        about = path.stat()
        stamp = (about.st_ino, about.st_size, about.st_mtime_ns, about.st_ctime_ns)
        measured = _hash(path, stamp, monotonic() // _TRUSTED_SECOND)
    except FileNotFoundError:
        return "it is gone"
    except OSError as fault:
        return fault.strerror or str(fault)
    return None if measured == sha256 else "it is damaged: its bytes are not those it came with"


def damages(files: Sequence[tuple[Path, str]]) -> list[str | None]:
    """Return what is wrong with each of several files, given with their hashes."""
    if len(files) <= 1:
        return [damage(*each) for each in files]
    with ThreadPoolExecutor(min(len(files), cpu_count() or 1)) as pool:  # hashing frees the lock
        return list(pool.map(damage, *zip(*files, strict=True)))


@lru_cache(_FILES)
def _hash(path: Path, stamp: _Stamp, hour: float) -> str:
    """Return the hash of a file as of a stamp and an hour."""
    del stamp, hour
    return hash_of(path)
