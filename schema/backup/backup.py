"""Taking a backup: the catalog first, then every file that this copy of it names, last a manifest.

Files of the lake never change, so what an earlier backup has is not copied again. Killed at any
moment it leaves files under their hashes, which the next one uses, and the earlier backups whole.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, LOCK_NB, flock
from functools import partial
from os import cpu_count
from pathlib import Path
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from schema.backup import postgresql, sqlite
from schema.backup.copying import SUFFIX, SourceDamaged, copy, copy_blocks
from schema.backup.manifest import (
    CatalogCopy,
    CopiedFile,
    LackingFile,
    Manifest,
    next_number,
    path_of,
    write,
)
from schema.catalog.connection import current_snapshot, look
from schema.catalog.table import now
from schema.durable import make_folder
from schema.error import BackupUnusable, LakeUnreachable
from schema.lake import Lake, hash_of
from schema.named_file import NamedFile, named_files
from schema.prefix import longer_version, patched

Advance = Callable[[int, int, str], object]
"""Given how many files are done, of how many, and a name."""
_LOCK: Final = ".lock"


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup that was taken, and what of it no earlier one had."""

    path: Path
    manifest: Manifest
    new_files: int
    new_bytes: int


def back_up(engine: Engine, lake: Lake, folder: Path, advance: Advance) -> Taken:
    """Take a backup of catalog and lake into a folder, beside those that are there.

    A file that is damaged or gone is named as lacking, unless an earlier backup has it: everything
    else is saved.

    Raises:
        BackupUnusable: when the folder cannot be written to, another backup is at work there, or
            the catalog cannot be copied; earlier backups are as they were.
        LakeUnreachable: when nothing of the lake is there.
    """
    folder = folder.absolute()
    try:
        with _alone(folder):
            return _taken(engine, lake, folder, advance)
    except OSError as fault:
        reason = f"{fault.strerror or fault}; backups that were there are whole"
        raise BackupUnusable(Path(fault.filename or folder), reason) from fault


def _taken(engine: Engine, lake: Lake, folder: Path, advance: Advance) -> Taken:
    is_sqlite = engine.dialect.name == "sqlite"
    made_at, beside = now(), folder / f"catalog{SUFFIX}"
    with (sqlite if is_sqlite else postgresql).copied(engine, beside) as session:
        snapshot, named = _named(session)
        functions = () if is_sqlite else postgresql.functions(session)
    if named and not (lake.folder.is_dir() and any(lake.folder.iterdir())):
        raise LakeUnreachable(lake.folder)
    sha256 = hash_of(beside)
    size = copy(beside, path_of(folder, sha256), sha256)
    beside.unlink()
    outcomes: list[tuple[CopiedFile | LackingFile, bool]] = []
    with ThreadPoolExecutor(cpu_count()) as pool:
        for outcome in pool.map(partial(_copied, engine, lake, folder), named):
            outcomes.append(outcome)
            advance(len(outcomes), len(named), outcome[0].path)
    manifest = Manifest(
        number=next_number(folder),
        made_at=made_at,
        catalog=CatalogCopy(
            database="sqlite" if is_sqlite else "postgresql",
            snapshot=snapshot,
            sha256=sha256,
            bytes=size,
            functions=functions,
        ),
        files=tuple(each for each, _ in outcomes if isinstance(each, CopiedFile)),
        lacking=tuple(each for each, _ in outcomes if isinstance(each, LackingFile)),
    )
    new = [each.bytes for each, is_new in outcomes if is_new and isinstance(each, CopiedFile)]
    return Taken(write(folder, manifest), manifest, len(new), sum(new))


def _named(session: Session) -> tuple[int, list[NamedFile]]:
    """Return the snapshot of a copied catalog, and each file that it names once."""
    files = {each.path: each for each in named_files(session)}
    return current_snapshot(session), sorted(files.values(), key=lambda each: each.path)


def _copied(
    engine: Engine, lake: Lake, folder: Path, file: NamedFile
) -> tuple[CopiedFile | LackingFile, bool]:
    """Bring a file into the folder; return what became of it, and whether it is new there."""
    rest, source = path_of(folder, file.sha256), lake.path(file.path)
    try:
        size = rest.stat().st_size
    except FileNotFoundError:
        size = None
    if size is not None and file.bytes in {None, size}:
        return CopiedFile(path=file.path, sha256=file.sha256, bytes=size), False
    try:
        size = copy(source, rest, file.sha256)
    except SourceDamaged as fault:
        grown = _copied_of_longer(engine, lake, rest, file)
        if grown is None:
            return LackingFile(path=file.path, sha256=file.sha256, reason=str(fault)), False
        size = grown
    return CopiedFile(path=file.path, sha256=file.sha256, bytes=size), True


def _copied_of_longer(engine: Engine, lake: Lake, rest: Path, file: NamedFile) -> int | None:
    """Copy an export that has grown since its catalog was copied: its longer version has its bytes.

    Returns:
        Its size, None where that is not so.
    """
    with look(engine) as session:
        longer = longer_version(session, file.sha256)
    if longer is None or file.bytes is None:
        return None
    raw, patch = longer
    try:
        return copy_blocks(patched(lake.raw(raw.sha256), file.bytes, patch), rest, file.sha256)
    except (SourceDamaged, FileNotFoundError):
        return None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other backups from the folder, and clear away what one that was killed left half done.

    Raises:
        BackupUnusable: when another is at work there.
    """
    make_folder(folder / "backups")
    with (folder / _LOCK).open("wb") as lock:
        try:
            flock(lock, LOCK_EX | LOCK_NB)
        except BlockingIOError as fault:
            raise BackupUnusable(folder, "another backup is at work there now") from fault
        for pattern in (f"*{SUFFIX}*", f"backups/*{SUFFIX}", f"files/*/*{SUFFIX}"):
            for left in folder.glob(pattern):
                left.unlink(missing_ok=True)
        yield
