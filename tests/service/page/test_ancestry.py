"""What a cell descends from stands in generations, every way to it from left to right."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from service.page.ancestry import generations


def material(name: str, *inputs: str) -> dict[str, Any]:
    process = {"id": f"p-{name}", "kind": "mill", "inputs": [{"id": each} for each in inputs]}
    return {"id": name, "madeBy": process if inputs else None}


def layer(source: dict[str, Any], *ancestors: dict[str, Any]) -> dict[str, Any]:
    return {"material": {**source, "ancestors": list(ancestors)}}


def names(columns: list[Any]) -> list[list[str]]:
    return [sorted(each["id"] for each in column.materials) for column in columns]


def test_what_went_in_stands_left_of_what_came_out() -> None:
    pellet, powder = material("pellet", "powder"), material("powder", "salt")
    columns = generations([layer(pellet, powder, material("salt"))])
    assert names(columns) == [["salt"], ["powder"], ["pellet"]]
    done = [process["id"] for each in columns for process in each.processes]
    assert done == ["p-powder", "p-pellet"]


def test_a_material_used_twice_stands_where_its_longer_way_begins() -> None:
    pellet = material("pellet", "powder", "salt")
    columns = generations([layer(pellet, material("powder", "salt"), material("salt"))])
    assert names(columns) == [["salt"], ["powder"], ["pellet"]]


def test_a_process_of_several_products_stands_once() -> None:
    one, other, salt = material("one", "salt"), material("other", "salt"), material("salt")
    other["madeBy"] = one["madeBy"]
    columns = generations([layer(one, salt), layer(other, salt)])
    (process,) = columns[0].processes
    assert sorted(each["id"] for each in process["outputs"]) == ["one", "other"]


def test_without_materials_there_is_nothing() -> None:
    assert generations([]) == []
    assert generations([{"material": None}]) == []


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 8)), max_size=20))
def test_everything_stands_once_and_left_of_what_it_became(pairs: list[tuple[int, int]]) -> None:
    inputs: dict[int, set[int]] = {}
    for later, earlier in pairs:
        if earlier < later:
            inputs.setdefault(later, set()).add(earlier)
    materials = [material(str(each), *map(str, sorted(inputs.get(each, ())))) for each in range(10)]
    columns = generations([layer(materials[9], *materials[:9])])
    place = {each["id"]: at for at, column in enumerate(columns) for each in column.materials}
    assert sum(len(column.materials) for column in columns) == len(place)
    for later, went_in in inputs.items():
        if str(later) in place:
            assert all(place[str(each)] < place[str(later)] for each in went_in)
