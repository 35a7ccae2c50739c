"""What an ingest reports to people and programs at its end."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ingest.file_name import legible
from ingest.outcome import Outcome
from schema.queue.subject import written


def as_json(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return the outcomes as the document of ``leyden ingest --json``."""
    count = Counter(outcome.status for outcome in outcomes)
    return {
        "ingested": count["ingested"],
        "already": count["already"],
        "beside": count["beside"],
        "removed": count["removed"],
        "refused": count["refused"],
        "failed": count["failed"],
        "files": [as_result(outcome) | _path(outcome) for outcome in outcomes],
    }


def as_result(outcome: Outcome) -> dict[str, Any]:
    """Return what became of a file as the result of a job."""
    return {
        "path": written(outcome.path),
        "status": outcome.status,
        "reader": outcome.reader,
        "reason": outcome.reason,
        "tests": list(outcome.tests),
        "points": outcome.points,
    }


def of_result(path: Path, result: Mapping[str, Any]) -> Outcome:
    """Return what became of a file by the result of its job."""
    facts = {name: value for name, value in result.items() if name != "path"}
    return Outcome(path, **(facts | {"tests": tuple(facts["tests"])}))


def _path(outcome: Outcome) -> dict[str, str]:
    return {"path": str(legible(outcome.path))}


def as_line(outcome: Outcome) -> str:
    """Return one line for a person."""
    path = legible(outcome.path)
    if outcome.status in {"refused", "beside", "removed", "failed"}:
        return f"{outcome.status:9} {path}: {outcome.reason}"
    tests = ", ".join(map(str, outcome.tests))
    plural = "s" if len(outcome.tests) > 1 else ""
    return (
        f"{outcome.status:9} {path}: {outcome.points:,} points in test{plural} {tests} "
        f"by {outcome.reader}"
    )
