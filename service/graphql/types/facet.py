"""What there is to choose among of cells, tests and materials: their facets, and root fields."""

from asyncio import gather
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Annotated, Any, Final, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import strawberry
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from schema import catalog
from schema.catalog import Table
from schema.catalog.connection import current_snapshot
from schema.error import InvalidArgument
from schema.record.known import noun
from service.graphql.build.context import Info
from service.graphql.build.facet import (
    MOST_CHOICES,
    Facet,
    FacetChoice,
    FacetCounts,
    OfList,
    Source,
    columns_of,
    look_at,
    without,
)
from service.graphql.build.resolver import field
from service.graphql.build.summary import Summarized, summarized
from service.graphql.build.table import camel
from service.graphql.build.where import Where, prepare
from service.graphql.types.cell import CellWhere
from service.graphql.types.material import MaterialWhere
from service.graphql.types.summary import names_of_summaries
from service.graphql.types.test import TestWhere
from service.metric.reduction import summaries

_CELL: Final = cast("Any", catalog.Cell)
_TEST: Final = cast("Any", catalog.Test)
_LAYER: Final = cast("Any", catalog.CellLayer)
_MATERIAL: Final = cast("Any", catalog.Material)
_SUBSTANCE: Final = cast("Any", catalog.Substance)
_LAKE: Final = cast("Any", catalog.LakeFile)
_RAW: Final = cast("Any", catalog.RawFile)
_FINDING: Final = cast("Any", catalog.Finding)
MOST_FACETS: Final = 40
"""Facets of one field."""

_OF_MATERIAL: Final = (
    select(_MATERIAL.substance_id).where(_MATERIAL.id == _LAYER.material_id).scalar_subquery()
)
_LAYERS: Final = select(
    _LAYER.cell_id.label("owner"),
    func.coalesce(_LAYER.substance_id, _OF_MATERIAL).label("value"),
)


