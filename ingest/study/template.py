"""A study to fill in: an example with a word on everything, as YAML or as an .xlsx workbook."""

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel
from xlsxwriter import Workbook

from ingest.study.reference import Reference, ReferenceLine, SensitivitySet
from ingest.study.sheet import ENTITIES, PARTS, Part
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
from ingest.study.yaml_text import read_yaml
from schema.error import InvalidStudy

_MODELS: Final[Mapping[str, type[BaseModel]]] = {
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
}
_OWN_SHEETS: Final = frozenset({"layers", "steps", "tests", "lines", "factors"})
_DOTTED: Final = frozenset({"properties", "subject", "parameters"})


def write_template(path: Path) -> None:
    """Write a commented example, which can be entered as it stands.

    Raises:
        InvalidStudy: when a file is there already, or the name ends neither in .yaml nor in .xlsx.
    """
    example = Path(__file__).with_name("example.yaml")
    if path.exists():
        raise InvalidStudy(path, None, "it is there already; choose another name")
    try:
        if path.suffix.lower() in {".yaml", ".yml"}:
            path.write_bytes(example.read_bytes())
        elif path.suffix.lower() == ".xlsx":
            path.write_bytes(_workbook(read_yaml(example).content))
        else:
            raise InvalidStudy(path, None, "a study is a file .yaml or .xlsx")
    except OSError as fault:
        raise InvalidStudy(path, None, f"cannot be written: {fault.strerror}") from fault


def _workbook(content: Mapping[str, Any]) -> bytes:
    whole = BytesIO()
    with Workbook(whole, {"in_memory": True}) as book:
        heading = book.add_format({"bold": True, "bottom": 1})
        for name, rows in _sheets(content):
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            model = _MODELS.get(name, Study)
            headings = list(dict.fromkeys([*_headings(name, model), *(h for r in rows for h in r)]))
            for column, title in enumerate(headings):
                sheet.write_string(0, column, title, heading)
                field = model.model_fields.get(title.partition(".")[0])
                if field is not None and field.description:
                    sheet.write_comment(0, column, field.description)
                for number, row in enumerate(rows, start=1):
                    if title in row:
                        sheet.write_string(number, column, row[title])
            sheet.autofit()
    return whole.getvalue()


def _sheets(content: Mapping[str, Any]) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Yield every sheet and its rows, each a text by heading."""
    yield "study", [{field: text for field, text in content.items() if isinstance(text, str)}]
    for section in ENTITIES:
        rows = content[section].items()
        sheet_of = {part.field for part in PARTS.values() if section in part.owners.values()}
        yield section, [{"name": name, **_flat(fields, sheet_of)} for name, fields in rows]
    for sheet, part in PARTS.items():
        yield sheet, list(_part_rows(content, part))


def _flat(fields: Mapping[str, Any], sheet_of: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for field, value in fields.items():
        if field in sheet_of:
            continue
        if isinstance(value, dict):
            found |= {f"{field}.{name}": text for name, text in value.items()}
        else:
            found[field] = "; ".join(value) if isinstance(value, list) else value
    return found


def _part_rows(content: Mapping[str, Any], part: Part) -> Iterator[dict[str, str]]:
    for heading, section in part.owners.items():
        for owner, fields in content[section].items():
            entries = fields.get(part.field, [])
            if isinstance(entries, dict):
                for name, text in entries.items():
                    yield {heading: owner, str(part.key): name, str(part.value): text}
            else:
                for row in entries:
                    yield {heading: owner, **(row if part.value is None else {part.value: row})}


def _headings(sheet: str, model: type[BaseModel]) -> Sequence[str]:
    """Return the headings a sheet has whatever the example says."""
    if sheet in PARTS:
        part = PARTS[sheet]
        named = [heading for heading in (part.key, part.value) if heading]
        return [*part.owners, *(named or model.model_fields)]
    own = [
        field
        for field in model.model_fields
        if field not in _OWN_SHEETS | _DOTTED and field not in ENTITIES
    ]
    return own if sheet == "study" else ["name", *own]
