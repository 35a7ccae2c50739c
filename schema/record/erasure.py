"""Erasing what was removed, for good: its rows, its files, its bytes, and what revisions say of it.

Rows first, in one transaction; files after it, and where nobody names them any more. Whoever dies
between leaves orphans, which a sweep takes away in time.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from sqlalchemy import Engine, delete, insert, null, select, update
from sqlalchemy.orm import Session

from schema.catalog import (
    Analysis,
    DiffractionScan,
    Finding,
    FitChoice,
    Image,
    ImageObject,
    LakeFile,
    PhotoemissionRegion,
    Property,
    RawFile,
    RecordMean,
    Revision,
    Study,
    Sweep,
    Test,
    Twin,
)
from schema.catalog.connection import alone, change, forget_deleted
from schema.catalog.entry import ENTRIES, names_of, states
from schema.catalog.history import History
from schema.lake import Lake
from schema.record.called import last_revision, removed_called

_OF_TEST: Final[tuple[Any, ...]] = (
    Analysis,
    LakeFile,
    Finding,
    FitChoice,
    Sweep,
    DiffractionScan,
    PhotoemissionRegion,
    Image,
    Property,
    RecordMean,
    Twin,
)
"""What goes with a test, each before what it names."""
_Key: TypeAlias = tuple[str, int]
"""Kind and key of an entry."""
_REVISION: Final[Any] = Revision.__table__


@dataclass(frozen=True, slots=True)
class Erased:
    """What is there no more, not even to be had back.

    Attributes:
        entries: kind, key and name of each.
        paths: of the files of the lake that went with them.
        overwritten: whether the catalog's file does not hold what was deleted any more.
    """

    entries: tuple[tuple[str, int, str], ...]
    paths: tuple[str, ...]
    overwritten: bool


def erase(engine: Engine, lake: Lake, kind: str, called: str, *, with_all: bool = False) -> Erased:
    """Erase an entry that was removed, with all that was removed together with it where asked.

    Bytes that another row of the catalog names stay.

    Raises:
        UnknownRecord: when it was not removed, or is erased already.
    """
    with change(engine, f"erase {kind}") as (session, snapshot):
        History.of(session).declared = "erase"
        identity = removed_called(session, kind, called)
        entries = {(kind, identity), *_of_export(session, kind, identity)}
        if with_all:
            entries |= _together(session, kind, identity)
        tests = [key for of, key in entries if of == "test"]
        entries |= _parts(session, tests)
        names = {each: _name(session, *each) for each in entries}
        _blank(session, snapshot, names)
        candidates = _erase_tests(session, tests) + _erase_files(session, entries)
        _erase_studies(session, [key for of, key in entries if of == "study"])
    paths = _unlink(engine, lake, candidates)
    whole = sorted((of, key, name) for (of, key), name in names.items())
    return Erased(tuple(whole), tuple(paths), forget_deleted(engine))


def _together(session: Session, kind: str, identity: int) -> set[_Key]:
    """Return what was removed in one change with an entry, and is removed still."""
    removal = last_revision(session, kind, identity)
    same = Revision.snapshot_id == removal.snapshot_id, Revision.action == "remove"
    rows = session.execute(select(Revision.kind, Revision.entry_id).where(*same))
    found = {(of, key) for of, key in rows}
    there = {
        of: states(session.connection(), of, [key for each, key in found if each == of])
        for of in ENTRIES
    }
    return {(of, key) for of, key in found if key not in there[of]}


def _of_export(session: Session, kind: str, identity: int) -> set[_Key]:
    """Return the removed tests of an export, or the removed exports of a test and of it alone."""
    pairs = select(LakeFile.raw_file_id, LakeFile.test_id).distinct()
    if kind == "file":
        read = {test for _, test in session.execute(pairs.where(LakeFile.raw_file_id == identity))}
        return {("test", test) for test in read - states(session.connection(), "test", read).keys()}
    if kind != "test":
        return set()
    its = {file for file, _ in session.execute(pairs.where(LakeFile.test_id == identity))}
    shared = session.execute(
        pairs.where(LakeFile.raw_file_id.in_(its), LakeFile.test_id != identity)
    )
    its -= {file for file, _ in shared}
    return {("file", file) for file in its - states(session.connection(), "file", its).keys()}


def _parts(session: Session, tests: Collection[int]) -> set[_Key]:
    """Return what else has a history and goes with tests."""
    return {
        (kind, key)
        for kind, model in (("image", Image), ("property", Property))
        for key in session.scalars(select(model.id).where(model.test_id.in_(tests)))
    }


def _name(session: Session, kind: str, identity: int) -> str:
    last = last_revision(session, kind, identity)
    if last is not None:
        return str(last.name)
    names = names_of(session.connection(), kind, [identity])
    return names.get(identity, str(identity))


def _blank(session: Session, snapshot: int, names: Mapping[_Key, str]) -> None:
    """Say that entries are erased, and take their values out of all that is said of them."""
    connection = session.connection()
    for (kind, identity), name in names.items():
        connection.execute(
            insert(_REVISION),
            {
                "snapshot_id": snapshot,
                "kind": kind,
                "entry_id": identity,
                "name": name,
                "action": "erase",
            },
        )
        connection.execute(
            update(_REVISION)
            .where(_REVISION.c.kind == kind, _REVISION.c.entry_id == identity)
            .values(before=null(), after=null())
        )


def _erase_tests(session: Session, tests: Collection[int]) -> list[str]:
    """Delete the rows of tests; return the paths of their files in the lake."""
    paths = [*session.scalars(select(LakeFile.path).where(LakeFile.test_id.in_(tests)))]
    images = select(Image.id).where(Image.test_id.in_(tests))
    session.execute(delete(ImageObject).where(ImageObject.image_id.in_(images)))
    for model in _OF_TEST:
        session.execute(delete(model).where(model.test_id.in_(tests)))
    session.execute(delete(Test).where(Test.id.in_(tests)))
    return paths


def _erase_files(session: Session, entries: Collection[_Key]) -> list[str]:
    """Delete the rows of exports from which no test is; return the paths of their bytes."""
    ids = _with_prefixes(session, {key for of, key in entries if of == "file"})
    alone = RawFile.id.in_(ids), RawFile.id.not_in(select(LakeFile.raw_file_id))
    rows = session.execute(
        select(RawFile.id, RawFile.sha256, RawFile.sidecar_sha256).where(*alone)
    ).all()
    gone = [row.id for row in rows]
    session.execute(delete(Twin).where(Twin.raw_file_id.in_(gone)))
    session.execute(delete(RawFile).where(RawFile.id.in_(gone)))
    return [f"raw/{each}" for row in rows for each in row[1:] if each is not None]


def _with_prefixes(session: Session, files: set[int]) -> set[int]:
    """Return exports, and the shorter versions of them: their bytes are bytes of these."""
    while True:
        shorter = select(RawFile.id).where(
            RawFile.prefix_of_id.in_(files), RawFile.id.not_in(files)
        )
        more = {*session.scalars(shorter)}
        if not more:
            return files
        files = files | more


def _erase_studies(session: Session, ids: Collection[int]) -> None:
    """Delete studies, and every state they had where they were not entered again."""
    names = [*session.scalars(select(Study.name).where(Study.id.in_(ids)))]
    living = select(Study.name).where(Study.removed_snapshot.is_(None))
    former = Study.name.in_(names) & Study.name.not_in(living)
    session.execute(delete(Study).where(Study.id.in_(ids) | former))


def _unlink(engine: Engine, lake: Lake, candidates: Collection[str]) -> list[str]:
    """Delete files that no row names, while nobody commits one that does; return their paths."""
    with alone(engine) as session:
        hashes = [path.removeprefix("raw/") for path in candidates if path.startswith("raw/")]
        named = {*session.scalars(select(LakeFile.path).where(LakeFile.path.in_(candidates)))}
        for column in (RawFile.sha256, RawFile.sidecar_sha256):
            raw = session.scalars(select(column).where(column.in_(hashes)))
            named |= {f"raw/{sha256}" for sha256 in raw}
        gone = sorted({*candidates} - named)
        for path in gone:
            lake.path(path).unlink(missing_ok=True)
    return gone
