"""The list of cells: found by what they are and how they did, picked, and compared."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from schema.error import UnknownName
from service.page import cell_facet
from service.page.address import Address, Field, choice, read_address, switch, whole, word
from service.page.answer import formed_table
from service.page.ask import Asked, ask, ask_text
from service.page.cell_column import (
    COLUMNS,
    OF_OTHERS,
    OF_SYMMETRIC,
    SORTS,
    ListColumn,
    details,
    in_files,
    shown,
)
from service.page.cell_facet import FACETS, OF_CELLS, conditions
from service.page.cell_question import own_facets, page_of_cells, whole_list, without_each
from service.page.facet import Facet, facet
from service.page.render import page as rendered
from service.page.table import Column, Table

MOST_PICKED: Final = 50
MOST_COLUMNS: Final = 10
FIELDS: Final[Sequence[Field]] = (
    *cell_facet.FIELDS,
    Field("columns", "columns", many=True, joined=True, most=MOST_COLUMNS),
    choice("sort", "", *SORTS, *(f"-{each}" for each in SORTS)),
    whole("pick", many=True, most=MOST_PICKED),
    switch("compare"),
    word("after", "the end of the page before"),
)
_ADDRESS: Final = "/cells"


async def page(request: Request) -> Response:
    """Answer with a page of the list, with the one cell that is meant, or with what to compare."""
    address = _read(request)
    if address["compare"]:
        if not address["pick"]:
            raise HTTPException(400, "Nothing is picked yet: pick cells in the list first.")
        picked = ",".join(map(str, address["pick"]))
        return RedirectResponse(f"/compare?cells={picked}", 303)
    columns, why = await _columns(request, address)
    asked = await ask_text(request, *page_of_cells(address, columns))
    found = _found(asked)
    if one := _meant(address, asked.data):
        return RedirectResponse(f"/cells/{one}", 303)
    nodes = found["nodes"]
    return rendered(
        request,
        "cells.html",
        total=found["totalCount"],
        nodes=nodes,
        columns=[
            (each, *shown(each, nodes), details(each, nodes), _sorted(address, each.name))
            for each in columns
        ],
        sorts={each: _sorted(address, each) for each in ("name", "configuration")},
        why=why,
        choosable=COLUMNS.values(),
        facets=_facets(address, columns, asked.data),
        narrowed=_narrowed(address),
        emptied=await _emptied(request, address) if not nodes else (),
        later=found["pageInfo"]["endCursor"] if found["pageInfo"]["hasNextPage"] else None,
        picked=address["pick"],
        elsewhere=[each for each in address["pick"] if str(each) not in {n["id"] for n in nodes}],
        together=_together(address),
        arrows=_arrows(columns, nodes),
        query=asked.query,
        address=address,
    )


async def download(request: Request) -> Response:
    """Answer with the rows of all pages as CSV or JSON."""
    address = _read(request).but(after=None)
    columns, _ = await _columns(request, address)
    nodes: list[Mapping[str, Any]] = []
    after: str | None = None
    while True:
        found = _found(await ask_text(request, *whole_list(address, columns, after)))
        nodes += found["nodes"]
        if not found["pageInfo"]["hasNextPage"]:
            break
        after = found["pageInfo"]["endCursor"]
    leading = [
        Column("cell_id", "", [int(each["id"]) for each in nodes]),
        *(Column(name, "", [each[name] for each in nodes]) for name in ("name", "configuration")),
    ]
    table = Table([*leading, *(file for each in columns for file in in_files(each, nodes))])
    return formed_table(table, request.url.path.rpartition(".")[2], "cells")


def _read(request: Request) -> Address:
    address = read_address(_ADDRESS, request.query_params, FIELDS)
    for name in address["columns"]:
        if name not in COLUMNS:
            raise UnknownName("column of cells", name, COLUMNS)
    return address


def _found(asked: Asked) -> Mapping[str, Any]:
    """Return the rows that were asked for; a cursor of another order is shown as a fault."""
    found: Mapping[str, Any] | None = asked.data.get("cells")
    if found is None:
        raise HTTPException(400, asked.fault("cells") or "These cells cannot be listed.")
    return found


async def _columns(request: Request, address: Address) -> tuple[list[ListColumn], str]:
    """Return the columns of an address; where it has none, those for what there is, and why."""
    if address["columns"]:
        return [COLUMNS[each] for each in address["columns"]], ""
    where = conditions(address)
    # in an "or", for a facet is not narrowed by its own condition otherwise
    asked = await ask(request, "cell_kinds", where=where and {"or": [where]})
    (kinds,) = asked.data["cellFacets"]
    counts = {each["value"]: each["count"] for each in kinds["choices"]}
    symmetric = counts.get("true", 0)
    others = counts.get("false", 0) + kinds["notTold"]
    both = ((others, OF_OTHERS), (symmetric, OF_SYMMETRIC))
    most_first = sorted(both, key=lambda each: -each[0])
    names = [name for count, some in most_first if count for name in some]
    said = [
        f"{symmetric} symmetric" if symmetric else "",
        f"{others} not symmetric" if others else "",
    ]
    return [COLUMNS[each] for each in names], " and ".join(filter(None, said))


def _meant(address: Address, data: Mapping[str, Any]) -> str | None:
    """Return the id of the cell that is meant where only a name is asked for."""
    if [name for name, _ in address.pairs()] != ["name"]:
        return None
    if data.get("named"):
        return str(data["named"]["id"])
    nodes = data["cells"]["nodes"]
    return str(nodes[0]["id"]) if data["cells"]["totalCount"] == 1 else None


def _sorted(address: Address, by: str) -> tuple[str, str]:
    """Return the address sorted by a column, the other way where it is already, and how it is."""
    now = address["sort"]
    how = {by: "ascending", f"-{by}": "descending"}.get(now, "none")
    first = by if by in {"name", "configuration"} else f"-{by}"
    other = f"-{by}" if first == by else by
    return address.link(sort=other if now == first else first, after=None), how


def _facets(
    address: Address, columns: Sequence[ListColumn], data: Mapping[str, Any]
) -> list[Facet]:
    answers = {_asked(each): each for each in data["facets"] or ()}
    own = own_facets(address)
    for place, known in enumerate(own):
        for each in data[f"own{place}"] or ():
            if _asked(each) == (known.asked, known.part):
                answers[known.asked, known.part] = each
    numbers = [each.name for each in columns if each.is_number]
    numbers += [each.asked.lower() for each in own if each.part]
    wanted = [*OF_CELLS.values()]
    for name in dict.fromkeys(numbers):
        parts = (name, f"{name}.status", f"{name}.detail")
        wanted += [FACETS[each] for each in parts if each in FACETS]
    facets = [
        facet(address, known, answers[known.asked, known.part])
        for known in wanted
        if (known.asked, known.part) in answers
    ]
    return [each for each in facets if each.choices or each.span]


def _asked(answer: Mapping[str, Any]) -> tuple[str, str]:
    condition = answer["condition"]
    return answer["name"], condition.rpartition(".")[2] if condition.startswith("summary.") else ""


def _narrowed(address: Address) -> list[tuple[str, str]]:
    """Return each condition in words, with the address without it."""
    narrowed = []
    for name in cell_facet.narrowed_by(address):
        if name == "name":
            narrowed.append((f"name: {address['name']}", address.but(name=None, after=None).link()))
            continue
        if name == "id":
            words = f"{len(address['id'])} that are meant"
            narrowed.append((words, address.but(id=(), after=None).link()))
            continue
        values = address[name]
        for value in values:
            left = tuple(each for each in values if each != value)
            words = f"{FACETS[name].title.lower()}: {FACETS[name].field.write(value)}"
            narrowed.append((words, address.but(**{name: left, "after": None}).link()))
    return narrowed


async def _emptied(request: Request, address: Address) -> list[tuple[str, int, str]]:
    """Return what emptied the list: each condition without which cells are left, the nearest first.

    Where it takes more than one, that is all of them.
    """
    names, question = without_each(address)
    if not names:
        return []
    asked = await ask_text(request, *question)
    emptied = []
    for place, name in enumerate(names):
        count = asked.data[f"but{place}"]["totalCount"]
        title = FACETS[name].title.lower() if name in FACETS else name
        none = None if name == "name" else ()
        emptied.append((title, count, address.but(**{name: none, "after": None}).link()))
    return sorted((each for each in emptied if each[1]), key=lambda each: each[1])


def _together(address: Address) -> str:
    """Return the address that compares all cells of a list as groups."""
    chosen = {field.name: address[field.name] for field in cell_facet.FIELDS}
    bare = Address("/compare", cell_facet.FIELDS, chosen).link()
    return f"{bare}{'&' if '?' in bare else '?'}group=configuration"


def _arrows(
    columns: Sequence[ListColumn], nodes: Sequence[Mapping[str, Any]]
) -> list[tuple[str, str]]:
    """Return where the rows that numbers are made of stream from, of the cells that are seen."""
    cells = "&".join(f"cell={each['id']}" for each in nodes)
    metrics = dict.fromkeys(each.metric for each in columns if each.is_number)
    return (
        [(each.replace("_", " "), f"/arrow/metrics/{each}?{cells}") for each in metrics]
        if cells
        else []
    )
