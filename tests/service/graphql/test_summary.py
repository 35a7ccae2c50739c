"""Cells by their numbers: shown, chosen, ordered, and counted as one would by hand."""

from collections.abc import Callable, Iterator, Mapping
from operator import ge, gt, le, lt
from statistics import median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import fleet
from schema.catalog import Cell, CellLayer
from schema.catalog.connection import change
from schema.settings import Settings
from schema.warehouse import open_warehouse
from service.graphql.build.table import camel
from service.metric.library import read_metrics
from service.metric.reduction import summaries
from tests.law import law
from tests.service.asker import Asker, asked

CELLS, CYCLES = 44, 9
SUMMARIES = summaries(read_metrics())
FIELDS = "value error low high status reason detail counted leftOut"
NUMBERS = {
    "cycleLife": "CYCLE_LIFE",
    "lastCapacityRetention": "LAST_CAPACITY_RETENTION",
    "timeToFailure": "TIME_TO_FAILURE",
    "theoreticalCapacity": "THEORETICAL_CAPACITY",
}
ALL = "{ cells(first: 500) { nodes { id name configuration symmetric areaCm2 } } }"
Node = dict[str, Any]


@pytest.fixture(scope="module")
def asker(module_settings: Settings) -> Iterator[Asker]:
    """Return who asks a service on cells that were cycled, some twice, and four that were not."""
    warehouse = open_warehouse(module_settings)
    fleet.fill(warehouse, CELLS, CYCLES)
    fleet.add_tests(warehouse, range(3, 9), CYCLES)
    with change(warehouse.engine, "enter cells") as (session, _):
        for number in range(CELLS + 1, CELLS + 5):
            session.add(
                Cell(
                    id=number,
                    name=f"idle-{number}",
                    configuration="Li/LATP/LFP" if number % 2 else None,
                    area_cm2=0.5 if number % 2 else None,
                    layers=[CellLayer(position=1, role="positive", substance_id=3)],
                )
            )
    warehouse.engine.dispose()
    with asked(module_settings, only_reads=True) as asker:
        yield asker


@pytest.fixture(scope="module")
def nodes(asker: Asker) -> list[Node]:
    """Return all cells with their numbers, these out of the metrics' own fields."""
    found: list[Node] = asker.data(ALL)["cells"]["nodes"]
    for name in NUMBERS:
        numbers = by_hand(asker, name)
        for node in found:
            node[name] = numbers.get(node["id"])
    return found


def rows_of(asker: Asker, metric: str) -> list[dict[str, Any]]:
    """Return the rows of a metric out of its own field, in their order."""
    file = read_metrics()[metric]
    names = [camel(each.name) for each in file.answer]
    columns = asker.data(f"{{ {camel(metric)} {{ {' '.join(names)} }} }}")[camel(metric)]
    return [
        dict(zip([each.name for each in file.answer], row, strict=True))
        for row in zip(*(columns[name] for name in names), strict=True)
    ]


def is_warm(row: dict[str, Any]) -> bool:
    """Return whether a sweep was taken at 20 to 30 °C."""
    celsius = row["temperature_celsius"]
    return celsius is not None and 20 <= celsius <= 30


MEANT: Mapping[str, Callable[[dict[str, Any]], bool]] = {
    "complete AND kind_role = 'main'": lambda row: row["complete"] and row["kind_role"] == "main",
    "complete": lambda row: bool(row["complete"]),
    "object = 'interface'": lambda row: row["object"] == "interface",
    "object = 'interface' AND convention = 'sT'": lambda row: (
        (row["object"], row["convention"]) == ("interface", "sT")
    ),
    "temperature_celsius BETWEEN 20 AND 30": is_warm,
    "convention = 'total' AND temperature_celsius BETWEEN 20 AND 30": lambda row: (
        row["convention"] == "total" and is_warm(row)
    ),
    "object = 'total' AND temperature_celsius BETWEEN 20 AND 30": lambda row: (
        row["object"] == "total" and is_warm(row)
    ),
    "": lambda _: True,
}
TESTS = """query ($after: String) { tests(first: 500, after: $after) {
  nodes { id cellId startedAt } pageInfo { hasNextPage endCursor } } }"""


