"""A study as the tables that it may be written in: the other way of ``table``."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

from ingest.study.column import number_text
from ingest.study.naming import SECTION_OF, Naming
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
    TestEntry,
)
from ingest.study.table import ENTITIES, PARTS, Part

_MODELS: Final[Mapping[str, type[BaseModel]]] = {
    "study": Study,
    "substances": Substance,
    "materials": Material,
    "processes": Process,
    "protocols": Protocol,
    "cells": Cell,
    "claims": Claim,
    "layers": CellLayer,
    "protocol_steps": ProtocolStep,
    "references": Reference,
    "reference_lines": ReferenceLine,
    "sensitivity_sets": SensitivitySet,
    "tests": TestEntry,
    "file_names": Naming,
}
_OWN_TABLES: Final = frozenset({"layers", "steps", "tests", "lines", "factors"})
_DOTTED: Final = frozenset({"properties", "subject", "parameters", *SECTION_OF, "test"})


@dataclass(frozen=True, slots=True)
class Tabulated:
    """A table of a study.

    Attributes:
        name: of the sheet or file.
        headings: of its columns.
        rows: a text by heading; what is not said is not there.
    """

    name: str
    headings: Sequence[str]
    rows: Sequence[Mapping[str, str]]

    def meaning(self, heading: str) -> str | None:
        """Return what a column means."""
        model = _MODELS.get(self.name, Study)
        field = model.model_fields.get(heading.partition(".")[0])
        return field.description if field else None


def tabulate(content: Mapping[str, Any], *, every_column: bool) -> Iterator[Tabulated]:
    """Yield the tables of a study.

    Args:
        content: of the study, as JSON can hold it.
        every_column: whether every table and column is there, whatever the study says.
    """
    for name, rows in _tables(content):
        written = (heading for row in rows for heading in row)
        known = _headings(name) if every_column else []
        if rows or every_column:
            yield Tabulated(name, list(dict.fromkeys([*known, *written])), rows)


def _tables(content: Mapping[str, Any]) -> Iterator[tuple[str, list[dict[str, str]]]]:
    yield "study", [{key: _text(each) for key, each in content.items() if _is_leaf(each)}]
    for section in ENTITIES:
        elsewhere = {part.field for part in PARTS.values() if section in part.owners.values()}
        yield (
            section,
            [
                {"name": name, **dict(_flat(fields, elsewhere))}
                for name, fields in content.get(section, {}).items()
            ],
        )
    for name, part in PARTS.items():
        yield name, list(_part_rows(content, part))


def _flat(fields: Mapping[str, Any], but: set[str] | frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield headings, dots where they lead down, and what stands under them."""
    for field, value in fields.items():
        if isinstance(value, dict) and field not in but:
            yield from ((f"{field}.{key}", text) for key, text in _flat(value, frozenset()))
        elif field not in but:
            yield field, _text(value)


def _part_rows(content: Mapping[str, Any], part: Part) -> Iterator[dict[str, str]]:
    for heading, section in part.owners.items():
        for owner, fields in content.get(section, {}).items():
            entries = fields.get(part.field, [])
            if isinstance(entries, dict):
                for name, value in entries.items():
                    yield {heading: owner, str(part.key): name, str(part.value): _text(value)}
            else:
                for row in entries:
                    whole = {"file": row} if isinstance(row, str) else row
                    yield {heading: owner, **{key: _text(value) for key, value in whole.items()}}


def _is_leaf(value: object) -> bool:
    return isinstance(value, (str, bool, int, float))


def _text(value: Any) -> str:  # noqa: ANN401 — what JSON holds
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_text(value)
    return "; ".join(value) if isinstance(value, list) else str(value)


def _headings(table: str) -> list[str]:
    """Return the headings a table has whatever the study says."""
    if table in PARTS:
        part = PARTS[table]
        named = [heading for heading in (part.key, part.value) if heading]
        return [*part.owners, *(named or _MODELS[table].model_fields)]
    fields = _MODELS[table].model_fields
    own = [field for field in fields if field not in {*_OWN_TABLES, *_DOTTED, *ENTITIES}]
    return own if table == "study" else ["name", *own]