def _name(substance: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the name of a substance by its id."""
    return select(_SUBSTANCE.name).where(_SUBSTANCE.id == substance).scalar_subquery()


_LAYER_OF: Final = ("layers", "some")
OF_CELLS: Final[tuple[Source, ...]] = (
    *columns_of(catalog.Cell),
    OfList(
        "substance",
        (*_LAYER_OF, "substance"),
        "Substances of its layers.",
        _LAYERS,
        called=_name,
    ),
    OfList(
        "layer_thickness_um",
        (*_LAYER_OF, "thickness_um"),
        "Thickness of its layers, by their substance. In µm.",
        _LAYERS.add_columns(_LAYER.thickness_um.label("number")),
        "µm",
        _name,
    ),
    OfList(
        "layer_loading_mg_per_cm2",
        (*_LAYER_OF, "loading_mg_per_cm2"),
        "Active mass per area of its layers, by their substance. In mg/cm².",
        _LAYERS.add_columns(_LAYER.loading_mg_per_cm2.label("number")),
        "mg/cm²",
        _name,
    ),
    OfList(
        "technique",
        ("technique",),
        "Techniques of the tests run on it.",
        select(_TEST.cell_id.label("owner"), _TEST.technique.label("value")).where(
            _TEST.removed_snapshot.is_(None), _TEST.cell_id.is_not(None)
        ),
    ),
)
OF_TESTS: Final[tuple[Source, ...]] = (
    *columns_of(catalog.Test),
    OfList(
        "reader",
        ("reader",),
        "Reader that read its export.",
        select(_LAKE.test_id.label("owner"), _RAW.reader.label("value"))
        .join(_RAW, _RAW.id == _LAKE.raw_file_id)
        .where(_LAKE.removed_snapshot.is_(None)),
    ),
    OfList(
        "cell_configuration",
        ("cell", "configuration"),
        "Configuration of the cell under test.",
        select(_TEST.id.label("owner"), _CELL.configuration.label("value")).join(
            _CELL, _CELL.id == _TEST.cell_id
        ),
    ),
    OfList(
        "finding",
        ("finding",),
        "Kinds of what was noticed in it.",
        select(_FINDING.test_id.label("owner"), _FINDING.kind.label("value")),
    ),
)
OF_MATERIALS: Final[tuple[Source, ...]] = (
    *columns_of(catalog.Material),
    OfList(
        "substance",
        ("substance", "name"),
        "Substance it is made of.",
        select(_MATERIAL.id.label("owner"), _SUBSTANCE.name.label("value")).join(
            _SUBSTANCE, _SUBSTANCE.id == _MATERIAL.substance_id
        ),
    ),
)


def facets(model: type[Table], where_input: type[Any], sources: Sequence[Source]) -> Any:  # noqa: ANN401 # a field
    """Return a root field that answers with facets of the rows of a table."""
    known = {each.name: each for each in sources}
    choices = strawberry.enum(
        cast("Any", Enum)(f"{model.__name__}Facet", {name.upper(): name for name in known}),
        description=f"In what respect to choose among {noun(model)}s.",
    )
    for value in cast("Any", choices).__strawberry_definition__.values:
        value.description = known[value.name.lower()].meaning
    of_cells = model is catalog.Cell

    async def resolve(
        info: Info,
        fields: list[Enum] | None = None,
        where: Where | None = None,
        summaries: list[Enum] | None = None,
    ) -> list[Facet]:
        asked = [known[each.value] for each in dict.fromkeys(fields or ())]
        numbers = [each.value for each in dict.fromkeys(summaries or ())]
        if len(asked) + 3 * len(numbers) > MOST_FACETS:
            raise InvalidArgument(
                "fields", "that many", f"at most {MOST_FACETS} facets, 3 a number"
            )
        return await _Facets(info, model, where or None).answer(asked, numbers)

    arguments: dict[str, Any] = {
        "info": Info,
        "fields": _described(list[choices] | None, "The facets of columns and what hangs on them."),  # type: ignore[valid-type] # at run time
        "where": _described(where_input | None, "Of which rows; all conditions must hold."),
    }
    if of_cells:
        meaning = "Numbers, each the facets of its value, its status and its detail, if it has any."
        arguments["summaries"] = _described(list[names_of_summaries()] | None, meaning)  # type: ignore[misc] # at run time
    return field(
        resolve,
        arguments,
        list[Facet] | None,
        f"What there is to choose among of {noun(model)}s, with counts and ranges, in the order "
        "asked for.",
        defaults=dict.fromkeys(("fields", "where", "summaries"), strawberry.UNSET),
    )


def _described(kind: object, meaning: str) -> Any:  # noqa: ANN401 # an annotation
    return Annotated[kind, strawberry.argument(description=meaning)]


class _Facets:
    """Facets of rows on their way."""

    def __init__(self, info: Info, model: type[Table], where: Where | None) -> None:
        self._loaders, self._model, self._where = info.context.loaders, model, where

    async def answer(self, sources: Sequence[Source], numbers: Sequence[str]) -> list[Facet]:
        """Return the facets of columns and lists, then those of numbers."""
        await prepare([self._where], self._loaders)
        found = await gather(*(summarized(self._loaders, each) for each in numbers))
        of_numbers = [each for one in found for each in self._of(one)]
        looks = self._apart([*(each.path for each in sources), *(p for _, p, _ in of_numbers)])

        def ask(session: Session) -> list[FacetCounts]:
            found = []
            for where, places in looks:
                wanted = {place: sources[place] for place in places if place < len(sources)}
                with_ids = any(place >= len(sources) for place in places)
                found.append(
                    self._of_all(session, wanted)
                    if where is None
                    else look_at(session, self._model, where, wanted, with_ids=with_ids)
                )
            return found

        answers = await self._loaders.look(ask)
        facets: dict[int, Facet] = {}
        for counts, (_, places) in zip(answers, looks, strict=True):
            facets |= counts.facets
            ids = np.fromstring(counts.ids, np.int64, sep=",")
            for place in (each for each in places if each >= len(sources)):
                one, path, unit = of_numbers[place - len(sources)]
                facets[place] = _of_number(one, path, unit, ids)
        return [facets[place] for place in range(len(facets))]

    def _of_all(self, session: Session, sources: Mapping[int, Source]) -> FacetCounts:
        """Return facets of all rows, and their ids: each is made once a snapshot."""
        snapshot = current_snapshot(session)

        def cached(name: str, wanted: Mapping[int, Source], *, with_ids: bool) -> FacetCounts:
            return self._loaders.cached_at(
                snapshot,
                f"{name} of every {noun(self._model)}",
                lambda: look_at(session, self._model, None, wanted, with_ids=with_ids),
            )

        facets = {
            place: cached(source.name, {0: source}, with_ids=False).facets[0]
            for place, source in sources.items()
        }
        whole = cached("id", {}, with_ids=True)
        return FacetCounts(whole.rows, whole.ids, facets)

    def _of(self, found: Summarized) -> Iterable[tuple[Summarized, tuple[str, ...], str]]:
        summary, _, metric = summaries(self._loaders.metrics)[found.name]
        for part in ("value", "status", "detail"):
            if part != "detail" or summary.detail:
                unit = metric.columns[0].unit if part == "value" else ""
                yield found, ("summary", found.name, part), unit

    def _apart(self, paths: Sequence[tuple[str, ...]]) -> list[tuple[Where | None, list[int]]]:
        """Return the conditions that facets are narrowed by, each with the places of its facets."""
        alike: dict[int, tuple[Where | None, list[int]]] = {}
        narrowed: list[
            Where | None
        ] = []  # an object is known by its address only while it is there
        for place, path in enumerate(paths):
            where = without(self._where, path)
            narrowed.append(where)
            alike.setdefault(id(where), (where, []))[1].append(place)
        return list(alike.values())


def _of_number(
    found: Summarized, path: tuple[str, ...], unit: str, ids: np.ndarray[Any, np.dtype[np.int64]]
) -> Facet:
    """Return a facet of a number of cells."""
    column = found.table[path[-1]].filter(pa.array(np.isin(found.cells, ids)))
    count = len(column) - column.null_count
    choices: list[FacetChoice] = []
    ends: Mapping[str, Any] = {"min": None, "max": None}
    if path[-1] == "value":
        ends = pc.min_max(column).as_py()
    else:
        counted = pc.value_counts(column.drop_null().combine_chunks()).to_pylist()
        choices = [
            FacetChoice(value=each["values"], count=each["counts"], least=None, greatest=None)
            for each in counted
        ]
        choices.sort(key=lambda each: (-each.count, each.value))
    return Facet(
        name=found.name.upper(),
        condition=".".join(map(camel, path)),
        unit=unit,
        choices=choices[:MOST_CHOICES],
        more=max(0, len(choices) - MOST_CHOICES),
        least=ends["min"],
        greatest=ends["max"],
        count=count,
        not_told=len(ids) - count,
    )


cell_facets: Final = facets(catalog.Cell, CellWhere, OF_CELLS)
test_facets: Final = facets(catalog.Test, TestWhere, OF_TESTS)
material_facets: Final = facets(catalog.Material, MaterialWhere, OF_MATERIALS)
