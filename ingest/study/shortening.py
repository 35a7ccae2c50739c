"""What the names of files tell is left out of a study that says it in full."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ingest.study.document import Document, checked
from ingest.study.expand import expand
from ingest.study.link import TestNames
from ingest.study.section import SECTIONS
from ingest.study.written import Written


def shortened(full: Document, namings: dict[str, Any], names: TestNames) -> Document | None:
    """Return the study without what names of files tell; None where it would say otherwise."""
    told = expand(document_of({"study": full.study.study, "file_names": namings}), names)
    project: dict[str, Any] = {
        key: full.content[key] for key in ("project", "cycles") if key in full.content
    }
    theirs = told.document.content
    short: dict[str, Any] = dict(full.content) | {"file_names": namings}
    for section, things in theirs.items():
        if section not in SECTIONS:
            continue
        short[section] = {
            name: _less(fields, {**project, **things[name]} if name in things else {})
            for name, fields in full.content.get(section, {}).items()
        }
        bare = [name for name in things if not short[section].get(name, True)]
        for name in bare:
            del short[section][name]
    document = document_of(short)
    again = expand(document, names).document
    whole = {key: value for key, value in again.content.items() if key != "file_names"}
    same = not again.faults and whole == {
        key: value for key, value in full.content.items() if key != "file_names"
    }
    return document if same else None


def _less(fields: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what fields say beside what is told anyway."""
    found: dict[str, Any] = {}
    for key, value in fields.items():
        if key in told and isinstance(value, dict) and isinstance(told[key], dict):
            if inner := _less(value, told[key]):
                found[key] = inner
        elif key == "tests":
            if more := [each for each in value if each not in told.get(key, ())]:
                found[key] = more
        elif told.get(key) != value:
            found[key] = value
    return found


def document_of(content: dict[str, Any]) -> Document:
    """Return content as the document it is once it is read."""
    return checked(Written(Path(), content, {}))