def by_hand(asker: Asker, field: str) -> dict[str, dict[str, Any]]:
    """Return a number of each cell that has one, reduced here out of the metric's own rows."""
    summary, metric, _ = next(s for name, s in SUMMARIES.items() if camel(name) == field)
    tests = {each["id"]: each for each in asker.data(TESTS)["tests"]["nodes"]}
    cells: dict[str, list[dict[str, Any]]] = {}
    for row in rows_of(asker, metric.name):
        test = tests[row["test_id"]] if "test_id" in metric.grain else None
        cell = test["cellId"] if test else row["cell_id"]
        if cell is not None:
            row["place"] = (test["startedAt"] or "9", int(test["id"])) if test else ()
            cells.setdefault(cell, []).append(row)
    beside = {word: metric.beside.get(word) for word in ("error", "low", "high")}
    found = {}
    for cell, rows in cells.items():
        rows.sort(key=lambda row: row["place"])  # of a test they are in order
        meant = [row for row in rows if MEANT[summary.rows](row)]
        known = [row for row in meant if row[metric.main] is not None]
        nothing = dict.fromkeys(("value", "error", "low", "high", "reason", "detail"))
        counts = {"counted": len(known), "leftOut": len(rows) - len(known)}
        if not meant:
            found[cell] = {**nothing, **counts, "status": "not_computable"}
            found[cell]["reason"] = "none of its rows counts"
            continue
        if summary.reduction == "median" and not known:
            ((status, reason),) = {(row["status"], row["reason"]) for row in meant}
            found[cell] = {**nothing, **counts, "status": status, "reason": reason}
            found[cell]["detail"] = meant[0][summary.detail]
            continue
        if summary.reduction == "median":
            fine = [row for row in known if row["status"] == "ok"]
            assert 2 * len(fine) > len(meant), (
                "write the rest, which test_summary.py of metrics has"
            )
            values = [row[metric.main] for row in fine]
            found[cell] = {**nothing, "status": "ok", "value": median(values)}
            found[cell] |= {"low": min(values), "high": max(values)}
            found[cell] |= {"counted": len(fine), "leftOut": len(rows) - len(fine)}
            found[cell]["detail"] = fine[0][summary.detail]
            continue
        row = (known or meant)[-1 if summary.reduction == "last" else 0]
        found[cell] = {
            "value": row[metric.main],
            **{word: name and row[name] for word, name in beside.items()},
            "status": row["status"],
            "reason": row["reason"],
            "detail": row[summary.detail] if summary.detail else None,
            **counts,
        }
        if (
            summary.reduction == "single"
            and len({(r[metric.main], r["status"]) for r in meant}) > 1
        ):
            found[cell] |= {**nothing, "status": "not_comparable", "reason": "its rows differ"}
    return found


@pytest.mark.slow
def test_numbers_of_the_demo_are_those_of_the_metrics_own_fields(demo_warehouse: Settings) -> None:
    asks = " ".join(f"{camel(name)} {{ {FIELDS} }}" for name in SUMMARIES)
    query = f"{{ cells(first: 500) {{ nodes {{ id summary {{ {asks} }} }} }} }}"
    with asked(demo_warehouse, only_reads=True) as asker:
        cells = asker.data(query)["cells"]["nodes"]
        for name in SUMMARIES:
            expected = by_hand(asker, camel(name))
            assert expected
            for cell in cells:
                number, by = cell["summary"][camel(name)], expected.get(cell["id"])
                assert (number is None) == (by is None)
                for field, value in (by or {}).items():
                    if isinstance(value, float):
                        assert number[field] == pytest.approx(value, rel=1e-12)
                    else:
                        assert number[field] == value


# what a condition comes to by hand: true, false or unknown

Met = bool | None
COMPARE = {"gt": gt, "gte": ge, "lt": lt, "lte": le}


