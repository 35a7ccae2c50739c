"""In what respects cells are chosen: each a field of an address, and the condition it comes to.

Several values of one field are "or", several fields are "and".
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from service.metric.library import read_metrics
from service.metric.reduction import summaries
from service.page.address import Address, Field, whole, word
from service.page.bounds import NOT_STATED, Bounds, read_bounds, read_bounds_of

Where: TypeAlias = Mapping[str, Any]
_LITERAL: Final = "="
"""Before a choice that is called as what is not stated is."""
_RANGE: Final = f"a range as 0.5..1, ..2 or 3.., or {NOT_STATED}"


@dataclass(frozen=True, slots=True)
class CellFacet:
    """A respect in which cells are chosen.

    Attributes:
        field: of the address.
        title: for people.
        asked: what the API calls it: a ``CellFacet``, or a ``CellSummaryName``.
        condition: what values of the field come to.
        part: of a number: value, status or detail; empty where it is none.
    """

    field: Field
    title: str
    asked: str
    condition: Callable[[Sequence[Any]], Where]
    part: str = ""

    @property
    def name(self) -> str:
        """Return the name of its field."""
        return self.field.name


def choice_text(value: str) -> str:
    """Return a choice as an address says it."""
    return f"{_LITERAL}{value}" if value == NOT_STATED or value.startswith(_LITERAL) else value


def choice_value(text: str) -> str:
    """Return a choice of an address as the API has it."""
    return text.removeprefix(_LITERAL)


def conditions(address: Address, without: str = "") -> Where | None:
    """Return the conditions of an address, None where it has none; ``without`` those of a field."""
    parts = [
        each.condition(address[name])
        for name, each in FACETS.items()
        if name != without and address[name]
    ]
    if address["id"] and without != "id":
        parts.append({"id": {"in": [str(each) for each in address["id"]]}})
    if address["name"] and without != "name":
        parts.append({"name": {"contains": address["name"]}})
    return {"and": parts} if parts else None


def narrowed_by(address: Address) -> list[str]:
    """Return the fields of an address that narrow the cells."""
    return [name for name in ("id", "name", *FACETS) if address[name]]


def _any(each: Sequence[Where]) -> Where:
    return each[0] if len(each) == 1 else {"or": list(each)}


def _chosen(
    wrap: Callable[[Where], Where], absent: Where | None = None
) -> Callable[[Sequence[str]], Where]:
    def condition(values: Sequence[str]) -> Where:
        stated = [choice_value(each) for each in values if each != NOT_STATED]
        each = [wrap({"in": stated})] if stated else []
        if NOT_STATED in values:
            each.append(absent or wrap({"isNull": True}))
        return _any(each)

    return condition


def _within(wrap: Callable[[Where], Where]) -> Callable[[Sequence[Bounds | str]], Where]:
    def condition(values: Sequence[Bounds | str]) -> Where:
        return _any(
            [
                wrap(each.condition if isinstance(each, Bounds) else {"isNull": True})
                for each in values
            ]
        )

    return condition


def _of_layers(values: Sequence[Bounds | str]) -> Where:
    return _any(
        [
            {"layers": {"some": {"substance": {"eq": each.of}, "thicknessUm": each.condition}}}
            if isinstance(each, Bounds)
            else {"layers": {"none": {"thicknessUm": {"isNull": False}}}}
            for each in values
        ]
    )


def _symmetric(values: Sequence[str]) -> Where:
    return _any(
        [
            {"symmetric": {"isNull": True} if each == NOT_STATED else {"eq": each == "true"}}
            for each in values
        ]
    )


def _choices(
    name: str, title: str, condition: Callable[[Sequence[str]], Where], **more: str
) -> CellFacet:
    field = word(name, f"a choice, or {NOT_STATED}", many=True)
    return CellFacet(field, title, more.pop("asked", name.upper()), condition, **more)


def _bounds(
    name: str, title: str, condition: Callable[[Sequence[Any]], Where], **more: str
) -> CellFacet:
    field = Field(name, _RANGE, read_bounds, str, many=True)
    return CellFacet(field, title, more.pop("asked", name.upper()), condition, **more)


def _truth(text: str) -> str:
    if text not in {"true", "false", NOT_STATED}:
        raise ValueError(text)
    return text


OF_CELLS: Final[Mapping[str, CellFacet]] = {
    each.name: each
    for each in (
        _choices(
            "configuration",
            "Configuration",
            _chosen(lambda condition: {"configuration": condition}),
        ),
        _choices(
            "substance",
            "Substance of a layer",
            _chosen(
                lambda condition: {"layers": {"some": {"substance": condition}}},
                {"layers": {"none": {"substance": {"isNull": False}}}},
            ),
        ),
        CellFacet(
            Field(
                "layer_thickness_um",
                f"a substance and a range as PB:0.5..1, or {NOT_STATED}",
                read_bounds_of,
                str,
                many=True,
            ),
            "Thickness of a layer",
            "LAYER_THICKNESS_UM",
            _of_layers,
        ),
        _choices("technique", "Technique", _chosen(lambda condition: {"technique": condition})),
        CellFacet(
            Field("symmetric", f"true, false or {NOT_STATED}", _truth, many=True),
            "Symmetric",
            "SYMMETRIC",
            _symmetric,
        ),
        _bounds("area_cm2", "Area", _within(lambda condition: {"areaCm2": condition})),
        _bounds(
            "active_mass_gram",
            "Active mass",
            _within(lambda condition: {"activeMassGram": condition}),
        ),
        _choices("project", "Project", _chosen(lambda condition: {"project": condition})),
    )
}


def camel(name: str) -> str:
    """Return a name as GraphQL writes it."""
    first, *rest = name.split("_")
    return first + "".join(each.capitalize() for each in rest)


def _of_number(name: str, detail: str) -> tuple[CellFacet, ...]:
    def wrap(part: str) -> Callable[[Where], Where]:
        return lambda condition: {"summary": {camel(name): {part: condition}}}

    words = name.replace("_", " ").capitalize()
    asked = name.upper()
    return (
        _bounds(name, words, _within(wrap("value")), asked=asked, part="value"),
        *(
            _choices(
                f"{name}.{part}",
                f"{words}: {called.replace('_', ' ')}",
                _chosen(wrap(part)),
                asked=asked,
                part=part,
            )
            for part, called in (("status", "status"), ("detail", detail))
            if called
        ),
    )


FACETS: Final[Mapping[str, CellFacet]] = {
    **OF_CELLS,
    **{
        each.name: each
        for name, (summary, _, _) in summaries(read_metrics()).items()
        for each in _of_number(name, summary.detail)
    },
}
FIELDS: Final[Sequence[Field]] = (
    whole("id", many=True, most=500),
    word("name", "a part of a name"),
    *(each.field for each in FACETS.values()),
)
"""What an address may choose cells by."""
