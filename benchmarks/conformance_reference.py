"""An independent implementation of our own rules, beside ours: its table beside the shared cases.

It tells how many cycles there are and the charge of the first three of them.
"""

import csv
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.conformance_ours import OurTest
from benchmarks.peer_answer import ROOT, PeerAnswer, PeerCycle

NAME: Final = "reference"
_TABLE: Final = "real_cycles.tsv"


def table() -> Path:
    """Return where its table is, whether it is there or not."""
    default = ROOT.parent / "shared" / "cases"
    return Path(os.environ.get("LEYDEN_CASES", default)) / _TABLE


def told_of(tests: Sequence[OurTest]) -> list[tuple[OurTest, PeerAnswer[PeerCycle]]]:
    """Return what it tells of these tests, one a file."""
    rows = _rows()
    return [(test, _answer(rows[test.file])) for test in tests if test.file in rows]


def sound(tests: Sequence[OurTest]) -> list[OurTest]:
    """Return the tests in which it finds cycles and doubts none."""
    rows = _rows()
    return [
        test
        for test in tests
        if test.file in rows
        and int(rows[test.file]["cycles"])
        and rows[test.file]["low_quality_cycles"] == "0"
    ]


def _rows() -> dict[str, dict[str, str]]:
    with table().open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return {f"{row['set']}/{row['file']}": row for row in rows}


def _answer(row: dict[str, str]) -> PeerAnswer[PeerCycle]:
    sides = [row[f"q_{side}_ah_1_3"].split(";") for side in ("charge", "discharge")]
    cycles = tuple(
        PeerCycle(number, *(float(side[number - 1] or 0.0) for side in sides))
        for number in range(1, min(3, int(row["cycles"])) + 1)
    )
    return PeerAnswer(cycles, count=int(row["cycles"]))
