"""Bytes that begin those of a longer file: what of them differs, and how to have them back.

A file that grows is written to at its end, and a few bytes of its head may count what follows. So
the bytes of a shorter version are the first of the longer one, but for short stretches.
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.catalog import RawFile

_BLOCK_BYTES: Final = 1 << 20
_MOST_STRETCHES: Final = 64
_APART_BYTES: Final = 16
"""Bytes that differ no further apart than this are one stretch."""

Patch: TypeAlias = Sequence[tuple[int, str]]
"""Stretches of the shorter file that differ: where each begins, and its bytes in hexadecimal."""


def patch_of(shorter: Path, longer: Path) -> list[tuple[int, str]] | None:
    """Return how a file differs from the first bytes of another; None where it is not their kind.

    Raises:
        OSError: when one of them cannot be read.
    """
    patch: list[tuple[int, str]] = []
    at = 0
    with shorter.open("rb", buffering=0) as one, longer.open("rb", buffering=0) as other:
        if os.fstat(one.fileno()).st_size > os.fstat(other.fileno()).st_size:
            return None
        while ours := one.read(_BLOCK_BYTES):
            theirs = other.read(len(ours))
            if len(theirs) < len(ours):
                return None
            if ours != theirs:
                patch += [
                    (at + start, ours[start:stop].hex()) for start, stop in _apart(ours, theirs)
                ]
                if len(patch) > _MOST_STRETCHES:
                    return None
            at += len(ours)
    return patch


def _apart(ours: bytes, theirs: bytes) -> Iterator[tuple[int, int]]:
    """Yield where stretches that differ begin and end, one more than there may be at most."""
    differ = np.flatnonzero(np.frombuffer(ours, np.uint8) != np.frombuffer(theirs, np.uint8))
    begins = np.flatnonzero(np.diff(differ, prepend=-_BLOCK_BYTES) > _APART_BYTES)
    ends = np.append(begins[1:], differ.size) - 1
    for first, last in zip(differ[begins], differ[ends], strict=True):
        # one that has no end is no head that counts: so it is cut into more than there may be
        for start in range(first, last + 1, _APART_BYTES):
            yield int(start), int(min(start + _APART_BYTES, last + 1))


def patched(longer: Path, size: int, patch: Patch) -> Iterator[bytes]:
    """Yield the bytes of a shorter file, in blocks, out of a longer one that begins with them.

    Raises:
        OSError: when that cannot be read.
    """
    at = 0
    with longer.open("rb", buffering=0) as file:
        while block := bytearray(file.read(min(_BLOCK_BYTES, size - at))):
            for start, text in patch:
                for offset, value in enumerate(bytes.fromhex(text), start=start - at):
                    if 0 <= offset < len(block):
                        block[offset] = value
            at += len(block)
            yield bytes(block)


def sha256_of(longer: Path, size: int, patch: Patch) -> str:
    """Return the hash of a shorter file, out of a longer one that begins with its bytes."""
    digest = hashlib.sha256()
    for block in patched(longer, size, patch):
        digest.update(block)
    return digest.hexdigest()


def longest(session: Session, raw: RawFile) -> tuple[RawFile, list[tuple[int, str]]]:
    """Return the export whose bytes in the lake begin with those of another, and what differs.

    It is that export itself where no longer version of it came.
    """
    patches: list[Patch] = []
    while raw.prefix_of_id is not None:
        patches.append(raw.prefix_patch or ())
        raw = session.get_one(RawFile, raw.prefix_of_id)
    # a later version may have changed what an earlier one has of its own: that comes last
    return raw, [stretch for patch in reversed(patches) for stretch in patch]


def longer_version(session: Session, sha256: str) -> tuple[RawFile, Patch] | None:
    """Return the export that alone has the bytes of another, by the hash of that, as ``longest``.

    None where the lake has these for themselves, or nobody knows them.
    """
    versions = session.scalars(select(RawFile).where(RawFile.sha256 == sha256)).all()
    if not versions or any(raw.prefix_of_id is None for raw in versions):
        return None
    return longest(session, versions[0])
