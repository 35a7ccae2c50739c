"""Search: what a plain loop over the catalog finds, in the order that is given."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, delete

from schema.catalog import (
    Cell,
    CellLayer,
    Claim,
    Material,
    Process,
    RawFile,
    Study,
    Substance,
    Test,
)
from schema.catalog.connection import change, look
from schema.error import InvalidArgument
from schema.settings import Settings
from schema.warehouse import open_warehouse
from service.search import SOURCES, Found, folded, search
from tests.law import law

LETTERS = "aAkKsS1%_/\\'µΩωÄäßẞİıéÉ -"
"""Wildcards, what databases escape by, and letters of which languages differ how they fold."""
names = st.text(LETTERS, min_size=1, max_size=6).filter(str.strip)
KINDS = ("cell", "test", "material", "substance", "process", "file", "claim")
NOTHING: dict[str, list[tuple[str, str]]] = {kind: [] for kind in KINDS}
GONE = (CellLayer, Cell, Test, Material, Substance, Process, RawFile, Claim, Study)


@pytest.fixture(scope="module")
def engine(module_settings: Settings) -> Iterator[Engine]:
    """Return the engine of a catalog that each example fills anew."""
    warehouse = open_warehouse(module_settings)
    yield warehouse.engine
    warehouse.engine.dispose()


@st.composite
def catalogs(draw: st.DrawFn) -> Mapping[str, list[tuple[str, str]]]:
    """Return pairs of texts for things of each kind: its name, and something else of it."""
    pairs = st.tuples(names, names)
    return {
        kind: draw(st.lists(pairs, max_size=5, unique_by=lambda pair: pair[0])) for kind in KINDS
    }


def filled(engine: Engine, said: Mapping[str, list[tuple[str, str]]]) -> None:
    """Bring a catalog to hold these things and no others; the first layer is of the substance."""
    with change(engine, "fill") as (session, snapshot):
        for model in GONE:
            session.execute(delete(model))
        for name, title in said["substance"]:
            session.add(Substance(name=name, title=title))
        for name, batch in said["material"]:
            session.add(Material(name=name, batch=batch))
        for name, kind in said["process"]:
            session.add(Process(name=name, kind=kind))
        for number, (name, text) in enumerate(said["claim"]):
            session.add(Claim(name=name, text=text, source=f"#{number}"))
        session.flush()
        substance = session.query(Substance).order_by(Substance.id).first()
        for name, configuration in said["cell"]:
            cell = Cell(name=name, configuration=configuration)
            cell.layers = [CellLayer(position=1, substance=substance)]
            session.add(cell)
        for number, (name, label) in enumerate(said["test"], 1):
            session.add(a_test(number, name, label, snapshot))
        for number, (name, _) in enumerate(said["file"], 1):
            session.add(a_file(number, name, snapshot))


def a_test(number: int, name: str, label: str, snapshot: int, **more: Any) -> Test:  # noqa: ANN401 # columns
    """Return a test that was read from the file of its number."""
    counts = {f"{each}_count": 0 for each in ("point", "step", "cycle", "turn", "spectrum")}
    return Test(
        id=number,
        name=name,
        technique_label=label,
        origin=f"/{number}",
        position=1,
        facts={},
        added_snapshot=snapshot,
        **counts,
        **more,
    )


def a_file(number: int, name: str, snapshot: int) -> RawFile:
    """Return the file of a number."""
    return RawFile(
        name=name,
        origin=f"/{number}",
        sha256=f"{number:064}",
        bytes=1,
        reader="by_hand",
        reader_version="1",
        added_snapshot=snapshot,
    )


def expected(said: Mapping[str, list[tuple[str, str]]]) -> Mapping[str, list[list[str]]]:
    """Return every text of each thing, by kind and in the order they were entered."""
    texts = {kind: [[*pair] for pair in pairs] for kind, pairs in said.items()}
    texts["file"] = [[name] for name, _ in said["file"]]
    for cell in texts["cell"]:
        cell += [name for name, _ in said["substance"][:1]]
    for place, test in enumerate(texts["test"]):
        test += [name for name, _ in said["file"][place : place + 1]]
    for number, claim in enumerate(texts["claim"]):
        claim.append(f"#{number}")
    return texts


def near(texts: Sequence[str], wanted: str) -> int | None:
    """Return how near a thing is to a text by a plain loop, None where it does not have it."""
    best = None
    for place, each in enumerate(texts):
        text = "".join(one_case(letter) for letter in each)
        if wanted in text:
            how = 0 if text == wanted else 1 if text.startswith(wanted) else 2
            how += 3 if place else 0
            best = how if best is None else min(best, how)
    return best


def one_case(letter: str) -> str:
    """Return a letter as its other case is, where that is one letter of the same alphabet."""
    low = letter.lower()
    return low if len(low) == 1 and (ord(low) < 128) == (ord(letter) < 128) else letter


@pytest.mark.slow
@law(20)
@given(
    said=catalogs(),
    text=names,
    first=st.integers(0, 4),
    cut=st.tuples(st.integers(0, 5), st.integers(1, 6)),
)
def test_it_finds_all_that_a_loop_finds_the_nearest_first(
    engine: Engine,
    said: Mapping[str, list[tuple[str, str]]],
    text: str,
    first: int,
    cut: tuple[int, int],
) -> None:
    filled(engine, said)
    pool = [each for pairs in said.values() for pair in pairs for each in pair]
    start, length = cut
    part = pool[start % len(pool)][:length].swapcase() if pool else text
    for asked in {text, part}:
        wanted = "".join(one_case(letter) for letter in asked.strip())
        if not wanted:
            continue
        for kind, things in expected(said).items():
            ranked = [(near(texts, wanted), texts[0]) for texts in things]
            hits = [(how, len(name), name) for how, name in ranked if how is not None]
            with look(engine) as session:
                whole, some = (search(session, kind, asked, most) for most in (500, first))
            assert not whole.has_more
            assert sorted(each.name for each in whole.hits) == sorted(name for *_, name in hits)
            order = {name: (how, length) for how, length, name in hits}
            ranks = [(*order[each.name], each.id) for each in whole.hits]
            assert ranks == sorted(ranks)
            assert some == Found(whole.hits[:first], len(whole.hits) > first)
            for hit in whole.hits:
                assert wanted in folded(hit.text)


def test_a_wildcard_is_a_character(engine: Engine) -> None:
    filled(engine, NOTHING | {"cell": [("100%", "a_b"), ("1000", "axb"), ("a/b", "x")]})
    with look(engine) as session:
        for text, name in (("0%", "100%"), ("a_b", "100%"), ("a/b", "a/b")):
            assert [hit.name for hit in search(session, "cell", text, 10).hits] == [name]
        assert search(session, "cell", "%%", 10).hits == []


def test_what_was_superseded_is_not_found(engine: Engine) -> None:
    filled(engine, NOTHING)
    with change(engine, "add") as (session, snapshot):
        session.add(a_test(1, "old", "x", snapshot, removed_snapshot=snapshot))
        gone = a_file(1, "old", snapshot)
        gone.removed_snapshot = snapshot
        session.add(gone)
        for removed in (snapshot, None):
            session.add(
                Study(
                    name="old study",
                    sha256="0",
                    document={},
                    added_snapshot=snapshot,
                    removed_snapshot=removed,
                )
            )
    with look(engine) as session:
        assert [len(search(session, kind, "old", 10).hits) for kind in SOURCES] == [
            int(kind == "study") for kind in SOURCES
        ]


def test_a_cell_is_found_by_what_its_layers_are_of(engine: Engine) -> None:
    filled(engine, NOTHING)
    with change(engine, "build") as (session, _):
        blue, latp = Substance(name="PB"), Substance(name="LATP")
        pellet = Material(name="pellet-7", substance=latp)
        layers = [
            CellLayer(position=1, substance=blue),
            CellLayer(position=2, material=pellet),
            CellLayer(position=3, substance=latp),
        ]
        session.add(Cell(name="K1", layers=layers))
    with look(engine) as session:
        found = {
            text: [(hit.field, hit.text) for hit in search(session, "cell", text, 10).hits]
            for text in ("pb", "latp", "pellet", "k1")
        }
    assert found == {
        "pb": [("substance", "PB")],
        "latp": [("substance", "LATP")],
        "pellet": [("material", "pellet-7")],
        "k1": [("name", "K1")],
    }


@pytest.mark.parametrize("text", ["", "  ", "x" * 201, "a\0b"])
def test_a_text_that_is_none_is_refused(engine: Engine, text: str) -> None:
    with look(engine) as session, pytest.raises(InvalidArgument, match="1 to 200 characters"):
        search(session, "cell", text, 10)
