"""What descends from what is known after every edit, and nothing descends from itself."""

from collections.abc import Mapping
from itertools import pairwise
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, func, insert, select
from sqlalchemy.orm import Session

from schema.ancestry import circle, closure, rebuild, refuse_second_maker
from schema.catalog import Ancestor, Material, Process, ProcessInput, ProcessOutput, Snapshot
from schema.catalog.connection import change, look
from schema.error import InvalidRecord

Parents = dict[int, list[int]]


@st.composite
def graphs(draw: st.DrawFn) -> Parents:
    """Return for each of a few things what it is made from; what was made before is lower."""
    count = draw(st.integers(1, 12))
    return {
        thing: draw(st.lists(st.integers(0, thing - 1), unique=True, max_size=4))
        for thing in range(1, count + 1)
    }


def reached(parents: Mapping[int, list[int]], start: int) -> dict[int, int]:
    """Walk outwards, one process at a time, and note when each is first met."""
    met: dict[int, int] = {}
    edge, depth = {start}, 0
    while edge:
        depth += 1
        edge = {parent for thing in edge for parent in parents.get(thing, [])} - met.keys()
        met |= dict.fromkeys(edge, depth)
    return met


def stored(session: Session) -> dict[str, dict[str, int]]:
    names = {material.id: material.name for material in session.scalars(select(Material))}
    found: dict[str, dict[str, int]] = {}
    for row in session.scalars(select(Ancestor)):
        found.setdefault(names[row.material_id], {})[names[row.ancestor_id]] = row.depth
    return found


def make(session: Session, output: str, *inputs: str) -> Process:
    """Enter the process that makes this of those."""
    known = {each.name: each for each in session.scalars(select(Material))}
    names = (*inputs, output)
    materials = [known.setdefault(name, Material(name=name)) for name in names]
    process = Process(
        name=f"make {output}", kind="make", inputs=materials[:-1], outputs=materials[-1:]
    )
    session.add(process)
    return process


@given(graphs())
def test_the_closure_is_all_that_can_be_reached(parents: Parents) -> None:
    assert closure(parents) == {
        thing: reached(parents, thing) for thing in parents if parents[thing]
    }


@given(graphs(), st.data())
def test_a_circle_is_found_exactly_where_there_is_one(
    parents: Parents, data: st.DataObject
) -> None:
    assert circle(parents) == ()
    above = data.draw(st.sampled_from(sorted(parents)))
    below = data.draw(st.sampled_from([above, *sorted(reached(parents, above))]))
    parents[below] = [*parents.get(below, []), above]
    found = circle(parents)
    assert found[0] == found[-1]
    assert all(parent in parents[thing] for thing, parent in pairwise(found))


def test_the_ancestors_follow_every_edit(engine: Engine) -> None:
    with change(engine, "powder, pellet, coated pellet") as (session, _):
        make(session, "powder", "Li3PO4", "TiO2")
        pressed = make(session, "pellet", "powder")
        coated = make(session, "coated", "pellet", "PB")
        rebuild(session)
        assert stored(session)["coated"] == {
            "pellet": 1,
            "PB": 1,
            "powder": 2,
            "Li3PO4": 3,
            "TiO2": 3,
        }
        pressed.inputs = [Material(name="other powder")]
        rebuild(session)
        session.expire_all()
        assert stored(session)["coated"] == {"pellet": 1, "PB": 1, "other powder": 2}
        session.delete(coated)
        rebuild(session)
        session.expire_all()
    with look(engine) as session:
        assert stored(session) == {
            "powder": {"Li3PO4": 1, "TiO2": 1},
            "pellet": {"other powder": 1},
        }


def test_a_circle_is_refused_and_changes_nothing(engine: Engine) -> None:
    with change(engine, "a chain") as (session, _):
        make(session, "b", "a")
        make(session, "c", "b")
        rebuild(session)

    def close_the_circle() -> None:
        with change(engine, "a circle") as (session, _):
            make(session, "a", "c")
            rebuild(session)

    with look(engine) as session:
        before = stored(session)
    with pytest.raises(InvalidRecord, match="a made of c made of b made of a"):
        close_the_circle()
    with look(engine) as session:
        assert stored(session) == before == {"b": {"a": 1}, "c": {"b": 1, "a": 2}}
        assert session.scalar(select(func.count()).select_from(Snapshot)) == 1


def test_a_material_made_of_itself_is_refused(engine: Engine) -> None:
    with change(engine, "a snake") as (session, _):
        snake = make(session, "snake", "egg")
        snake.inputs = [*snake.outputs]
        with pytest.raises(InvalidRecord, match="snake made of snake"):
            rebuild(session)


def test_a_second_maker_is_refused_by_name(engine: Engine) -> None:
    with change(engine, "two makers") as (session, _):
        first = make(session, "pellet", "powder")
        again = Process(name="press again", kind="press")
        refuse_second_maker(session, first, first.outputs)
        with pytest.raises(InvalidRecord, match="pellet has a maker already: make pellet"):
            refuse_second_maker(session, again, first.outputs)


@pytest.mark.slow
def test_sixteen_thousand_materials_are_rebuilt_in_a_breath(engine: Engine) -> None:
    chains, length = 2_000, 8
    numbers = range(1, chains * length + 1)
    made = [number for number in numbers if number % length != 1]
    with change(engine, "many chains") as (session, _):
        names = [{"id": number, "name": f"{number}", "kind": "make"} for number in numbers]
        session.execute(insert(Process), names)
        session.execute(insert(Material), names)
        pairs = [(number, number - 1) for number in made]
        outputs = [{"process_id": number, "material_id": number} for number, _ in pairs]
        inputs = [{"process_id": number, "material_id": parent} for number, parent in pairs]
        session.execute(insert(ProcessOutput), outputs)
        session.execute(insert(ProcessInput), inputs)
        begun = perf_counter()
        rebuild(session)
        assert perf_counter() - begun < 10
        count = session.scalar(select(func.count()).select_from(Ancestor))
        assert count == chains * length * (length - 1) // 2
        begun = perf_counter()
        rebuild(session)
        assert perf_counter() - begun < 3
