"""The list of tests: found by what they are, fifty a page, each with what was noticed in it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from service.page.address import Address, Field, choice, read_address, word
from service.page.answer import formed_table
from service.page.ask import Asked, ask
from service.page.render import page as rendered
from service.page.table import Column, Table

SORTS: Final = {
    "name": "NAME",
    "technique": "TECHNIQUE",
    "started": "STARTED_AT",
    "lasted": "DURATION_SECOND",
    "points": "POINT_COUNT",
    "cycles": "CYCLE_COUNT",
}
"""What tests are sorted by, with ``-`` before it downwards; the newest first where nothing is."""
NOT_STATED: Final = "not-told"
ANY, NONE = "any", "none"
FIELDS: Final[Sequence[Field]] = (
    word("technique", f"a technique as GCPL, or {NOT_STATED}", many=True),
    word("configuration", f"the configuration of a cell, or {NOT_STATED}", many=True),
    word("finding", f"a kind of finding, {ANY} or {NONE}", many=True),
    word("name", "a part of the name"),
    choice("cell", "", "told", NOT_STATED),
    choice("sort", "", *SORTS, *(f"-{each}" for each in SORTS)),
    word("after", "the end of the page before"),
)
_FACETS: Final = (
    ("technique", "Technique", NOT_STATED),
    ("configuration", "Configuration of the cell", NOT_STATED),
    ("finding", "Finding", NONE),
)
"""Field, words, and how no value is chosen, in the order of queries/tests.graphql."""
_FILE: Final = {
    "id": "test_id",
    "name": "name",
    "technique": "technique",
    "techniqueLabel": "technique_label",
    "instrument": "instrument",
    "startedAt": "started_at",
    "timeZone": "time_zone",
    "durationSecond": "duration_second",
    "pointCount": "point_count",
    "stepCount": "step_count",
    "numberOfCycles": "number_of_cycles",
    "spectrumCount": "spectrum_count",
}


async def page(request: Request) -> Response:
    """Answer with a page of the list."""
    address = read_address("/tests", request.query_params, FIELDS)
    asked = await _asked(request, address)
    found = asked.data["tests"]
    return rendered(
        request,
        "tests.html",
        tests=found["nodes"],
        later=found["pageInfo"]["endCursor"] if found["pageInfo"]["hasNextPage"] else None,
        facets=_facets(address, asked.data["testFacets"] or ()),
        sorts={each: _sorted(address, each) for each in SORTS},
        narrowed=[
            (name, text, _without(address, name, text))
            for name, text in address.pairs("sort", "after")
        ],
        query=asked.query,
        address=address,
    )


async def download(request: Request) -> Response:
    """Answer with the rows of a page as CSV."""
    address = read_address("/tests", request.query_params, FIELDS)
    nodes = (await _asked(request, address)).data["tests"]["nodes"]
    columns = [Column(name, "", [each[field] for each in nodes]) for field, name in _FILE.items()]
    cells = [each["cell"] or {} for each in nodes]
    columns += [
        Column(f"cell_{field}", "", [each.get(field) for each in cells])
        for field in ("id", "name", "configuration")
    ]
    materials = [(each["material"] or {}).get("name") for each in nodes]
    columns.append(Column("material_name", "", materials))
    kinds = [" ".join(one["kind"] for one in each["findings"]) for each in nodes]
    return formed_table(Table([*columns, Column("findings", "", kinds)]), "csv", "tests")


async def _asked(request: Request, address: Address) -> Asked:
    order = address["sort"]
    by = SORTS[order.removeprefix("-")] if order else "ID"
    direction = "ASC" if order and not order.startswith("-") else "DESC"
    asked = await ask(
        request,
        "tests",
        where=_where(address),
        orderBy=[{"field": by, "direction": direction}],
        after=address["after"],
    )
    if asked.data.get("tests") is None:  # a place in another order, or none
        raise HTTPException(400, asked.fault("tests") or "These tests cannot be listed.")
    return asked


def _where(address: Address) -> Mapping[str, Any]:
    """Return the conditions of an address: fields are and, values of one field or."""
    conditions: list[Mapping[str, Any]] = []
    if techniques := address["technique"]:
        conditions.append(_one_of("technique", techniques, NOT_STATED))
    if configurations := address["configuration"]:
        conditions.append({"cell": _one_of("configuration", configurations, NOT_STATED)})
    if findings := address["finding"]:
        conditions.append(
            {"finding": {"isNull": False}}
            if ANY in findings
            else _one_of("finding", findings, NONE)
        )
    if address["name"]:
        conditions.append({"name": {"contains": address["name"]}})
    if address["cell"]:
        conditions.append({"cellId": {"isNull": address["cell"] == NOT_STATED}})
    return {"and": conditions} if conditions else {}


def _one_of(field: str, values: Sequence[str], absent: str) -> Mapping[str, Any]:
    """Return the condition that a column has one of some values, of which one says it has none."""
    there = {field: {"in": [each for each in values if each != absent]}}
    if absent not in values:
        return there
    return (
        {field: {"isNull": True}}
        if len(values) == 1
        else {"or": [there, {field: {"isNull": True}}]}
    )


def _facets(address: Address, answers: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return what there is to choose among: a field, and of each choice its link and its count."""
    facets: list[Mapping[str, Any]] = []
    for (field, words, absent), facet in zip(_FACETS, answers, strict=True):
        counts = {each["value"]: each["count"] for each in facet["choices"]}
        if facet["notTold"]:
            counts[absent] = facet["notTold"]
        choices = [
            (value, count, value in address[field], _toggled(address, field, value))
            for value, count in counts.items()
        ]
        facets.append({"field": field, "words": words, "choices": choices, "more": facet["more"]})
    return facets


def _toggled(address: Address, field: str, value: str) -> str:
    now = tuple(each for each in address[field] if each != ANY)
    left = tuple(each for each in now if each != value)
    return address.but(**{field: left if value in now else (*now, value), "after": None}).link()


def _sorted(address: Address, by: str) -> tuple[str, str]:
    """Return the address sorted by a column, the other way where it is already, and how it is."""
    now = address["sort"]
    upwards = now == by
    how = "ascending" if upwards else "descending" if now == f"-{by}" else "none"
    return address.link(sort=f"-{by}" if upwards else by, after=None), how


def _without(address: Address, name: str, text: str) -> str:
    value, rest = address[name], "" if name == "cell" else None
    left = tuple(each for each in value if each != text) if isinstance(value, tuple) else rest
    return address.but(**{name: left, "after": None}).link()
