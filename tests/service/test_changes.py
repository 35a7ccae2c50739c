"""What has changed since a snapshot: what two looks at the catalog differ in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from schema.catalog import Cell, Claim, LakeFile, Material, RawFile, Revision, Study, Test
from schema.catalog.connection import change, current_snapshot, look
from schema.error import InvalidArgument
from schema.record.removal import remove
from schema.record.revert import revert
from schema.settings import Settings
from schema.warehouse import open_warehouse
from service.changes import Changed, Row, changes
from tests.law import law

NUMBERS: Final = count(1)
DOCUMENT: Final = st.fixed_dictionaries(
    {
        section: st.dictionaries(st.sampled_from(names), st.sampled_from("xy"), max_size=2)
        for section, names in (("cells", "AB"), ("materials", "PQ"), ("claims", "NM"))
    }
)


@dataclass(frozen=True)
class Seen:
    """What a look at the catalog saw, each thing by what it is called and what it rests on."""

    snapshot: int
    tests: Mapping[Any, object]
    files: Mapping[Any, object]
    studies: Mapping[Any, object]
    claims: Mapping[Any, object]
    cells: Mapping[Any, object]


@pytest.fixture(scope="module")
def engine(module_settings: Settings) -> Iterator[Engine]:
    """Return the engine of a catalog that every example goes on filling."""
    warehouse = open_warehouse(module_settings)
    yield warehouse.engine
    warehouse.engine.dispose()


def seen(session: Session) -> Seen:
    """Look at what is there, without any snapshot but the last."""
    living: dict[int, set[int]] = {}
    of_cell: dict[str, set[object]] = {}
    for test in session.scalars(select(Test).where(Test.removed_snapshot.is_(None))):
        files = session.scalars(
            select(LakeFile.id).where(
                LakeFile.test_id == test.id, LakeFile.removed_snapshot.is_(None)
            )
        )
        living[test.id] = set(files)
        if test.cell is not None:
            of_cell.setdefault(test.cell.name, set()).add((test.id, frozenset(living[test.id])))
    raw = session.scalars(select(RawFile).where(RawFile.removed_snapshot.is_(None)))
    studies = session.scalars(select(Study).where(Study.removed_snapshot.is_(None))).all()
    statements = {
        (section, study.name, name): stated
        for study in studies
        for section, things in study.document.items()
        for name, stated in things.items()
    }
    words: dict[str, set[object]] = {}
    for (section, study, name), stated in statements.items():
        if section == "cells":
            words.setdefault(name, set()).add((study, stated))
    names = session.scalars(select(Cell.name)).all()
    return Seen(
        snapshot=current_snapshot(session),
        tests=living,
        files={each.origin: each.id for each in raw},
        studies={each.name: each.id for each in studies},
        claims={key[1:]: stated for key, stated in statements.items() if key[0] == "claims"},
        cells={name: (of_cell.get(name), words.get(name)) for name in names},
    )


def difference(before: Mapping[Any, Any], now: Mapping[Any, Any]) -> tuple[set[Any], ...]:
    """Return what was added, superseded and removed between two looks."""
    return (
        set(now.keys() - before.keys()),
        {key for key in now.keys() & before.keys() if now[key] != before[key]},
        set(before.keys() - now.keys()),
    )


class World:
    """What happens to a catalog, a change a time; each returns nothing and commits."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ingest(self, place: int, cell: str | None) -> None:
        """Read an export from a place: a test of a cell, or other bytes for the one it gave."""
        with change(self._engine, "ingest") as (session, snapshot):
            origin = f"/{place}"
            known = session.scalar(
                select(Test).where(Test.origin == origin, Test.removed_snapshot.is_(None))
            )
            owner = session.scalar(select(Cell).where(Cell.name == cell))
            test = known or self._test(session, snapshot, origin, owner)
            self._end(session, snapshot, origin, test.id)
            self._files(session, snapshot, origin, test.id)

    def analyze(self, place: int) -> None:
        """Add a file of results beside those of a test."""
        with change(self._engine, "refit") as (session, snapshot):
            test = session.scalar(
                select(Test).where(Test.origin == f"/{place}", Test.removed_snapshot.is_(None))
            )
            if test is not None:
                raw = session.scalar(
                    select(RawFile.id).where(
                        RawFile.origin == test.origin, RawFile.removed_snapshot.is_(None)
                    )
                )
                session.add(self._lake(test.id, int(raw or 0), snapshot))

    def remove(self, place: int) -> None:
        """Take away what a place gave."""
        with change(self._engine, "remove") as (session, snapshot):
            test = session.scalar(
                select(Test).where(Test.origin == f"/{place}", Test.removed_snapshot.is_(None))
            )
            if test is not None:
                self._end(session, snapshot, test.origin, test.id)
                test.removed_snapshot = snapshot

    def enter(self, name: str) -> None:
        """Enter a cell by hand."""
        with change(self._engine, "cell") as (session, _):
            if session.scalar(select(Cell).where(Cell.name == name)) is None:
                session.add(Cell(name=name))

    def apply(self, name: str, document: dict[str, Any]) -> None:
        """Apply a study: its cells and claims are there then, those it drops are not."""
        with change(self._engine, "study") as (session, snapshot):
            former = session.scalar(
                select(Study).where(Study.name == name, Study.removed_snapshot.is_(None))
            )
            if former is not None:
                former.removed_snapshot = snapshot
                session.flush()
                session.execute(delete(Claim).where(Claim.study_id == former.id))
            study = Study(name=name, sha256="0", document=document, added_snapshot=snapshot)
            session.add(study)
            session.flush()
            for claim in document["claims"]:
                session.add(Claim(name=claim, text="t", source="s", study_id=study.id))
            for cell in document["cells"]:
                if session.scalar(select(Cell).where(Cell.name == cell)) is None:
                    session.add(Cell(name=cell))

    def nothing(self) -> None:
        """Commit a change of nothing that has a snapshot."""
        with change(self._engine, "note") as (session, _):
            session.execute(update(Cell).values(note="other"))

    def _test(self, session: Session, snapshot: int, origin: str, owner: Cell | None) -> Test:
        counts = {f"{each}_count": 0 for each in ("point", "step", "cycle", "turn", "spectrum")}
        test = Test(
            id=next(NUMBERS) + 10**6,
            name=f"test of {origin}",
            origin=origin,
            position=1,
            facts={},
            added_snapshot=snapshot,
            cell_id=owner and owner.id,
            **counts,
        )
        session.add(test)
        session.flush()
        return test

    @staticmethod
    def _end(session: Session, snapshot: int, origin: str, test: int) -> None:
        gone = {"removed_snapshot": snapshot}
        session.execute(
            update(LakeFile)
            .where(LakeFile.test_id == test, LakeFile.removed_snapshot.is_(None))
            .values(gone)
        )
        session.execute(
            update(RawFile)
            .where(RawFile.origin == origin, RawFile.removed_snapshot.is_(None))
            .values(gone)
        )

    def _files(self, session: Session, snapshot: int, origin: str, test: int) -> None:
        raw = RawFile(
            name=origin,
            origin=origin,
            sha256=str(next(NUMBERS)),
            bytes=1,
            reader="by_hand",
            reader_version="1",
            added_snapshot=snapshot,
        )
        session.add(raw)
        session.flush()
        session.add(self._lake(test, raw.id, snapshot))

    @staticmethod
    def _lake(test: int, raw: int, snapshot: int) -> LakeFile:
        return LakeFile(
            test_id=test,
            raw_file_id=raw,
            kind="steps",
            path=f"{next(NUMBERS)}",
            rows=1,
            bytes=1,
            sha256="0",
            added_snapshot=snapshot,
        )


