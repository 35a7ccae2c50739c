"""Cycles and charge of real exports beside a reference; writes docs/conformance-cycles.md.

The reference is an independent implementation of the same rules (real_cycles.tsv beside the shared
cases). Where we differ, conformance_cycles.tsv says who is right and why.

    python -m benchmarks.conformance_cycles
"""

import csv
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.exports import ExportsAbsent
from ingest.draft import Draft, draft
from ingest.reading import HEAD_BYTES, Export
from ingest.recognize import reader_for
from ingest.sidecar import sidecar_of

ROOT: Final = Path(__file__).parents[1]
PAGE: Final = ROOT / "docs" / "conformance-cycles.md"
VERDICTS: Final = Path(__file__).with_suffix(".tsv")
ALIKE: Final = 1e-3
"""Charges within this part of each other are one."""
_TOLD: Final = 3
"""Cycles whose charge the reference tells."""

_ABOUT: Final = (
    "Written by `python -m benchmarks.conformance_cycles`. The reference is an independent "
    "implementation of the same rules. Cycles are by the turns of the charge; charges are of the "
    "first three cycles, and agree within 0.1 %. The last but one column says how many steps took "
    "their charge from the instrument's counter, and how many from the trapezoid."
)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """What became of one real test, and what the reference makes of it.

    Attributes:
        file: its place in the folder of exports.
        cycle_count: cycles by the turns of charge.
        charge_ah: of each cycle, from the first.
        discharge_ah: the same.
        discharge_error_ah: the error of it.
        sources: steps with current by the source of their charge.
        low_quality: cycles of low quality.
        reference: the row of the reference.
    """

    file: str
    cycle_count: int
    charge_ah: Floats
    discharge_ah: Floats
    discharge_error_ah: Floats
    sources: Counter[str]
    low_quality: int
    reference: dict[str, str]

    @property
    def agrees(self) -> bool:
        """Return whether cycles, charge, discharge and quality are those of the reference."""
        return (
            self.cycle_count == int(self.reference["cycles"])
            and self.low_quality == int(self.reference["low_quality_cycles"])
            and _alike(self.charge_ah, self.reference["q_charge_ah_1_3"])
            and _alike(self.discharge_ah, self.reference["q_discharge_ah_1_3"])
        )


def _alike(ours: Floats, told: str) -> bool:
    theirs = [float(part) if part else 0.0 for part in told.split(";")]
    padded = np.zeros((2, _TOLD))
    padded[0, : min(ours.size, _TOLD)] = ours[:_TOLD]
    padded[1, : len(theirs)] = theirs
    return bool(np.all(np.abs(padded[0] - padded[1]) <= ALIKE * padded.max(axis=0)))


def measure() -> Iterator[Row]:
    """Yield every test of the reference, read by us.

    Raises:
        ExportsAbsent: without the reference or the real files.
    """
    exports = Path(os.environ.get("LEYDEN_EXPORTS", ROOT.parent / "shared" / "exports"))
    cases = Path(os.environ.get("LEYDEN_CASES", ROOT.parent / "shared" / "cases"))
    table = cases / "real_cycles.tsv"
    if not table.is_file() or not exports.is_dir():
        raise ExportsAbsent(table)
    with table.open(encoding="utf-8", newline="") as file:
        for told in csv.DictReader(file, delimiter="\t"):
            path = exports.parent / told["set"] / told["file"]
            if path.is_file():
                yield row_of(told, drafted(path, int(told["points"])))


def drafted(path: Path, points: int) -> Draft:
    """Return the test of an export that has about so many points."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    export = Export(path, path.name, head, path, sidecar_of(path))
    readings = reader_for(export).read(export)
    return draft(min(readings, key=lambda reading: abs(reading.row_count - points)))


def row_of(told: dict[str, str], test: Draft) -> Row:
    """Return what the steps of a test say of its cycles."""
    steps = test.steps
    number = steps["half_cycle_count"]
    half = number if isinstance(number, np.ndarray) else np.asarray(number.fill_null(0))
    flows = np.isin(steps["mode"], ("charge", "discharge"))
    counts = flows & (half > 0)
    cycle, half = np.asarray(steps["cycle_count"])[counts], half[counts]
    place = np.unique(cycle, return_inverse=True)[1]
    net = np.bincount(half, steps["net_charge_ah"][counts])[half]
    sides = []
    for way in (1.0, -1.0):
        side = way * net > 0.0
        size = int(place.max(initial=-1)) + 1
        charge, error = (
            np.bincount(place[side], np.nan_to_num(steps[name][counts][side]), size).astype(
                np.float64
            )
            for name in ("net_charge_ah", "charge_error_ah")
        )
        sides.append((np.abs(charge), error))
    doubtful = steps["status"][counts] != "ok"
    return Row(
        told["file"],
        int(np.unique(cycle).size),
        sides[0][0],
        sides[1][0],
        sides[1][1],
        Counter(steps["charge_source"][flows].tolist()),
        int(np.unique(cycle[doubtful]).size),
        told,
    )


def verdicts() -> dict[str, tuple[str, str]]:
    """Return who is right, and why, by file."""
    with VERDICTS.open(encoding="utf-8", newline="") as file:
        return {
            row["file"]: (row["right"], row["why"]) for row in csv.DictReader(file, delimiter="\t")
        }


def page(rows: list[Row]) -> str:
    """Return the page of these tests."""
    told = verdicts()
    cycled = [row for row in rows if int(row.reference["cycles"])]
    whole = [row for row in cycled if row.reference["low_quality_cycles"] == "0"]
    agreed = sum(row.agrees for row in rows)
    doubtful = sum(row.low_quality > 0 for row in whole)
    lines = [
        "# Cycles and charge of real exports beside a reference",
        "",
        _ABOUT,
        "",
        (
            f"Of {len(rows)} tests {agreed} agree. Of the {len(whole)} in which the reference "
            f"doubts no cycle, {doubtful} have a row of low quality with us."
        ),
        "",
        (
            "| test | cycles | the reference's | the instrument's | charge, A·h | discharge, A·h "
            "| counter · trapezoid | beside the reference |"
        ),
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        right, why = told.get(row.file, ("", ""))
        beside = "agrees" if row.agrees else f"{right} right: {why}"
        if right == "either":
            beside = f"either may be right: {why}"
        lines.append(
            f"| {row.file} | {row.cycle_count} | {row.reference['cycles']} "
            f"| {row.reference['vendor_cycles'] or '–'} | {_shown(row.charge_ah)} "
            f"| {_shown(row.discharge_ah, row.discharge_error_ah)} "
            f"| {row.sources['counter']} · {row.sources['trapezoid']} | {beside} |"
        )
    return "\n".join(lines) + "\n"


def _shown(charge: Floats, error: Floats | None = None) -> str:
    if error is None:
        return ", ".join(f"{each:.6g}" for each in charge[:_TOLD]) or "–"
    pairs = zip(charge[:_TOLD], error[:_TOLD], strict=True)
    return ", ".join(f"{each:.6g} ± {give:.1g}" for each, give in pairs) or "–"


if __name__ == "__main__":
    PAGE.write_text(page(list(measure())), encoding="utf-8")
