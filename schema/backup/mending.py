"""Damaged files of the lake brought back byte for byte: of a backup, or of where an export lay."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.backup.copying import SourceDamaged, copy
from schema.backup.manifest import path_of
from schema.catalog import RawFile
from schema.lake import Lake
from schema.named_file import NamedFile


def bring_back(
    lake: Lake, session: Session, file: NamedFile, backups: Sequence[Path]
) -> str | None:
    """Put the bytes of a file back in its place; return where they came from, None for nowhere.

    Raises:
        OSError: when the lake cannot be written to.
    """
    origins = select(RawFile.origin).where(RawFile.sha256 == file.sha256)
    is_raw = file.path == f"raw/{file.sha256}"
    sources = [path_of(folder, file.sha256) for folder in backups]
    sources += [Path(each) for each in session.scalars(origins)] if is_raw else []
    for source in sources:
        try:
            copy(source, lake.path(file.path), file.sha256)
        except SourceDamaged:
            continue
        return str(source)
    return None