PLACES: Final = st.integers(1, 3)
HAPPENS: Final = st.one_of(
    st.tuples(st.just("ingest"), PLACES, st.sampled_from(["A", "B", "C", None])),
    st.tuples(st.just("analyze"), PLACES),
    st.tuples(st.just("remove"), PLACES),
    st.tuples(st.just("enter"), st.sampled_from("ABC")),
    st.tuples(st.just("apply"), st.sampled_from(["one", "two"]), DOCUMENT),
    st.tuples(st.just("nothing")),
)


def names(changed: Changed) -> tuple[set[str], ...]:
    """Return what was added, superseded and removed, by name."""
    return tuple(
        {row.name for row in rows} for rows in (changed.added, changed.superseded, changed.removed)
    )


def keys(changed: Changed) -> tuple[set[Any], ...]:
    """Return what was added, superseded and removed, by id."""
    return tuple(
        {row.id for row in rows} for rows in (changed.added, changed.superseded, changed.removed)
    )


@law(30)
@given(happened=st.lists(HAPPENS, min_size=1, max_size=8))
def test_it_is_what_two_looks_differ_in(engine: Engine, happened: list[tuple[Any, ...]]) -> None:
    world, looks = World(engine), []
    with look(engine) as session:
        looks.append(seen(session))
    for what, *arguments in happened:
        getattr(world, what)(*arguments)
        with look(engine) as session:
            looks.append(seen(session))
    now = looks[-1]
    for before in looks:
        with look(engine) as session:
            found = changes(session, before.snapshot)
        assert (found.since, found.snapshot) == (before.snapshot, now.snapshot)
        assert keys(found.tests) == difference(before.tests, now.tests)
        added, other, gone = difference(before.files, now.files)
        assert names(found.files) == (added, other, gone)  # they are called by their place here
        assert names(found.studies) == difference(before.studies, now.studies)
        claims = [{name for _, name in part} for part in difference(before.claims, now.claims)]
        assert list(names(found.claims)) == claims
        assert {row.id is None for row in found.claims.removed} <= {True}
        added, other, _ = difference(before.cells, now.cells)
        assert names(found.cells)[:2] == (added, other)
        assert found.tables is not None
        if (before.tests, before.files) != (now.tests, now.files):
            assert "lake_file" in found.tables
        if before.snapshot == now.snapshot:
            assert found.tables == []


