"""A study read and checked as far as it speaks for itself."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from zoneinfo import available_timezones

import orjson
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ingest.study.csv_folder import read_csv_folder
from ingest.study.naming import Naming
from ingest.study.pruning import without
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
    TestEntry,
)
from ingest.study.written import Way, Written
from ingest.study.yaml_text import read_yaml
from schema.error import InvalidStudy, StudyFault, UnknownName
from schema.record.column import EMPTY

_MOST_LOOKS: Final = 4
"""What is amiss is left out and the rest looked at: what was hidden behind it shows then."""
_NOT_NAMED: Final = {"tests", "layers"}
"""Fields of things that a naming says elsewhere."""
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
    "tests": TestEntry,
    "file_names": Naming,
}
_FIELDS_OF_NAMINGS: Final[Mapping[str, Mapping[str, Any]]] = {
    "cell": {key: field for key, field in Cell.model_fields.items() if key not in _NOT_NAMED},
    "material": {k: field for k, field in Material.model_fields.items() if k not in _NOT_NAMED},
    "process": Process.model_fields,
    "test": {key: field for key, field in TestEntry.model_fields.items() if key != "file"},
    "layer": CellLayer.model_fields,
}


@dataclass(frozen=True)
class Document:
    """A study, and where each piece of it is written."""

    study: Study
    written: Written
    faults: tuple[StudyFault, ...] = ()
    """What is amiss in it; the study is what is sound."""

    @cached_property
    def content(self) -> dict[str, Any]:
        """Return what it says as JSON can hold it, the same from YAML, .xlsx and .csv."""
        return self.study.model_dump(mode="json", exclude_defaults=True)

    @property
    def sha256(self) -> str:
        """Return the hash of what it says; comments and order of names do not count."""
        return sha256(orjson.dumps(self.content, option=orjson.OPT_SORT_KEYS)).hexdigest()

    def fault(self, way: Way, reason: str) -> StudyFault:
        """Return what is amiss in one piece of it."""
        return self.written.fault(way, reason)


def read_study(path: Path) -> Document:
    """Read a study from YAML, .xlsx or a folder of .csv.

    Raises:
        InvalidStudy: with all that is amiss in what it says for itself.
    """
    document = read_document(path)
    if document.faults:
        raise document.written.refusal(document.faults)
    return document


def read_document(path: Path) -> Document:
    """Read a study, the sound pieces of it, with all that is amiss in what it says for itself.

    Raises:
        InvalidStudy: when nothing can be made of it.
    """
    reader = read_csv_folder if path.is_dir() else _READERS.get(path.suffix.lower())
    if reader is None:
        reason = f"a study is a file {', '.join(_READERS)} or a folder of .csv"
        raise InvalidStudy.at(path, None, reason)
    return checked(reader(path))


def checked(written: Written) -> Document:
    """Return what is written as a document, the sound pieces of it.

    Raises:
        InvalidStudy: when nothing can be made of it.
    """
    faults, content = list(written.faults), written.content
    for _ in range(_MOST_LOOKS):
        try:
            study = Study.model_validate(content)
        except ValidationError as fault:
            found = [_fault(written, error) for error in fault.errors()]
            faults += (each for each in found if not _follows(each, faults))
            content = without(content, [error["loc"] for error in fault.errors()])
        else:
            document = Document(study, written)
            faults += _faults_of_times(document)
            faults += _faults_of_namings(document)
            if study.time_zone not in {None, *available_timezones()}:
                study = study.model_copy(update={"time_zone": None})
            return Document(study, written, tuple(faults))
    raise written.refusal(faults)


def _follows(fault: StudyFault, known: Sequence[StudyFault]) -> bool:
    """Return whether a fault is of a piece that something was left out of."""
    depth = len(fault.way)
    return any(depth < len(each.way) and each.way[:depth] == fault.way for each in known)


def _fault(written: Written, error: ErrorDetails) -> StudyFault:
    way, kind = error["loc"], error["type"]
    at = way[:-1] if kind == "missing" or way[-1:] == ("[key]",) else way
    return written.fault(at, _reason(way, kind, error["msg"]))


def _reason(way: Way, kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return str(UnknownName("field", str(way[-1]), _fields(way)))
    if kind == "missing":
        return f"it has no {way[-1]}"
    said = EMPTY if kind == "string_too_short" else message.removeprefix("Value error, ")
    if kind in {"model_type", "dict_type"}:
        said = f"it takes fields, each on a line: {', '.join(_fields((*way, '')))}"
    return said


def _fields(way: Way) -> list[str]:
    """Return the fields known where an unknown one stands."""
    parents = [step for step in way[:-1] if step in _MODELS]
    return list((_MODELS[str(parents[-1])] if parents else Study).model_fields)


def _faults_of_times(document: Document) -> Iterator[StudyFault]:
    zone = document.study.time_zone
    if zone is not None and zone not in available_timezones():
        reason = str(UnknownName("time zone", zone, available_timezones()))
        yield document.fault(("time_zone",), reason)
    for name, process in document.study.processes.items():
        moment = process.performed_at
        if moment is not None and moment.tzinfo is None and zone is None:
            reason = "a time needs a zone: say time_zone: Europe/Zurich (or yours) at the top"
            yield document.fault(("processes", name, "performed_at"), reason)


def _faults_of_namings(document: Document) -> Iterator[StudyFault]:
    for name, naming in document.study.file_names.items():
        for way, reason in naming.faults(_FIELDS_OF_NAMINGS):
            yield document.fault(("file_names", name, *way), reason)
