"""Why we differ from a peer: by a convention that has a name, or by somebody's fault."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

from benchmarks.conformance_cycles import CycleFigure
from benchmarks.conformance_sweeps import SweepFigure

VERDICTS: Final = Path(__file__).with_suffix(".tsv")
CONVENTIONS: Final = Path(__file__).with_name("conformance_convention.tsv")
Figure = CycleFigure | SweepFigure
Fault = Literal["", "ours", "theirs"]
"""Whose the difference is; "" where it is nobody's, but a convention's."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a difference comes of.

    Attributes:
        conventions: their names.
        fault: whose it is, where no convention explains it.
        why: what was found in the bytes of the file.
    """

    conventions: tuple[str, ...]
    fault: Fault
    why: str


Verdicts = Mapping[tuple[str, str], Verdict]
"""By file and peer."""


def verdicts() -> Verdicts:
    """Return every verdict.

    Raises:
        ValueError: where one names no convention that is described, and nobody's fault.
    """
    known = conventions()
    found = {}
    for row in _rows(VERDICTS):
        names = tuple(name for name in row["conventions"].split("; ") if name)
        fault: Fault = next(each for each in get_args(Fault) if each == row["fault"])
        if not known.keys() >= set(names) or not (names or fault):
            raise ValueError(f"{row['file']}, {row['peer']}: neither convention nor fault is known")
        found[row["file"], row["peer"]] = Verdict(names, fault, row["why"])
    return found


def conventions() -> Mapping[str, str]:
    """Return what each convention is, by its name."""
    return {row["name"]: row["what"] for row in _rows(CONVENTIONS)}


def without_verdict(figures: Iterable[Figure], judged: Verdicts) -> list[Figure]:
    """Return the differences that have none."""
    return [each for each in figures if each.differs and (each.file, each.peer) not in judged]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))
