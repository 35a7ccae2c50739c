"""Conditions that reach through layers, ancestors and processes, on both kinds of catalog.

Every cell ``n`` is foil, a blue layer, a coated pellet and foil. Its pellet was pressed of a powder
and sintered at 850, 900, 950 or 1000 °C in turn; the blue layer is 1, 2 or 3 µm thick in turn.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from schema.catalog import (
    Ancestor,
    Cell,
    CellLayer,
    Material,
    Process,
    ProcessInput,
    ProcessOutput,
    ProcessParameter,
    Substance,
    Test,
)
from schema.catalog.connection import change, look
from schema.catalog.migration import open_catalog
from schema.condition import condition
from schema.measure import measure
from schema.settings import Settings
from schema.warehouse import open_warehouse
from service.graphql.build.condition import FloatWhere
from service.graphql.types.process_parameter import ProcessParameterWhere
from tests.service.asker import Asker, asked

KINDS = ("ore", "powder", "pellet", "coated", "ink", "liquid", "foil", "foil")
MADE = {2: (1, "mill"), 3: (2, "sinter"), 4: (3, "coat")}
DESCENT = {2: {1: 1}, 3: {2: 1, 1: 2}, 4: {3: 1, 5: 1, 2: 2, 1: 3}}
SUBSTANCES = {1: "LATP", 2: "PB", 3: "Li"}
CELLS = "query ($where: CellWhere) { cells(where: $where, first: 500) { nodes { name } } }"
ASKED = """{ cells(where: {layers: {some: {substance: {eq: "PB"}, thicknessUm: {lt: 2}}},
  ancestors: {some: {process: {eq: "sinter"},
    parameter: {name: {eq: "temperature"}, value: {gt: 900}}}}}) { totalCount } }"""


def celsius(cell: int) -> float:
    return 850.0 + cell % 4 * 50


def micrometre(cell: int) -> float:
    return 1.0 + cell % 3


def build(engine: Engine, count: int) -> None:
    """Enter so many cells of eight materials each, in one transaction."""
    rows: dict[type[Any], list[dict[str, Any]]] = {
        Substance: [{"id": i, "name": name} for i, name in SUBSTANCES.items()]
    }

    def enter(model: type[Any], **values: object) -> None:
        rows.setdefault(model, []).append(values)

    for cell in range(1, count + 1):
        base = 8 * (cell - 1)
        substances = (1, 1, 1, None, 2, None, 3, 3)
        for place, (kind, substance) in enumerate(zip(KINDS, substances, strict=True), 1):
            enter(
                Material,
                id=base + place,
                name=f"{kind}-{cell}-{place}",
                kind=kind,
                substance_id=substance,
                batch=f"B{cell}" if kind == "ore" else None,
            )
        for output, (source, kind) in MADE.items():
            process = 3 * (cell - 1) + output - 1
            enter(Process, id=process, name=f"{kind}-{cell}", kind=kind)
            enter(ProcessInput, process_id=process, material_id=base + source)
            if kind == "coat":
                enter(ProcessInput, process_id=process, material_id=base + 5)
            enter(ProcessOutput, process_id=process, material_id=base + output)
            written = f"{celsius(cell)} °C" if kind == "sinter" else "2 GPa"
            enter(
                ProcessParameter,
                process_id=process,
                name="temperature" if kind == "sinter" else "pressure",
                **condition(measure(written), written),
            )
        for output, before in DESCENT.items():
            for ancestor, depth in before.items():
                enter(Ancestor, material_id=base + output, ancestor_id=base + ancestor, depth=depth)
        enter(Cell, id=cell, name=f"C{cell}", symmetric=cell % 2 == 0)
        enter(CellLayer, cell_id=cell, position=1, material_id=base + 7)
        enter(CellLayer, cell_id=cell, position=2, substance_id=2, thickness_um=micrometre(cell))
        enter(CellLayer, cell_id=cell, position=3, material_id=base + 4)
        enter(CellLayer, cell_id=cell, position=4, material_id=base + 8)
    with change(engine, "study") as (session, snapshot):
        order = (
            Substance, Material, Process, ProcessInput, ProcessOutput, ProcessParameter,
            Ancestor, Cell, CellLayer,
        )  # fmt: skip
        for model in order:
            keys = dict.fromkeys(key for row in rows[model] for key in row)
            every = [dict.fromkeys(keys) | row for row in rows[model]]
            # with nulls left out each row would be a statement of its own
            session.execute(insert(model), every, execution_options={"render_nulls": True})
        for test, owner in ((1, {"cell_id": 1}), (2, {"material_id": 3})):
            session.add(
                Test(
                    id=test,
                    name=f"{test}.mpr",
                    origin=f"{test}.mpr",
                    position=1,
                    point_count=0,
                    step_count=0,
                    cycle_count=0,
                    spectrum_count=0,
                    facts={},
                    added_snapshot=snapshot,
                    **owner,
                )
            )


@pytest.fixture(scope="module")
def asker(module_settings: Settings) -> Iterator[Asker]:
    """Return who asks a service on twelve cells."""
    warehouse = open_warehouse(module_settings)
    build(warehouse.engine, 12)
    warehouse.engine.dispose()
    with asked(module_settings, only_reads=True) as asker:
        yield asker


def cells(meets: Callable[[int], bool]) -> list[str]:
    return [f"C{cell}" for cell in range(1, 13) if meets(cell)]


@pytest.mark.parametrize(
    ("where", "meets"),
    [
        ({"layers": {"some": {"thicknessUm": {"lt": 2}}}}, lambda n: micrometre(n) < 2),
        ({"layers": {"none": {"thicknessUm": {"lt": 2}}}}, lambda n: micrometre(n) >= 2),
        ({"layers": {"every": {"thicknessUm": {"lt": 9}}}}, lambda _: False),
        ({"layers": {"every": {"position": {"lte": 4}}}}, lambda _: True),
        ({"layers": {"some": {"substance": {"eq": "PB"}, "position": {"eq": 2}}}}, lambda _: True),
        ({"layers": {"some": {"substance": {"eq": "Li"}, "position": {"eq": 1}}}}, lambda _: True),
        ({"layers": {"some": {"substance": {"eq": "PB"}, "position": {"eq": 1}}}}, lambda _: False),
        (
            {"layers": {"some": {"substance": {"isNull": True}, "position": {"eq": 3}}}},
            lambda _: True,
        ),
        (
            {"layers": {"some": {"substance": {"isNull": True}, "position": {"ne": 3}}}},
            lambda _: False,
        ),
        ({"layers": {"some": {"material": {"name": {"eq": "coated-5-4"}}}}}, lambda n: n == 5),
        ({"ancestors": {"some": {"batch": {"eq": "B7"}}}}, lambda n: n == 7),
        ({"ancestors": {"none": {"batch": {"eq": "B7"}}}}, lambda n: n != 7),
        ({"ancestors": {"some": {"kind": {"eq": "liquid"}}}}, lambda _: False),
        ({"ancestors": {"some": {"kind": {"eq": "coated"}}}}, lambda _: True),
        (
            {"ancestors": {"every": {"kind": {"in": ["foil", "ore", "ink", "coated"]}}}},
            lambda _: False,
        ),
        (
            {"ancestors": {"every": {"kind": {"ne": "liquid"}}}},
            lambda _: True,
        ),
        (
            {
                "ancestors": {
                    "some": {"process": {"eq": "mill"}, "parameter": {"unit": {"eq": "°C"}}}
                }
            },
            lambda _: False,
        ),
        (
            {"ancestors": {"some": {"kind": {"eq": "pellet"}, "process": {"isNull": True}}}},
            lambda _: False,
        ),
        (
            {"ancestors": {"some": {"kind": {"eq": "ore"}, "process": {"isNull": True}}}},
            lambda _: True,
        ),
        (
            {
                "ancestors": {
                    "some": {
                        "substance": {"eq": "LATP"},
                        "parameter": {"value": {"gt": 900, "lt": 1000}},
                    }
                }
            },
            lambda n: celsius(n) == 950,
        ),
        (
            {
                "symmetric": {"eq": True},
                "not": {"layers": {"some": {"thicknessUm": {"gte": 2}}}},
                "ancestors": {"some": {"parameter": {"value": {"lte": 900}}}},
            },
            lambda n: n % 2 == 0 and micrometre(n) < 2 and celsius(n) <= 900,
        ),
    ],
)
def test_a_condition_reaches_what_a_cell_is_made_of(
    asker: Any,  # noqa: ANN401 # a fixture
    where: dict[str, Any],
    meets: Callable[[int], bool],
) -> None:
    found = asker.data(CELLS, where=where)["cells"]["nodes"]
    assert [node["name"] for node in found] == cells(meets)


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({"madeBy": {"kind": {"eq": "coat"}}, "name": {"contains": "-9-"}}, ["coated-9-4"]),
        (
            {"ancestors": {"some": {"batch": {"eq": "B3"}}}},
            ["powder-3-2", "pellet-3-3", "coated-3-4"],
        ),
        ({"madeBy": {"inputs": {"some": {"name": {"eq": "ink-4-5"}}}}}, ["coated-4-4"]),
        (
            {
                "name": {"contains": "-2-"},
                "madeBy": {"parameters": {"none": {"name": {"eq": "temperature"}}}},
            },
            ["powder-2-2", "coated-2-4"],
        ),
        (
            {
                "ancestors": {"some": {"batch": {"eq": "B6"}}},
                "madeBy": {"inputs": {"every": {"ancestors": {"some": {"kind": {"eq": "ore"}}}}}},
            },
            ["pellet-6-3"],
        ),
        (
            {"name": {"contains": "-8-"}, "ancestors": {"none": {}}},
            ["ore-8-1", "ink-8-5", "liquid-8-6", "foil-8-7", "foil-8-8"],
        ),
    ],
)
def test_a_condition_reaches_how_a_material_was_made(
    asker: Any,  # noqa: ANN401 # a fixture
    where: dict[str, Any],
    found: list[str],
) -> None:
    query = "query ($where: MaterialWhere) { materials(where: $where) { nodes { name } } }"
    nodes = asker.data(query, where=where)["materials"]["nodes"]
    assert [node["name"] for node in nodes] == found


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({"cell": {"layers": {"some": {"substance": {"eq": "PB"}}}}}, ["1.mpr"]),
        ({"cell": {"ancestors": {"some": {"batch": {"eq": "B2"}}}}}, []),
        ({"material": {"ancestors": {"some": {"batch": {"eq": "B1"}}}}}, ["2.mpr"]),
    ],
)
def test_a_condition_reaches_from_a_test_to_what_it_was_run_on(
    asker: Any,  # noqa: ANN401 # a fixture
    where: dict[str, Any],
    found: list[str],
) -> None:
    query = "query ($where: TestWhere) { tests(where: $where) { nodes { name } } }"
    nodes = asker.data(query, where=where)["tests"]["nodes"]
    assert [node["name"] for node in nodes] == found


def test_a_material_tells_how_it_was_made_and_what_became_of_it(asker: Any) -> None:  # noqa: ANN401 # a fixture
    found = asker.data(
        """{ materials(names: ["ore-1-1", "coated-1-4"]) { nodes { name
             madeBy { kind parameters { name value unit written } inputs { name } }
             ancestors { name } descendants(first: 2) { name } } } }"""
    )["materials"]["nodes"]
    assert found == [
        {
            "name": "ore-1-1",
            "madeBy": None,
            "ancestors": [],
            "descendants": [{"name": "powder-1-2"}, {"name": "pellet-1-3"}],
        },
        {
            "name": "coated-1-4",
            "madeBy": {
                "kind": "coat",
                "parameters": [
                    {"name": "pressure", "value": 2000, "unit": "MPa", "written": "2 GPa"}
                ],
                "inputs": [{"name": "pellet-1-3"}, {"name": "ink-1-5"}],
            },
            "ancestors": [
                {"name": "pellet-1-3"},
                {"name": "ink-1-5"},
                {"name": "powder-1-2"},
                {"name": "ore-1-1"},
            ],
            "descendants": [],
        },
    ]


WRITTEN = {
    "exact": "900 °C",
    "kelvin": "1173.15 K",
    "about": "~ 900 °C",
    "above": "> 900 °C",
    "least": ">= 900 °C",
    "below": "< 900 °C",
    "most": "<= 900 °C",
    "across": "850-950 °C",
    "from": "900-950 °C",
    "hotter": "950 °C",
    "words": "red hot",
}
SAME = {"exact", "kelvin", "about"}


@pytest.fixture(scope="module")
def furnace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """Return a catalog with a process for every way to write a temperature, called as it is."""
    engine = open_catalog(Settings(home=tmp_path_factory.mktemp("furnace")))
    with change(engine, "processes") as (session, _):
        for name, written in WRITTEN.items():
            parameter = ProcessParameter(name="t", **condition(measure(written), written))
            session.add(Process(name=name, kind="sinter", parameters=[parameter]))
    with look(engine) as session:
        yield session
    engine.dispose()


@pytest.mark.parametrize(
    ("asked", "holds", "fails"),
    [
        ({"eq": 900.0}, SAME, {"above", "below", "hotter"}),
        ({"ne": 900.0}, {"above", "below", "hotter"}, SAME),
        ({"in_": [900.0, 950.0]}, {*SAME, "hotter"}, {"below"}),
        ({"gt": 900.0}, {"above", "hotter"}, {*SAME, "below", "most"}),
        (
            {"gte": 900.0},
            {*SAME, "above", "least", "from", "hotter"},
            {"below"},
        ),
        ({"lt": 900.0}, {"below"}, {*SAME, "above", "least", "from", "hotter"}),
        ({"lte": 900.0}, {*SAME, "below", "most"}, {"above", "hotter"}),
        ({"gt": 800.0}, {*WRITTEN} - {"below", "most", "words"}, set()),
        ({"gt": 800.0, "lt": 1000.0}, {*SAME, "across", "from", "hotter"}, set()),
        ({"is_null": True}, {"words"}, {*WRITTEN} - {"words"}),
        ({"is_null": False}, {*WRITTEN} - {"words"}, {"words"}),
    ],
)
def test_what_is_known_between_bounds_answers_certainly_or_not_at_all(
    furnace: Session, asked: dict[str, Any], holds: set[str], fails: set[str]
) -> None:
    where = ProcessParameterWhere(value=FloatWhere(**asked))  # type: ignore[call-arg] # made at run time
    for conditions, names in ((where, holds), (ProcessParameterWhere(not_=where), fails)):  # type: ignore[call-arg] # made at run time
        found = select(Process.name).join(Process.parameters).where(conditions.clause())
        assert set(furnace.scalars(found)) == names


def test_more_reaches_than_a_request_may_have_are_refused(asker: Any) -> None:  # noqa: ANN401 # a fixture
    one = {"layers": {"some": {"position": {"eq": 1}}}}
    assert len(asker.data(CELLS, where={"or": [one] * 20})["cells"]["nodes"]) == 12
    error = asker.error(CELLS, where={"or": [one] * 21})
    assert "21 times some, none or every" in error["message"]
    assert error["extensions"]["code"] == "INVALID_ARGUMENT"


@pytest.mark.slow
def test_the_question_finds_the_same_cells_among_two_thousand(
    settings: Settings, ask: Callable[[Settings], Any]
) -> None:
    warehouse = open_warehouse(settings)
    build(warehouse.engine, 2_000)
    warehouse.engine.dispose()
    right = sum(micrometre(cell) < 2 and celsius(cell) > 900 for cell in range(1, 2_001))
    assert ask(settings).data(ASKED) == {"cells": {"totalCount": right}}


def test_conditions_written_too_deep_are_refused_as_those_of_variables_are(asker: Any) -> None:  # noqa: ANN401 # a fixture
    def asked(levels: int) -> str:
        nested = "not: {" * levels + 'name: {eq: "C1"}' + "}" * levels
        return f"cells(where: {{{nested}}}) {{ totalCount }}"

    assert asker.data(f"{{ {asked(14)} }}")["cells"]["totalCount"] == 1
    assert "17 levels of one value" in asker.error(f"{{ {asked(15)} }}")["message"]
    hidden = f"fragment F on Query {{ {asked(40)} }} query {{ ...F }}"
    assert "42 levels of one value" in asker.error(hidden)["message"]
    default = "{not: " * 40 + "null" + "}" * 40
    error = asker.error(
        f"query ($w: CellWhere = {default}) {{ cells(where: $w) {{ totalCount }} }}"
    )
    assert "40 levels of one value" in error["message"]
