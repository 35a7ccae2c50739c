"""Which reader a test of the suite holds to which independent reader, record by record."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ORACLES: Final = Path(__file__).with_suffix(".tsv")


@dataclass(frozen=True, slots=True)
class Oracle:
    """A reader of ours, what it is held to, and by which test of tests/ingest."""

    reader: str
    oracle: str
    test: str


def oracles() -> list[Oracle]:
    """Return every one."""
    with ORACLES.open(encoding="utf-8", newline="") as file:
        return [Oracle(**row) for row in csv.DictReader(file, delimiter="\t")]
