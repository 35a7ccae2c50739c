"""The documents that are put for a list of cells: each asks no more than is seen."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from service.page.address import Address
from service.page.cell_column import SORTS, ListColumn
from service.page.cell_facet import FACETS, OF_CELLS, CellFacet, conditions, narrowed_by

Question = tuple[str, Mapping[str, Any]]
"""A document and its variables."""
PAGE: Final = 50
WHOLE: Final = 500
"""Cells that a file asks for at once: the most that the API gives."""
_NUMBER: Final = "fragment Number on CellNumber { value error low high status reason detail }"
_FACET: Final = """fragment Told on Facet {
  name condition unit least greatest count notTold more
  choices { value count least greatest }
}"""


def page_of_cells(address: Address, columns: Sequence[ListColumn]) -> Question:
    """Return what is asked for a page: its rows, and the facets beside them.

    What was chosen of a facet does not narrow its own counts: such a facet is asked by itself.
    """
    numbers = [each.name for each in columns if each.is_number]
    own = [FACETS[name] for name in narrowed_by(address) if name in FACETS]
    numbers += [name for name in dict.fromkeys(map(_number, own)) if name and name not in numbers]
    fields = " ".join(each.asked for each in OF_CELLS.values())
    given = f"fields: [{fields}], summaries: [{_names(numbers)}], where: $where"
    parts = [f"facets: cellFacets({given}) {{ ...Told }}"]
    variables = {**_rows_given(address), "first": PAGE}
    declared = ""
    for place, each in enumerate(own):
        variables[f"but{place}"] = conditions(address, without=each.name)
        declared += f", $but{place}: CellWhere"
        asked = f"summaries: [{each.asked}]" if each.part else f"fields: [{each.asked}]"
        parts.append(f"own{place}: cellFacets({asked}, where: $but{place}) {{ ...Told }}")
    if address["name"]:
        declared += ", $name: String"
        variables["name"] = address["name"]
        parts.append("named: cell(name: $name) { id }")
    inside = "\n  ".join([_rows(columns), *parts])
    return f"{_head('Cells', declared)}\n  {inside}\n}}\n{_fragments(columns)}{_FACET}\n", variables


def whole_list(address: Address, columns: Sequence[ListColumn], after: str | None) -> Question:
    """Return what is asked for a file: the rows alone, many at once."""
    text = f"{_head('CellsWhole')}\n  {_rows(columns)}\n}}\n{_fragments(columns)}"
    return text, {**_rows_given(address), "first": WHOLE, "after": after}


def without_each(address: Address) -> tuple[Sequence[str], Question]:
    """Return the fields that narrow, and what asks how many cells there are without each."""
    names = narrowed_by(address)
    variables = {
        f"but{place}": conditions(address, without=name) for place, name in enumerate(names)
    }
    declared = ", ".join(f"${each}: CellWhere" for each in variables)
    asked = "\n".join(
        f"  {each}: cells(first: 1, where: ${each}) {{ totalCount }}" for each in variables
    )
    return names, (f"query Emptied({declared}) {{\n{asked}\n}}\n", variables)


def own_facets(address: Address) -> list[CellFacet]:
    """Return the facets that are asked by themselves, in their order."""
    return [FACETS[name] for name in narrowed_by(address) if name in FACETS]


def _number(facet: CellFacet) -> str:
    return facet.asked.lower() if facet.part else ""


def _names(numbers: Sequence[str]) -> str:
    return " ".join(each.upper() for each in numbers)


def _head(name: str, declared: str = "") -> str:
    return (
        f"query {name}($where: CellWhere, $orderBy: [CellOrder!], $first: Int!, $after: String"
        f"{declared}) {{"
    )


def _rows(columns: Sequence[ListColumn]) -> str:
    plain = [each.asked for each in columns if not each.is_number]
    numbers = [each.asked for each in columns if each.is_number]
    summary = f" summary {{ {' '.join(numbers)} }}" if numbers else ""
    return (
        "cells(first: $first, after: $after, where: $where, orderBy: $orderBy) {\n"
        "    totalCount pageInfo { hasNextPage endCursor }\n"
        f"    nodes {{ {' '.join(['id name configuration', *plain])}{summary} }}\n  }}"
    )


def _fragments(columns: Sequence[ListColumn]) -> str:
    return f"{_NUMBER}\n" if any(each.is_number for each in columns) else ""


def _rows_given(address: Address) -> dict[str, Any]:
    sort = address["sort"]
    by = SORTS[sort.removeprefix("-")] if sort else {"field": "ID"}
    direction = "ASC" if sort and not sort.startswith("-") else "DESC"
    return {
        "where": conditions(address),
        "orderBy": [{**by, "direction": direction}],
        "after": address["after"],
    }
