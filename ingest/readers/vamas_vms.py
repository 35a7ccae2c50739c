"""VAMAS .vms, ISO 14976: blocks of spectra, one value a line, each sample of the file a test.

A REGULAR block states where its energies start and how far they are apart; an IRREGULAR one has no
such lines, its first variable is the energy. The number of values counts all variables together,
1e+37 is no value, the date 0 0 0 is none, and a binding energy is what the kinetic one leaves of
the energy of the source: without the work function. Comments are where programs keep what they made
of the data; they are kept as they are and never read for numbers.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from math import acos, cos, degrees, radians, sin
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.parse.photoemission import Region, line_of, reading_of, shared_facts
from ingest.parse.spacing import spaced
from ingest.parse.value_line import ValueLines
from ingest.parse.vamas import (
    DATE,
    HOURS,
    NO_VALUE,
    Block,
    Header,
    Values,
    read_block,
    read_header,
    take_values,
)
from ingest.reader import Account, Reader
from ingest.reading import Export, Fact, Finding, RawColumn, Reading
from schema.error import EmptyExport
from schema.formula import atomic_masses

_NAME: Final = "vamas_vms"
_FORMAT: Final = b"VAMAS Surface Chemical Analysis Standard Data Transfer Format"
_HOURS: Final = 14
"""No zone is further from Greenwich."""


def _knows(export: Export) -> bool:
    return export.head.removeprefix(b"\xef\xbb\xbf").startswith(_FORMAT)


def _read(export: Export) -> list[Reading]:
    lines = ValueLines.of(export, _NAME, NO_VALUE)
    try:
        header = read_header(lines)
    except EOFError:
        reason = f"it ends at line {lines.place}, in its head"
        raise EmptyExport(export.origin, _NAME, reason) from None
    blocks, findings = _blocks(lines, header)
    if not blocks:
        raise EmptyExport(export.origin, _NAME)
    return [
        _test(header, [block for block in blocks if block.sample == sample], findings)
        for sample in dict.fromkeys(block.sample for block in blocks)
    ]


def _blocks(lines: ValueLines, header: Header) -> tuple[list[Block], tuple[Finding, ...]]:
    """Return the blocks that have values, and what was noticed."""
    blocks: list[Block] = []
    findings: list[Finding] = []
    while len(blocks) < header.block_count and not findings:
        place = f"block {len(blocks) + 1}"
        try:
            block = read_block(lines, header, blocks[0] if blocks else None)
            doubts = take_values(lines, block)
        except EOFError:
            detail = f"it ends at line {lines.place}, within {place} of {header.block_count}"
            findings.append(Finding("truncated", detail, place))
            break
        blocks.append(block)
        findings += [Finding(kind, detail, place) for kind, detail in doubts if kind == "truncated"]
    return [block for block in blocks if len(block.values)], tuple(findings)


def _test(header: Header, blocks: list[Block], findings: tuple[Finding, ...]) -> Reading:
    times = [_condition(block, ("etch time", "sputter time")) for block in blocks]
    levels = sorted({time for time in times if time is not None})
    regions = []
    for block, time in zip(blocks, times, strict=True):
        depth = levels.index(time) + 1 if time is not None and len(levels) > 1 else None
        regions.append(
            Region({**_how(block), "depth_count": depth, "etch_time_second": time}, _columns(block))
        )
    model = str(header.facts.get("instrument model") or "")
    facts = {name: value for name, value in header.facts.items() if _said(value)}
    return reading_of(
        regions,
        instrument=model if _said(model) else None,
        started_at=next((when for when in map(_when, blocks) if when), None),
        facts={**facts, **shared_facts(_facts(block) for block in blocks)},
        findings=findings,
    )


def _how(block: Block) -> dict[str, Fact]:
    species, transition = block.text("species"), block.text("transition")
    element, line = line_of(f"{species} {transition}", species, block.name)
    if element is None and species in atomic_masses():
        element = species
    scans, dwell = block.number("scans"), block.number("collection time")
    tilt = block.number("tilt polar angle")
    has_pass_energy = block.text("analyzer mode") == "FAT"
    return {
        "label": block.name or None,
        "element": element,
        "transition": line,
        "excitation_energy_ev": block.number("source energy") or None,
        "source": block.source or None,
        "pass_energy_ev": block.number("pass energy or retard ratio") if has_pass_energy else None,
        "source_angle_degree": _source_angle(block),
        # the angle to the normal of a tilted sample hangs on how it is tilted
        "takeoff_angle_degree": block.number("takeoff polar angle") if not tilt else None,
        "dwell_second": dwell or None,
        "sweep_count": int(scans) if scans and 0 < scans < 1e9 else None,
        "intensity_unit": _unit(block),
    }


def _source_angle(block: Block) -> float | None:
    """Return the angle between source and analyzer, by polar angle and azimuth of both."""
    names = ("source polar angle", "source azimuth", "takeoff polar angle", "takeoff azimuth")
    angles = [block.number(name) for name in names]
    if any(value is None for value in angles):
        return None
    one, turn, other, back = (radians(value or 0.0) for value in angles)
    product = cos(one) * cos(other) + sin(one) * sin(other) * cos(turn - back)
    return round(degrees(acos(max(-1.0, min(1.0, product)))), 6)


def _unit(block: Block) -> str:
    label, unit = block.variables[0 if block.abscissa else min(1, len(block.variables) - 1)]
    words = f"{label} {unit} {block.name}".casefold()
    if any(word in words for word in ("per second", "/s", "cps")):
        return "counts/s"
    if "count" in words or block.text("signal mode").casefold().startswith("pulse counting"):
        return "counts"
    return unit if unit not in {"", "d"} else label


def _columns(block: Block) -> tuple[RawColumn, ...]:
    values, variables = block.values, list(block.variables)
    columns = []
    if block.abscissa:
        label, unit, start, step = block.abscissa
        columns.append(_energy(label, unit, spaced(start, step, len(values))))
    else:
        columns.append(_energy(*variables.pop(0), values[:, 0]))
        values = values[:, 1:]
    taken: set[str | None] = {None}
    for (label, unit), own in zip(variables, values.T, strict=True):
        quantity = "transmission" if "transmission" in label.casefold() else "intensity"
        name = label if unit in {"", "d"} else f"{label}/{unit}"
        plain = quantity if quantity not in taken else None
        taken.add(quantity)
        known = {column.name for column in columns}
        name = next(
            each for each in (name, *(f"{name} {k}" for k in range(2, 9999))) if each not in known
        )
        columns.append(RawColumn(name, np.ascontiguousarray(own), plain))
    return tuple(columns)


def _energy(label: str, unit: str, values: NDArray[np.float64]) -> RawColumn:
    kinds = {"kinetic": "kinetic_energy_ev", "binding": "binding_energy_ev"}
    quantity = next((name for word, name in kinds.items() if word in label.casefold()), None)
    known = quantity if unit.casefold() == "ev" else None
    return RawColumn(f"{label}/{unit}", np.ascontiguousarray(values), known)


def _facts(block: Block) -> Values:
    facts: Values = {"block": block.name, "sample": block.sample, "source": block.source}
    facts |= {"technique": block.technique, "block comment": block.comment, **block.items}
    facts |= {"variables": ", ".join(label for label, _ in block.variables)}
    if block.abscissa:
        facts |= {
            "energy": block.abscissa[0],
            "start": block.abscissa[2],
            "step": block.abscissa[3],
        }
    for label, unit, value in (*block.conditions, *block.more):
        facts[label if unit in {"", "d"} else f"{label}/{unit}"] = value
    return {name: value for name, value in facts.items() if _said(value)}


def _said(value: Fact) -> bool:
    return value not in {None, "", "Not Specified", "None"}


def _condition(block: Block, labels: Sequence[str]) -> float | None:
    for label, unit, value in block.conditions:
        if label.casefold() in labels and unit.casefold() == "s" and isinstance(value, float):
            return value
    return None


def _when(block: Block) -> datetime | None:
    parts = [block.number(name) for name in DATE]
    hours = block.number(HOURS)
    if any(part is None for part in parts):
        return None
    try:
        when = datetime(*(int(part or 0) for part in parts))  # type: ignore[arg-type] # noqa: DTZ001
        if hours and abs(hours) <= _HOURS:
            return when.replace(tzinfo=timezone(timedelta(hours=hours)))
    except (ValueError, OverflowError):
        return None
    return when


READER: Final = Reader(
    name=_NAME,
    version="1",
    title="VAMAS .vms (ISO 14976)",
    suffixes=(".vms",),
    knows=_knows,
    read=_read,
    states={"operator": "operator", "sample": "specimen", "comment": "comment"},
    account=Account(
        instrument="CasaXPS, Kratos, SPECS Prodigy and all who write the standard",
        counters="none: it is photoemission",
        gaps=(
            "scan mode MAPPING, MAPSV, SEM and techniques other than XPS and UPS are refused",
            "entries of a future upgrade of the format are refused: none was at hand",
            "blocks that leave items out have those of the first: no such file was at hand",
            "what CasaXPS keeps in comments is kept as text",
        ),
        real_files=3,
        tested="the sum of each block against vamas 0.2.0 and xylib 1.6",
    ),
)