def compared(value: Any, condition: dict[str, Any]) -> Met:  # noqa: ANN401 # any value
    """Return whether a value meets every comparison of a condition."""
    met: list[Met] = []
    for name, wanted in condition.items():
        if name == "isNull":
            met.append((value is None) == wanted)
        elif value is None:
            met.append(None)
        elif name in {"eq", "ne"}:
            met.append((value == wanted) == (name == "eq"))
        elif name == "in":
            met.append(value in wanted)
        else:
            met.append(COMPARE[name](value, wanted))
    return every(met)


def every(met: list[Met]) -> Met:
    """Return whether all hold, as SQL has it."""
    return False if False in met else None if None in met else True


def inverted(met: Met) -> Met:
    """Return whether it does not hold."""
    return None if met is None else not met


def meets(node: Node, where: dict[str, Any]) -> Met:
    """Return whether a cell meets conditions."""
    met: list[Met] = []
    for name, inner in where.items():
        if name == "and":
            met.append(every([meets(node, each) for each in inner]))
        elif name == "or":
            met.append(inverted(every([inverted(meets(node, each)) for each in inner])))
        elif name == "not":
            met.append(inverted(meets(node, inner)))
        elif name == "summary":
            for number, conditions in inner.items():
                row = node[number] or {}
                met += [compared(row.get(field), each) for field, each in conditions.items()]
        else:
            met.append(compared(node[name], inner))
    return every(met)


def conditions(nodes: list[Node]) -> st.SearchStrategy[dict[str, Any]]:
    """Return conditions that part these cells."""

    def values(number: str, field: str) -> list[Any]:
        found = {(node[number] or {}).get(field) for node in nodes} - {None}
        return sorted(found) or [1.0]

    def of_number(number: str) -> st.SearchStrategy[dict[str, Any]]:
        size = st.sampled_from(["gt", "gte", "lt", "lte", "eq", "ne"])
        number_of = st.sampled_from(values(number, "value"))
        status = st.sampled_from(["ok", "censored", "not_comparable"])
        empty = st.fixed_dictionaries({"isNull": st.booleans()})
        condition = st.fixed_dictionaries(
            {},
            optional={
                "value": st.dictionaries(size, number_of, min_size=1, max_size=2) | empty,
                "status": st.fixed_dictionaries({"eq": status})
                | st.fixed_dictionaries({"in": st.lists(status, max_size=2)})
                | empty,
                "detail": empty,
            },
        )
        return condition.map(lambda each: {"summary": {number: each}})

    leaf = st.one_of(
        *map(of_number, NUMBERS),
        st.sampled_from(["Li/LATP/LFP", "Li/LATP/Li"]).map(lambda c: {"configuration": {"eq": c}}),
        st.booleans().map(lambda each: {"symmetric": {"eq": each}}),
        st.booleans().map(lambda each: {"areaCm2": {"isNull": each}}),
    )
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.lists(inner, max_size=2).map(lambda each: {"and": each}),
            st.lists(inner, max_size=2).map(lambda each: {"or": each}),
            inner.map(lambda each: {"not": each}),
        ),
        max_leaves=4,
    )


COLUMNS = {"CONFIGURATION": "configuration", "AREA_CM2": "areaCm2", "ID": "id"}
DIRECTION = st.sampled_from(["ASC", "DESC"])
ORDERS = st.lists(
    st.builds(
        lambda n, d: {"summary": n, "direction": d}, st.sampled_from([*NUMBERS.values()]), DIRECTION
    )
    | st.builds(lambda n, d: {"field": n, "direction": d}, st.sampled_from([*COLUMNS]), DIRECTION),
    max_size=3,
)


def bound(row: dict[str, Any] | None) -> float | None:
    """Return what a cell is ordered by: its number, or its bound where that is censored."""
    if row is None:
        return None
    ends = ("value", "low", "high") if row["status"] == "censored" else ("value",)
    return next((row[end] for end in ends if row[end] is not None), None)


