"""Things of the catalog as a study says them, texts as they were written where they still hold."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

from ingest.study.column import stands
from ingest.study.reference import Reference, ReferenceLine, SensitivitySet
from ingest.study.study import (
    Cell,
    CellLayer,
    Claim,
    Material,
    Process,
    Protocol,
    ProtocolStep,
    Study,
    Substance,
)
from schema.diffraction.cif import structure_of_cif
from schema.error import InvalidRecord, LeydenError
from schema.formula import molar_mass_gram_per_mole
from schema.measure import Measure, measure
from schema.record.layer import equal_electrodes, stack_of

Said: TypeAlias = Mapping[str, Any]


def substance(row: Any, said: Said, _study: Study) -> dict[str, Any]:  # noqa: ANN401 — a catalog row
    """Return a substance; its molar mass where it is not that of its formula."""
    fields = stands(row, Substance, said)
    if "molar_mass" not in said and row.formula is not None:
        with suppress(LeydenError):
            if row.molar_mass_gram_per_mole == molar_mass_gram_per_mole(row.formula):
                fields.pop("molar_mass", None)
    return fields


def material(row: Any, said: Said, _study: Study) -> dict[str, Any]:  # noqa: ANN401 — a catalog row
    """Return a material."""
    return _named(row.substance, "substance") | stands(row, Material, said)


def process(row: Any, said: Said, study: Study) -> dict[str, Any]:  # noqa: ANN401 — a catalog row
    """Return a process; its conditions as they were written."""
    fields = stands(row, Process, said)
    for side in ("inputs", "outputs"):
        names = sorted(each.name for each in getattr(row, side))
        stated = said.get(side, [])
        fields[side] = stated if sorted(stated) == names else names
    fields["parameters"] = {each.name: each.written for each in row.parameters}
    if row.performed_at is not None:
        written = said.get("performed_at")
        before = written and datetime.fromisoformat(written)
        if before and before.tzinfo is None:
            before = before.replace(tzinfo=ZoneInfo(study.time_zone or "UTC"))
        same = before == row.performed_at
        fields["performed_at"] = written if same else row.performed_at.isoformat()
    return fields


def protocol(row: Any, said: Said, _study: Study) -> dict[str, Any]:  # noqa: ANN401 — a catalog row
    """Return a protocol with its steps."""
    steps = _parts(row.steps, ProtocolStep, said.get("steps", ()))
    return stands(row, Protocol, said) | {"steps": steps}


def cell(row: Any, said: Said, _study: Study) -> dict[str, Any]:  # noqa: ANN401 — a catalog row
    """Return a cell; its layers where they say more than its configuration."""
    fields = stands(row, Cell, said)
    with suppress(InvalidRecord):
        derived = equal_electrodes(row.configuration, said=None)
        if "symmetric" not in said and row.symmetric == derived:
            fields.pop("symmetric", None)
    stack = _stack(row.configuration)
    before = said.get("layers", ())
    layers = [
        _layer(each, before[n] if n < len(before) else {}, stack[n] if n < len(stack) else None)
        for n, each in enumerate(row.layers)
    ]
    bare = [{"substance": each[0]} for each in stack]
    if layers and (before or layers != bare):
        fields["layers"] = layers
    return fields


def claim(row: Any, said: Said, study: Study) -> dict[str, Any]:  # noqa: ANN401 — a catalog row
    """Return a claim; its source where that is not the study's."""
    fields = stands(row, Claim, said)
    if "source" not in said and row.source == study.source:
        fields.pop("source")
    value = value_text(row, row.text_value, said.get("value"))
    fields |= {"value": value} if value is not None else {}
    stated = (row.evidence or {}).get("stated", [])
    return fields | {"subject": row.subject, "parameters": row.parameters, "evidence": stated}


def reference(row: Any, said: Said, _study: Study) -> dict[str, Any]:  # noqa: ANN401 — a catalog row
    """Return a reference phase but for its substance; its source where its CIF cites another."""
    fields = stands(row, Reference, said)
    if "source" not in said and row.cif is not None:
        with suppress(LeydenError):
            cited = structure_of_cif(row.cif, row.name, formula_units=row.formula_units).source
            if cited == row.source:
                fields.pop("source")
    lines = _parts(row.lines, ReferenceLine, said.get("lines", ()))
    for line, before in zip(lines, said.get("lines", ()), strict=False):
        if before.get("hkl", "").split() == line.get("hkl", "").split() and "hkl" in before:
            line["hkl"] = before["hkl"]
    return fields | {"lines": lines}


def sensitivity_set(row: Any, said: Said, _study: Study) -> dict[str, Any]:  # noqa: ANN401 — a catalog row
    """Return a set of sensitivity factors."""
    factors = {each.line: each.factor for each in row.factors}
    return stands(row, SensitivitySet, said) | {"factors": factors}


STANDING: Final[Mapping[str, Callable[[Any, Said, Study], dict[str, Any]]]] = {
    "substances": substance,
    "materials": material,
    "processes": process,
    "protocols": protocol,
    "cells": cell,
    "claims": claim,
    "references": reference,
    "sensitivity_sets": sensitivity_set,
}


def value_text(row: Any, text: str | None, said: str | None) -> str | None:  # noqa: ANN401 — a property or a claim
    """Return a value as people write it, as it was said where that is what it is."""
    found = Measure(row.value, row.unit, row.qualifier, row.lower, row.upper, text)
    if found == Measure():
        return None
    if said is not None:
        with suppress(LeydenError):
            if measure(said) == found:
                return said
    return str(found)


def _named(row: Any, field: str) -> dict[str, str]:  # noqa: ANN401 — a catalog row
    return {} if row is None else {field: row.name}


def _parts(rows: Any, model: Any, said: Any) -> list[dict[str, Any]]:  # noqa: ANN401 — rows, a model, pieces
    """Return the parts of a thing, each beside what was said in its place."""
    return [stands(row, model, said[n] if n < len(said) else {}) for n, row in enumerate(rows)]


def _stack(configuration: str | None) -> list[tuple[str, str]]:
    try:
        return [(each.substance, each.role) for each in stack_of(configuration)]
    except InvalidRecord:
        return []


def _layer(row: Any, said: Said, drawn: tuple[str, str] | None) -> dict[str, Any]:  # noqa: ANN401 — a catalog row
    """Return a layer; its substance and role where nothing else says them."""
    fields = _named(row.substance, "substance") | _named(row.material, "material")
    fields |= stands(row, CellLayer, said)
    if drawn is not None and "role" not in said and row.role == drawn[1]:
        fields.pop("role", None)
    if row.material is not None and row.substance is not None and "substance" not in said:
        of_material = row.material.substance and row.material.substance.name
        if row.substance.name == (drawn[0] if drawn else of_material):
            fields.pop("substance")
    return fields
