"""SPECS .xy: lines that begin with # are the header, rows follow; a block a region, cycle or curve.

``values in binding energy`` (or kinetic) says what the first column is, ``ColumnLabels`` what they
all are. Counts a second are those of all scans: times dwell and scans they are counts.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.parse.decoding import decode
from ingest.parse.instrument_text import number_of
from ingest.parse.photoemission import Region, line_of, reading_of, shared_facts
from ingest.reader import Account, Reader
from ingest.reading import Export, Fact, Finding, RawColumn, Reading
from schema.error import EmptyExport, UnreadableExport

_NAME: Final = "specs_xy"
_ENTRY: Final = re.compile(r"#\s*([^:]+?):\s*(.*?)\s*")
_AXIS: Final = re.compile(r"#\s*values in (binding|kinetic) energy\s*")
_DATE: Final = re.compile(r"(\d\d)/(\d\d)/(\d{4}|\d\d) (\d\d):(\d\d):(\d\d)(?: UTC)?")
_PLACE: Final = re.compile(r"(\w+): (\d{1,9})")
_PLACES: Final = ("Cycle", "Curve", "Scan", "Channel")


@dataclass(slots=True)
class _Block:
    """Rows that follow one another, with what the lines above them state."""

    line: int
    head: dict[str, Fact]
    axis: str | None
    rows: list[str] = field(default_factory=list)


def _knows(export: Export) -> bool:
    first, _, rest = export.head.removeprefix(b"\xef\xbb\xbf").partition(b"\n")
    return first.startswith(b"# Created by:") and b"Specs" in first and b"# " in rest[:40]


def _read(export: Export) -> list[Reading]:
    blocks = list(_blocks(decode(export, _NAME)))
    regions, findings = [], []
    for block in blocks:
        values, cut = _values(export, block, last=block is blocks[-1])
        findings += cut
        if len(values):
            regions.append(Region(_how(block), _columns(block, values)))
    if not regions:
        raise EmptyExport(export.origin, _NAME)
    program = blocks[0].head.get("Created by")
    return [
        reading_of(
            regions,
            instrument=f"SPECS {blocks[0].head.get('Analyzer', '')}".strip(),
            started_at=_when(str(blocks[0].head.get("Acquisition Date", ""))),
            facts={
                **({"Created by": program} if program else {}),
                **shared_facts(block.head for block in blocks if block.rows),
            },
            findings=tuple(findings),
        )
    ]


@dataclass(slots=True)
class _Above:
    """What the lines above the next rows state, of all regions, this one and its energies."""

    all: dict[str, Fact] = field(default_factory=dict)
    region: dict[str, Fact] = field(default_factory=dict)
    axis: str | None = None

    def hear(self, line: str) -> None:
        """Take in a line that begins with #."""
        if match := _AXIS.fullmatch(line):
            self.axis = match[1]
        if (entry := _ENTRY.fullmatch(line)) is None:
            return
        name, value = entry[1], entry[2]
        if name == "Region":
            self.region = {}
        if name in _PLACES:
            self.region |= {place: int(at) for place, at in _PLACE.findall(line)}
        elif value:
            (self.region if self.region or name == "Region" else self.all)[name] = value


def _blocks(text: str) -> Iterator[_Block]:
    """Yield the blocks of rows; what stands above the first region holds for all of them."""
    above = _Above()
    block: _Block | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("#"):
            if block is not None:
                yield block
                block = None
            above.hear(line)
        elif line.strip():
            block = block or _Block(number, {**above.all, **above.region}, above.axis)
            block.rows.append(line)
    if block is not None:
        yield block


