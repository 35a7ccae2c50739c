"""What an ingest reports to people and programs at its end."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from ingest.file_name import legible
from ingest.intake import Outcome


def as_json(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return the outcomes as the document of ``leyden ingest --json``."""
    count = Counter(outcome.status for outcome in outcomes)
    return {
        "ingested": count["ingested"],
        "already": count["already"],
        "beside": count["beside"],
        "removed": count["removed"],
        "refused": count["refused"],
        "files": [
            {
                "path": str(legible(outcome.path)),
                "status": outcome.status,
                "reader": outcome.reader,
                "reason": outcome.reason,
                "tests": list(outcome.tests),
                "points": outcome.points,
            }
            for outcome in outcomes
        ],
    }


def as_line(outcome: Outcome) -> str:
    """Return one line for a person."""
    path = legible(outcome.path)
    if outcome.status in {"refused", "beside", "removed"}:
        return f"{outcome.status:9} {path}: {outcome.reason}"
    tests = ", ".join(map(str, outcome.tests))
    plural = "s" if len(outcome.tests) > 1 else ""
    return (
        f"{outcome.status:9} {path}: {outcome.points:,} points in test{plural} {tests} "
        f"by {outcome.reader}"
    )
