"""What becomes of a study, as people and programs read it."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from ingest.study.change import KINDS
from ingest.study.entry import Entered
from schema.error import InvalidStudy

_MOST_NAMES: Final = 8
"""Names in a line; a program reads all of them."""


def as_lines(entered: Entered) -> Iterator[str]:
    """Yield what would be, or was, entered: counts, what changes, patterns, names of files."""
    tally = entered.tally()
    counts = [[section, *map(str, each.values())] for section, each in tally.items()]
    yield from _table([["section", *KINDS], *counts])
    for section in tally:
        names = [
            each.name
            for each in entered.changes
            if each.section == section and each.kind == "entered"
        ]
        if names:
            more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
            yield f"entered {section}: {', '.join(names[:_MOST_NAMES])}{more}"
    for change in entered.changes:
        if change.kind == "removed":
            yield f"removed {change.section}.{change.name}"
        elif change.kind == "changed":
            fields = "; ".join(
                f"{field}: {_shown(before)} → {_shown(after)}"
                for field, (before, after) in change.fields.items()
            )
            yield f"changed {change.section}.{change.name}: {fields}"
    for owner, pattern, number in entered.matches:
        yield f"{owner}: {pattern!r} matches {number} test{'' if number == 1 else 's'}"
    for naming in dict.fromkeys(each.naming for each in entered.files):
        files = [each for each in entered.files if each.naming == naming]
        parts = list(files[0].parts)
        yield from _table(
            [
                [f"file_names.{naming}", *parts],
                *([each.file, *(each.parts[part] for part in parts)] for each in files),
            ]
        )


def as_json(entered: Entered, *, dry: bool = False) -> dict[str, Any]:
    """Return what would be, or was, entered as a document of JSON."""
    return {
        "name": entered.name,
        "status": entered.status,
        "dry_run": dry,
        "counts": entered.counts,
        "sections": entered.tally(),
        "changes": [
            {
                "section": each.section,
                "name": each.name,
                "kind": each.kind,
                "fields": {
                    field: {"before": before, "after": after}
                    for field, (before, after) in each.fields.items()
                },
            }
            for each in entered.changes
        ],
        "patterns": [
            {"of": owner, "pattern": pattern, "tests": number}
            for owner, pattern, number in entered.matches
        ],
        "files": [
            {"naming": each.naming, "file": each.file, "parts": each.parts}
            for each in entered.files
        ],
    }


def refusal_as_json(refusal: InvalidStudy) -> dict[str, Any]:
    """Return why a study was refused as a document of JSON, a fault an object."""
    return {
        "status": "refused",
        "file": str(refusal.path),
        "faults": [
            {
                "place": fault.place,
                "section": fault.way[0] if fault.way else None,
                "entry": fault.way[1] if len(fault.way) > 1 else None,
                "field": ".".join(map(str, fault.way[2:])) or None,
                "value": fault.value,
                "reason": fault.reason,
            }
            for fault in refusal.faults
        ],
    }


def _shown(value: object) -> str:
    return "nothing" if value is None else str(value)


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield rows with their columns below each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (text.ljust(width) for text, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
