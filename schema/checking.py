"""When each file was last hashed, and what was wrong with it: a sample takes turns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Final

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from schema.catalog import FileCheck
from schema.catalog.connection import alone
from schema.catalog.table import now
from schema.named_file import NamedFile, named_files

_AT_ONCE: Final = 10_000


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the files of the lake are checked.

    Attributes:
        file_count: files that the catalog names.
        checked_count: of these, how many were hashed at some time.
        oldest: when the one was hashed that was hashed longest ago; None before every one was.
        faults: what was wrong with files when they were hashed last, by their paths.
    """

    file_count: int
    checked_count: int
    oldest: datetime | None
    faults: Mapping[str, str]


def due(session: Session, named: Iterable[str], share: float) -> list[str]:
    """Return a share of the files that the catalog names, those checked longest ago, at least one.

    Of all with 1, in the order of their paths.
    """
    paths = sorted(named)
    if share >= 1.0:
        return paths
    checked: dict[str, datetime] = dict(
        session.execute(select(FileCheck.path, FileCheck.checked_at)).all()
    )
    never = [path for path in paths if path not in checked]
    before = sorted((path for path in paths if path in checked), key=lambda path: checked[path])
    return [*never, *before][: ceil(len(paths) * share)]


def remember(engine: Engine, checked: Iterable[str], faults: Mapping[str, str]) -> None:
    """Note that files were checked now, and what was wrong with them; it is no snapshot."""
    at, paths = now(), list(checked)
    with alone(engine) as session:
        named = {file.path for file in named_files(session)}
        gone = {*session.scalars(select(FileCheck.path))} - named
        renewed = [*paths, *gone]
        for some in (renewed[i : i + _AT_ONCE] for i in range(0, len(renewed), _AT_ONCE)):
            session.execute(delete(FileCheck).where(FileCheck.path.in_(some)))
        session.add_all(
            FileCheck(path=path, checked_at=at, fault=faults.get(path))
            for path in paths
            if path in named
        )


def standing(session: Session) -> Standing:
    """Return how far the files of the lake are checked."""
    named: dict[str, NamedFile] = {file.path: file for file in named_files(session)}
    rows = session.execute(select(FileCheck.path, FileCheck.checked_at, FileCheck.fault)).all()
    known = [row for row in rows if row.path in named]
    oldest = min((row.checked_at for row in known), default=None)
    return Standing(
        len(named),
        len(known),
        oldest if len(known) == len(named) else None,
        {row.path: row.fault for row in known if row.fault},
    )