def ordered(nodes: list[Node], order: list[dict[str, str]]) -> list[str]:
    """Return the ids of cells in an order, those without a value last."""
    found = sorted(nodes, key=lambda node: int(node["id"]))
    fields = {name: field for field, name in NUMBERS.items()}
    for each in reversed(order):

        def value(node: Node, each: dict[str, str] = each) -> Any:  # noqa: ANN401 # any value
            if "summary" in each:
                return bound(node[fields[each["summary"]]])
            found = node[COLUMNS[each["field"]]]
            return int(found) if each["field"] == "ID" else found

        with_value = [node for node in found if value(node) is not None]
        with_value.sort(key=value, reverse=each["direction"] == "DESC")  # stable either way
        found = with_value + [node for node in found if value(node) is None]
    return [node["id"] for node in found]


PAGE = """
query ($where: CellWhere, $order: [CellOrder!], $first: Int, $after: String, $last: Int,
       $before: String) {
  cells(where: $where, orderBy: $order, first: $first, after: $after, last: $last,
        before: $before) {
    nodes { id } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }
"""


@pytest.mark.slow
@law(10)
@given(data=st.data())
def test_pages_hold_each_cell_once_in_the_order_of_its_number(
    asker: Asker, nodes: list[Node], data: st.DataObject
) -> None:
    where = data.draw(conditions(nodes), "where")
    order = data.draw(ORDERS, "order")
    expected = ordered([node for node in nodes if meets(node, where) is True], order)
    forward: list[str] = []
    backward: list[str] = []
    after = before = None
    while True:
        page = asker.data(PAGE, where=where, order=order, first=17, after=after)["cells"]
        forward += [node["id"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        assert page["totalCount"] == len(expected)
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert forward == expected
    while True:
        page = asker.data(PAGE, where=where, order=order, last=17, before=before)["cells"]
        backward = [node["id"] for node in page["nodes"]] + backward
        before = page["pageInfo"]["startCursor"]
        if not page["pageInfo"]["hasPreviousPage"]:
            break
    assert backward == expected


FACETS = """query ($where: CellWhere) {
  cellFacets(where: $where, fields: [CONFIGURATION, SYMMETRIC, AREA_CM2], summaries: [CYCLE_LIFE]) {
    name condition choices { value count } more least greatest count notTold } }"""
OWN: Mapping[str, tuple[dict[str, Any], Callable[[Node], Any]]] = {
    "configuration": ({"configuration": {"eq": "Li/LATP/Li"}}, lambda node: node["configuration"]),
    "symmetric": ({"symmetric": {"eq": True}}, lambda node: node["symmetric"]),
    "areaCm2": ({"areaCm2": {"gte": 1.0}}, lambda node: node["areaCm2"]),
    "summary.cycleLife.value": (
        {"summary": {"cycleLife": {"value": {"lt": 9.0}}}},
        lambda node: (node["cycleLife"] or {}).get("value"),
    ),
    "summary.cycleLife.status": (
        {"summary": {"cycleLife": {"status": {"eq": "ok"}}}},
        lambda node: (node["cycleLife"] or {}).get("status"),
    ),
    "summary.cycleLife.detail": (
        {"summary": {"cycleLife": {"detail": {"isNull": True}}}},
        lambda node: (node["cycleLife"] or {}).get("detail"),
    ),
}


@pytest.mark.slow
@law(10)
@given(data=st.data())
def test_a_facet_counts_the_rows_of_all_conditions_but_its_own(
    asker: Asker, nodes: list[Node], data: st.DataObject
) -> None:
    own = data.draw(st.lists(st.sampled_from([*OWN]), unique=True, max_size=3), "own")
    other = data.draw(conditions(nodes), "other")
    answer = asker.data(
        FACETS, where={"and": [*(OWN[each][0] for each in own), {"not": {"not": other}}]}
    )
    assert [each["condition"] for each in answer["cellFacets"]] == [*OWN]
    for facet in answer["cellFacets"]:
        path = facet["condition"]
        others = [OWN[each][0] for each in own if each != path]
        rows = [node for node in nodes if meets(node, {"and": [*others, other]}) is True]
        values = [OWN[path][1](node) for node in rows]
        known = [each for each in values if each is not None]
        assert (facet["count"], facet["notTold"]) == (len(known), len(values) - len(known))
        if path in {"areaCm2", "summary.cycleLife.value"}:
            ends = (min(known), max(known)) if known else (None, None)
            assert (facet["least"], facet["greatest"]) == ends
            assert facet["choices"] == []
            continue
        words = [str(each).lower() if isinstance(each, bool) else each for each in known]
        counted = {each["value"]: each["count"] for each in facet["choices"]}
        assert counted == {word: words.count(word) for word in words}
        assert facet["more"] == 0


def test_a_censored_life_stands_by_the_cycle_it_reached(asker: Asker, nodes: list[Node]) -> None:
    order = [{"summary": "CYCLE_LIFE", "direction": "DESC"}]
    found = asker.data(PAGE, order=order, first=500)["cells"]["nodes"]
    lives = {node["id"]: node["cycleLife"] for node in nodes}
    assert any(life and life["status"] == "censored" for life in lives.values())
    values = [life["value"] for node in found if (life := lives[node["id"]])]
    known = [value for value in values if value is not None]
    assert values[: len(known)] == sorted(known, reverse=True)  # those that have none come last


def test_a_cell_nothing_was_tested_of_has_the_numbers_that_need_no_test(asker: Asker) -> None:
    query = (
        f'{{ cell(id: "{CELLS + 1}") '
        "{ summary { theoreticalCapacity { value status } cycleLife { value } } } }"
    )
    summary = asker.data(query)["cell"]["summary"]
    assert summary["theoreticalCapacity"]["value"] == pytest.approx(169.89, abs=0.01)
    assert summary["cycleLife"] is None


def test_a_condition_on_a_number_reaches_through_a_test(asker: Asker, nodes: list[Node]) -> None:
    query = "query ($w: TestWhere) { tests(where: $w, first: 500) { nodes { cellId } } }"
    where = {"cell": {"summary": {"lastCapacityRetention": {"value": {"lt": 0.997}}}}}
    found = {each["cellId"] for each in asker.data(query, w=where)["tests"]["nodes"]}
    numbers = {node["id"]: node["lastCapacityRetention"] for node in nodes}
    known = {
        cell: row["value"] for cell, row in numbers.items() if row and row["value"] is not None
    }
    assert found == {cell for cell, value in known.items() if value < 0.997}
    assert found


@pytest.mark.parametrize(
    "order", [{}, {"field": "NAME", "summary": "CYCLE_LIFE"}, {"direction": "DESC"}]
)
def test_an_order_is_of_a_field_or_of_a_number(asker: Asker, order: dict[str, str]) -> None:
    assert "a field or a summary" in asker.error(PAGE, order=[order])["message"]


def test_a_cursor_of_another_number_is_refused(asker: Asker) -> None:
    order = [{"summary": "CYCLE_LIFE"}]
    cursor = asker.data(PAGE, order=order, first=3)["cells"]["pageInfo"]["endCursor"]
    for other in ([{"summary": "FADE_RATE"}], [{"field": "NAME"}], []):
        error = asker.error(PAGE, order=other, after=cursor)
        assert "of the same orderBy" in error["message"]


def test_conditions_on_more_numbers_than_a_request_may_are_refused(asker: Asker) -> None:
    one = {"summary": {"cycleLife": {"value": {"gt": 1.0}}, "fadeRate": {"value": {"gt": 1.0}}}}
    error = asker.error(PAGE, where={"and": [one] * 11})
    assert "22 times some, none or every, summaries among them" in error["message"]


def test_null_is_no_value_of_a_condition(asker: Asker) -> None:
    error = asker.error(PAGE, where={"summary": {"cycleLife": {"value": {"eq": None}}}})
    assert "for none use isNull" in error["message"]


def test_what_a_metric_comes_to_a_cell_is_told_with_it(asker: Asker) -> None:
    query = (
        '{ metrics(names: ["discharge_capacity", "c_rate"]) '
        "{ summaries { name field unit meaning rule } } }"
    )
    capacity, rate = asker.data(query)["metrics"]
    assert rate["summaries"] == []
    assert [each["field"] for each in capacity["summaries"]] == [
        "firstDischargeCapacity",
        "lastDischargeCapacity",
    ]
    assert capacity["summaries"][0]["unit"] == "A·h"
    assert "the first of them with a number" in capacity["summaries"][0]["rule"]
