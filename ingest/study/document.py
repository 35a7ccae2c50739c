"""A study read and checked as far as it speaks for itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from zoneinfo import available_timezones

import orjson
from pydantic import BaseModel, ValidationError

from ingest.study.reference import Reference, ReferenceLine, SensitivitySet
from ingest.study.sheet import read_sheets
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
from ingest.study.written import Way, Written
from ingest.study.yaml_text import read_yaml
from schema.error import InvalidStudy, UnknownName
from schema.record.column import EMPTY

_READERS: Final[Mapping[str, Callable[[Path], Written]]] = {
    ".yaml": read_yaml,
    ".yml": read_yaml,
    ".xlsx": read_sheets,
}
_MODELS: Final[Mapping[str, type[BaseModel]]] = {
    "substances": Substance,
    "materials": Material,
    "processes": Process,
    "protocols": Protocol,
    "cells": Cell,
    "claims": Claim,
    "layers": CellLayer,
    "steps": ProtocolStep,
    "references": Reference,
    "lines": ReferenceLine,
    "sensitivity_sets": SensitivitySet,
}


@dataclass(frozen=True)
class Document:
    """A study, and where each piece of it is written."""

    study: Study
    written: Written

    @cached_property
    def content(self) -> dict[str, Any]:
        """Return what it says as JSON can hold it, the same from YAML and .xlsx."""
        return self.study.model_dump(mode="json", exclude_defaults=True)

    @property
    def sha256(self) -> str:
        """Return the hash of what it says; comments and order of names do not count."""
        return sha256(orjson.dumps(self.content, option=orjson.OPT_SORT_KEYS)).hexdigest()

    def refusal(self, way: Way, reason: str) -> InvalidStudy:
        """Return the refusal of one piece of it."""
        return self.written.refusal(way, reason)


def read_study(path: Path) -> Document:
    """Read a study from YAML or .xlsx.

    Raises:
        InvalidStudy: with the place of the first fault.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise InvalidStudy(path, None, f"a study is a file {', '.join(_READERS)}")
    written = reader(path)
    try:
        document = Document(Study.model_validate(written.content), written)
    except ValidationError as fault:
        error = fault.errors()[0]
        way = error["loc"]
        raise written.refusal(way, _reason(way, error["type"], error["msg"])) from fault
    _check_times(document)
    return document


def _reason(way: Way, kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return str(UnknownName("field", str(way[-1]), _fields(way)))
    if kind == "missing":
        return f"it has no {way[-1]}"
    said = EMPTY if kind == "string_too_short" else message.removeprefix("Value error, ")
    if kind in {"model_type", "dict_type"}:
        said = f"it takes fields, each on a line: {', '.join(_fields((*way, '')))}"
    return f"{way[-1]}: {said}" if way else said


def _fields(way: Way) -> list[str]:
    """Return the fields known where an unknown one stands."""
    parents = [step for step in way[:-1] if step in _MODELS]
    return list((_MODELS[str(parents[-1])] if parents else Study).model_fields)


def _check_times(document: Document) -> None:
    zone = document.study.time_zone
    if zone is not None and zone not in available_timezones():
        reason = str(UnknownName("time zone", zone, available_timezones()))
        raise document.refusal(("time_zone",), reason)
    for name, process in document.study.processes.items():
        moment = process.performed_at
        if moment is not None and moment.tzinfo is None and zone is None:
            reason = "a time needs a zone: say time_zone: Europe/Zurich (or yours) at the top"
            raise document.refusal(("processes", name, "performed_at"), reason)