def _values(
    export: Export, block: _Block, *, last: bool
) -> tuple[NDArray[np.float64], list[Finding]]:
    """Return the rows of a block; the last of the file may be cut."""
    width = len(block.rows[0].split())
    rows, findings = block.rows, []
    if last and len(rows[-1].split()) != width:
        detail = f"it ends within the row {rows[-1][:40]!r}"
        findings.append(Finding("truncated", detail, f"line {block.line + len(rows) - 1}"))
        rows = rows[:-1]
    for number, row in enumerate(rows, start=block.line):
        if len(row.split()) != width:
            reason = f"{len(row.split())} numbers where {width} are"
            raise UnreadableExport(export.origin, _NAME, f"line {number}", reason)
    try:
        values = np.array(" ".join(rows).split(), dtype=np.float64).reshape(-1, width)
    except ValueError as fault:
        place = f"lines {block.line} to {block.line + len(rows) - 1}"
        raise UnreadableExport(export.origin, _NAME, place, str(fault)[:80]) from None
    if width < 2 and len(values):
        reason = "an energy without an intensity"
        raise UnreadableExport(export.origin, _NAME, f"line {block.line}", reason)
    promised = number_of(block.head.get("Values/Curve"))
    if promised and len(values) < promised:
        detail = f"{len(values)} of {promised:g} energies are there"
        findings.append(Finding("truncated", detail, f"line {block.line}"))
    return values, findings


def _how(block: _Block) -> dict[str, Fact]:
    head = block.head
    name = str(head.get("Region", ""))
    places = [f"{place} {head[place]}" for place in _PLACES if head.get(place)]
    element, transition = line_of(name)
    scans = number_of(head.get("Number of Scans"))
    whole = int(scans) if scans and 0 < scans < 1e9 else None
    return {
        "label": ", ".join([name, *places]) or None,
        "element": element,
        "transition": transition,
        "excitation_energy_ev": number_of(head.get("Excitation Energy")),
        "source": head.get("Source"),
        "pass_energy_ev": number_of(head.get("Pass Energy")),
        "dwell_second": number_of(head.get("Dwell Time")),
        "sweep_count": 1 if "Scan" in head else whole,
        "intensity_unit": _unit(block),
    }


def _unit(block: _Block) -> str | None:
    labels = str(block.head.get("ColumnLabels", "")).split()
    if len(labels) > 1:
        return labels[1]
    rate = block.head.get("Counts Per Second")
    return {"yes": "counts/s", "no": "counts"}.get(str(rate))


def _columns(block: _Block, values: NDArray[np.float64]) -> tuple[RawColumn, ...]:
    labels = str(block.head.get("ColumnLabels", "energy counts")).split()
    labels += [f"column {place}" for place in range(len(labels) + 1, values.shape[1] + 1)]
    axis = block.axis
    if axis is None:
        kinetic = block.head.get("Kinetic Energy Axis")
        axis = {"yes": "kinetic", "no": "binding"}.get(str(kinetic))
    quantities: list[str | None] = [f"{axis}_energy_ev" if axis else None, "intensity"]
    quantities += ["transmission" if label == "transmission" else None for label in labels[2:]]
    return tuple(
        RawColumn(label, np.ascontiguousarray(own), quantity)
        for label, own, quantity in zip(_apart(labels), values.T, quantities, strict=False)
    )


def _apart(labels: list[str]) -> list[str]:
    return [
        label if label not in labels[:place] else f"{label} ({place + 1})"
        for place, label in enumerate(labels)
    ]


def _when(text: str) -> datetime | None:
    """Return when it began: month/day/year on the instrument's clock."""
    found = _DATE.match(text)
    if not found:
        return None
    month, day, year, hour, minute, second = map(int, found.groups())
    try:
        return datetime(year + (2000 if year < 100 else 0), month, day, hour, minute, second)  # noqa: DTZ001
    except ValueError:
        return None


READER: Final = Reader(
    name=_NAME,
    version="1",
    title="SPECS .xy",
    suffixes=(".xy",),
    knows=_knows,
    read=_read,
    states={"Comment": "comment", "Created by": "program_name"},
    account=Account(
        instrument="SPECS (SpecsLab2, Prodigy)",
        counters="none: it is photoemission",
        gaps=(
            "exports whose comment prefix is not # are not known",
            "channels and scans that are kept apart are regions of their own",
        ),
        real_files=1,
        tested="the sums of its columns against xylib 1.6",
    ),
)