def test_a_cell_that_a_study_told_of_and_is_there_no_more_was_removed(engine: Engine) -> None:
    world = World(engine)
    document: dict[str, Any] = {"cells": {"lost": "x"}, "materials": {}, "claims": {}}
    world.apply("three", document)
    with look(engine) as session:
        before = current_snapshot(session)
    world.apply("three", {"cells": {}, "materials": {}, "claims": {}})
    with change(engine, "drop") as (session, _):
        session.execute(delete(Cell).where(Cell.name == "lost"))
    with look(engine) as session:
        found = changes(session, before)
        lost = session.scalar(select(Revision.entry_id).where(Revision.name == "lost").limit(1))
    assert found.cells == Changed([], [], [Row(lost, "lost")])
    assert found.materials == Changed()


def test_a_material_is_told_by_its_own_tests(engine: Engine) -> None:
    with change(engine, "material") as (session, snapshot):
        material = Material(name=f"pellet-{snapshot}")
        session.add(material)
    with look(engine) as session:
        before = current_snapshot(session)
        assert [row.name for row in changes(session, snapshot - 1).materials.added] == [
            material.name
        ]
    World(engine).ingest(9, None)
    with change(engine, "assign") as (session, _):
        session.execute(update(Test).where(Test.origin == "/9").values(material_id=material.id))
    with look(engine) as session:
        found = changes(session, before).materials
    assert found == Changed([], [Row(material.id, material.name)], [])


@pytest.mark.parametrize("beyond", [-1, 1])
def test_a_snapshot_that_never_was_is_refused(engine: Engine, beyond: int) -> None:
    with look(engine) as session:
        last = current_snapshot(session)
        wrong = beyond if beyond < 0 else last + beyond
        with pytest.raises(InvalidArgument, match=f"a snapshot there is, 0 to {last}"):
            changes(session, wrong)


def test_what_people_removed_and_brought_back_is_told_by_what_two_looks_differ_in(
    engine: Engine,
) -> None:
    with change(engine, "enter") as (session, before):
        session.add(Cell(id=71, name="K1"))
    with change(engine, "remove") as (session, removed):
        remove(session, removed, "cell", 71, with_all=False)
    with look(engine) as session:
        assert changes(session, before).cells == Changed([], [], [Row(71, "K1")])
    with change(engine, "revert") as (session, snapshot):
        revert(session, snapshot, "cell", "K1")
    with look(engine) as session:
        assert changes(session, removed).cells == Changed([Row(71, "K1")])
        assert changes(session, before).cells == Changed()
