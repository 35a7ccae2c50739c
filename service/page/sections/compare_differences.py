"""What else differs between groups of cells than what they are grouped by."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.requests import Request

from service.page.address import Address
from service.page.ask import ask, ask_text, floats
from service.page.comparison import MOST_GROUPS, treatment, which
from service.page.number import entered
from service.page.section import Content, Section
from service.page.table import Column, Table

_FIELDS: Final = {
    "CONFIGURATION": "Configuration",
    "SUBSTANCE": "Substances",
    "LAYER_THICKNESS_UM": "Thickness / µm",
    "LAYER_LOADING_MG_PER_CM2": "Loading / mg cm⁻²",
    "AREA_CM2": "Area / cm²",
    "ACTIVE_MASS_GRAM": "Active mass / g",
    "TECHNIQUE": "Techniques",
    "PROJECT": "Project",
}
_MOST: Final = 6
"""Choices that are listed of a group."""


async def _show(request: Request, _subject: int, address: Address) -> Content:
    by = treatment(address)
    assert by is not None  # noqa: S101 # the section is there where one is
    where = by.without_unstated(which(address))
    asked = await ask(request, "compare_settings", where=where, treatment=by.name)
    if fault := asked.fault("groupStatistics"):
        return Content(asked.query, fault=fault)
    answer = asked.data["groupStatistics"]
    values = floats(answer["value"])
    counts = floats(answer["groupCellCount"])
    first: dict[str | None, int] = {}
    for place, setting in enumerate(answer["setting"]):
        first.setdefault(setting, place)
    largest = sorted(first.items(), key=lambda each: -counts[each[1]])[:MOST_GROUPS]
    groups = []
    for setting, place in largest:
        value = values[place]
        members = by.members(setting, None if value != value else float(value))  # noqa: PLR0124 # not a number
        if members is not None and (setting is not None or by.without):
            groups.append((by.called(setting), {"and": [where, members]}))
    if len(groups) < 2:
        return Content(
            asked.query, empty="There are no two groups whose cells can be distinguished."
        )
    found = await ask_text(request, *_question([members for _, members in groups]))
    facets = [found.data[f"g{place}"] or () for place in range(len(groups))]
    rows = _rows(facets, by.name.upper())
    names = [name for name, _ in groups]
    if not rows:
        return Content(found.query, empty="Nothing else that is stated differs between them.")
    context = {
        "table": _table(rows, names),
        "along": [title for title, _, goes in rows if goes],
        "by": by,
    }
    return Content(found.query, context=context)


def _question(groups: Sequence[Mapping[str, Any]]) -> tuple[str, Mapping[str, Any]]:
    # in an "or", for a facet is not narrowed by its own condition otherwise
    variables = {f"w{place}": {"or": [where]} for place, where in enumerate(groups)}
    declared = ", ".join(f"${name}: CellWhere" for name in variables)
    asked = "\n".join(
        f"  g{place}: cellFacets(fields: [{' '.join(_FIELDS)}], where: ${name})"
        " { name count notTold least greatest choices { value count least greatest } }"
        for place, name in enumerate(variables)
    )
    return f"query Differences({declared}) {{\n{asked}\n}}\n", variables


def _rows(
    facets: Sequence[Sequence[Mapping[str, Any]]], own: str
) -> list[tuple[str, list[str], bool]]:
    """Return each respect in which groups differ: what each has, and whether it goes along.

    It goes along where no two groups have any of it in common.
    """
    rows = []
    for place, (name, title) in enumerate(_FIELDS.items()):
        of_groups = [each[place] for each in facets]
        assert all(each["name"] == name for each in of_groups)  # noqa: S101 # in the order asked for
        kinds = [_kind(each) for each in of_groups]
        if len(set(kinds)) == 1 or name == own:
            continue
        goes_along = len(frozenset().union(*kinds)) == sum(map(len, kinds))
        rows.append((title, [_words(each) for each in of_groups], goes_along))
    return rows


def _kind(facet: Mapping[str, Any]) -> frozenset[Any]:
    choices = {(each["value"], each["least"], each["greatest"]) for each in facet["choices"]}
    ends = {(facet["least"], facet["greatest"])} if not choices and facet["count"] else set()
    return frozenset(choices | ends | ({None} if facet["notTold"] else set()))


def _words(facet: Mapping[str, Any]) -> str:
    texts = []
    for each in facet["choices"][:_MOST]:
        span = "" if each["least"] is None else f" {_span(each['least'], each['greatest'])}"
        texts.append(f"{each['value']}{span} ({each['count']})")
    if len(facet["choices"]) > _MOST:
        texts.append(f"and {len(facet['choices']) - _MOST} more")
    if not facet["choices"] and facet["least"] is not None:
        texts.append(_span(facet["least"], facet["greatest"]))
    if facet["notTold"]:
        texts.append(f"not stated ({facet['notTold']})")
    return ", ".join(texts) or "none"


def _span(least: float, greatest: float) -> str:
    return entered(least) if least == greatest else f"{entered(least)} to {entered(greatest)}"


def _table(rows: Sequence[tuple[str, list[str], bool]], names: Sequence[str]) -> Table:
    titles = [title for title, _, _ in rows]
    columns = [Column("respect", "What", titles, titles, numeric=False)]
    for place, name in enumerate(names):
        each = [words[place] for _, words, _ in rows]
        columns.append(Column(name, name, each, each, numeric=False))
    return Table(columns)


SECTION: Final = Section(
    "differences", "What else differs", _show, "section/compare_differences.html", width="whole"
)
