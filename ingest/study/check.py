"""What must hold between the pieces of a study, and between them and what is already known."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from ingest.study.document import Document
from ingest.study.study import Cell, CellLayer, Study
from ingest.study.written import Way
from schema.ancestry import circle
from schema.configuration import parse_configuration, symmetric
from schema.error import LeydenError, UnknownName
from schema.measure import measure

SUBJECTS: Final = {
    "cell": "cells",
    "material": "materials",
    "substance": "substances",
    "protocol": "protocols",
}
"""Keys of a claim's subject that name a thing, and the section it stands in."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the catalog already knows, by name."""

    names: Mapping[str, Mapping[str, int]]
    """Ids by name, for each section."""
    substance_of: Mapping[str, str | None]
    """The substance of each material."""
    makers: Mapping[str, tuple[str, tuple[str, ...]]]
    """The process that made each material, and what went into it."""


def check(document: Document, known: Known) -> None:
    """Refuse a study that contradicts itself or what is known.

    Raises:
        InvalidStudy: for an unknown reference, a second maker, a circle in the ancestry, or a
            configuration that its layers contradict.
    """
    for kind, section, name, way in _references(document.study):
        stated: Mapping[str, object] = getattr(document.study, section)
        if name not in stated and name not in known.names[section]:
            names = {*stated, *known.names[section]}
            raise document.refusal(way, str(UnknownName(kind, name, names)))
    _check_makers(document, known)
    for name, cell in document.study.cells.items():
        if cell.configuration is not None:
            _check_stack(document, known, name, cell, cell.configuration)
    for name, claim in document.study.claims.items():
        if claim.source is None and document.study.source is None:
            reason = "a claim needs a source, its own or the study's"
            raise document.refusal(("claims", name), reason)
        for key, text in claim.subject.items():
            _check_condition(document, ("claims", name, "subject", key), key, text)


def _check_condition(document: Document, way: Way, key: str, text: str) -> None:
    """Refuse a condition of a claim's subject that is no measure and no configuration."""
    parse: Callable[[str], object] = parse_configuration if key == "configuration" else measure
    try:
        if key not in SUBJECTS:
            parse(text)
    except LeydenError as fault:
        raise document.refusal(way, f"{key}: {fault}") from fault


def layers_of(cell: Cell, substance_of: Callable[[str], str | None]) -> list[CellLayer]:
    """Return the layers of a cell from the negative side, with the substance and role of each.

    They are taken from the configuration where none is listed; what neither tells stays unknown.
    """
    stack = parse_configuration(cell.configuration) if cell.configuration else ()
    if not cell.layers:
        return [CellLayer(substance=each.substance, role=each.role) for each in stack]
    whole = [
        layer.model_copy(update={"substance": layer.substance or substance_of(str(layer.material))})
        for layer in cell.layers
    ]
    return (
        [
            layer.model_copy(
                update={
                    "substance": layer.substance or each.substance,
                    "role": layer.role or each.role,
                }
            )
            for layer, each in zip(whole, stack, strict=True)
        ]
        if stack
        else whole
    )


def substance_finder(study: Study, known: Known) -> Callable[[str], str | None]:
    """Return what tells the substance of a material: the study first, then the catalog."""

    def substance_of(material: str) -> str | None:
        stated = study.materials.get(material)
        return stated.substance if stated and stated.substance else known.substance_of.get(material)

    return substance_of


def _references(study: Study) -> Iterator[tuple[str, str, str, Way]]:
    """Yield kind, section, name and place of everything the study calls by its name."""
    for name, material in study.materials.items():
        if material.substance is not None:
            way: Way = ("materials", name, "substance")
            yield "substance", "substances", material.substance, way
    for name, process in study.processes.items():
        for field, names in (("inputs", process.inputs), ("outputs", process.outputs)):
            for place, each in enumerate(names):
                yield "material", "materials", each, ("processes", name, field, place)
    for name, cell in study.cells.items():
        yield from _references_of_cell(("cells", name), cell)
    for name, claim in study.claims.items():
        for kind in claim.subject.keys() & SUBJECTS.keys():
            way = ("claims", name, "subject", kind)
            yield kind, SUBJECTS[kind], claim.subject[kind], way


def _references_of_cell(way: Way, cell: Cell) -> Iterator[tuple[str, str, str, Way]]:
    if cell.protocol is not None:
        yield "protocol", "protocols", cell.protocol, (*way, "protocol")
    for place, layer in enumerate(cell.layers):
        if layer.substance is not None:
            yield "substance", "substances", layer.substance, (*way, "layers", place, "substance")
        if layer.material is not None:
            yield "material", "materials", layer.material, (*way, "layers", place, "material")
    for each in parse_configuration(cell.configuration) if cell.configuration else ():
        yield "substance", "substances", each.substance, (*way, "configuration")


def _check_makers(document: Document, known: Known) -> None:
    """Refuse a second maker and a circle; a material that makes itself is one."""
    made_by = {material: process for material, (process, _) in known.makers.items()}
    made_of = {material: set(inputs) for material, (_, inputs) in known.makers.items()}
    for name, process in document.study.processes.items():
        for place, material in enumerate(process.outputs):
            if material in made_by:
                reason = f"{material} has a maker already: {made_by[material]}"
                raise document.refusal(("processes", name, "outputs", place), reason)
            made_by[material] = name
            made_of[material] = set(process.inputs)
    if around := circle(made_of):
        makers = [made_by[material] for material in around]
        name = next(each for each in makers if each in document.study.processes)
        reason = f"a circle in the ancestry: {' made of '.join(around)}"
        raise document.refusal(("processes", name), reason)


def _check_stack(
    document: Document, known: Known, name: str, cell: Cell, configuration: str
) -> None:
    """Refuse a configuration that says other than the layers or the word symmetric."""
    stack = parse_configuration(configuration)
    if cell.symmetric not in {None, symmetric(stack)}:
        reason = f"{configuration} {'has' if symmetric(stack) else 'has not'} equal electrodes"
        raise document.refusal(("cells", name, "symmetric"), reason)
    substance_of = substance_finder(document.study, known)
    listed = [layer.substance or substance_of(str(layer.material)) for layer in cell.layers]
    for place, (each, found) in enumerate(zip_longest(stack, listed) if listed else ()):
        if each is None or place >= len(listed) or found not in {None, each.substance}:
            told = (
                f"{configuration} has {each.substance if each else 'nothing'} in place {place + 1}"
            )
            there = (found or "something") if place < len(listed) else "nothing"
            way = ("cells", name, "layers", place)
            raise document.refusal(way, f"{told}, the layers have {there}")
