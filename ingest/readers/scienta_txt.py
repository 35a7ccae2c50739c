"""Scienta SES .txt: [Region k] tells the energies, [Info k] how, [Data k] the numbers.

The name of the first dimension says whether energies are binding or kinetic, whatever ``Energy
Unit`` says. Several slices of the detector are columns; each is a region of its own.
"""

import re
from collections.abc import Mapping
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

_NAME: Final = "scienta_txt"
_SECTION: Final = re.compile(r"\[(Info|Region|Data|Run Mode Information)(?: (\d{1,6}))?\]\s*")
_AXIS: Final = "Dimension 1 name"
_SCALE: Final = "Dimension 1 scale"
_KINDS: Final = {"binding energy": "binding_energy_ev", "kinetic energy": "kinetic_energy_ev"}

_Sections = dict[tuple[str, int], tuple[int, list[str]]]


def _knows(export: Export) -> bool:
    head = export.head.removeprefix(b"\xef\xbb\xbf")
    return head.startswith(b"[Info]") and b"Number of Regions=" in head[:200]


def _read(export: Export) -> list[Reading]:
    sections = _sections(decode(export, _NAME))
    numbers = sorted({number for name, number in sections if name == "Data"})
    above = _entries(sections.get(("Info", 0), (0, []))[1])
    regions: list[tuple[str, Region, dict[str, Fact]]] = []
    findings: list[Finding] = []
    for number in numbers:
        facts = {
            **_entries(sections.get(("Region", number), (0, []))[1]),
            **_entries(sections.get(("Info", number), (0, []))[1]),
            **_entries(sections.get(("Run Mode Information", number), (0, []))[1]),
        }
        values, cut = _values(export, sections["Data", number], number, facts)
        findings += cut
        scale = facts.pop(_SCALE, None)
        if scale is not None and len(values) and not _agree(str(scale), values[:, 0]):
            facts[_SCALE] = scale
            detail = "the energies of the head are not those of the rows"
            findings.append(Finding("energies_disagree", detail, f"region {number}"))
        for place in range(1, values.shape[1]):
            region = Region(_how(facts, place, values.shape[1] - 1), _columns(facts, values, place))
            if len(values):
                regions.append((str(facts.get("Sample", "")), region, facts))
    if not regions:
        raise EmptyExport(export.origin, _NAME)
    samples = dict.fromkeys(sample for sample, _, _ in regions)
    return [
        _test([own for own in regions if own[0] == sample], above, tuple(findings))
        for sample in samples
    ]


def _test(
    own: list[tuple[str, Region, dict[str, Fact]]],
    above: Mapping[str, Fact],
    findings: tuple[Finding, ...],
) -> Reading:
    region_facts = [facts for _, _, facts in own]
    instrument = region_facts[0].get("Instrument")
    return reading_of(
        [region for _, region, _ in own],
        instrument=f"Scienta {instrument}" if instrument else "Scienta",
        started_at=_when(region_facts[0]),
        facts={**above, **shared_facts(region_facts)},
        findings=findings,
    )


def _sections(text: str) -> _Sections:
    """Return the lines of each section, and the number of the first."""
    sections: _Sections = {}
    lines: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if found := _SECTION.fullmatch(line):
            lines = []
            sections[found[1], int(found[2] or 0)] = (number + 1, lines)
        else:
            lines.append(line)
    return sections


def _entries(lines: list[str]) -> dict[str, Fact]:
    parted = (line.partition("=") for line in lines)
    return {name.strip(): value.strip() for name, mark, value in parted if mark and value.strip()}


def _values(
    export: Export, data: tuple[int, list[str]], number: int, facts: Mapping[str, Fact]
) -> tuple[NDArray[np.float64], list[Finding]]:
    first, lines = data
    rows = [line.split() for line in lines if line.strip()]
    if not rows:
        return np.empty((0, 2)), []
    width, place = len(rows[0]), f"region {number}"
    findings = []
    if len(rows[-1]) < width:
        findings.append(Finding("truncated", "it ends within a row", place))
        rows = rows[:-1]
    wrong = next((at for at, row in enumerate(rows) if len(row) != width), None)
    if wrong is not None or width < 2:
        at = first + (wrong or 0)
        reason = f"{len(rows[wrong or 0])} numbers in a row where {max(width, 2)} are wanted"
        raise UnreadableExport(export.origin, _NAME, f"line {at}", reason)
    try:
        values = np.array(rows, dtype=np.float64).reshape(-1, width)
    except ValueError as fault:
        raise UnreadableExport(export.origin, _NAME, f"[Data {number}]", str(fault)[:80]) from None
    size = number_of(facts.get("Dimension 1 size"))
    if size and len(values) < size:
        detail = f"{len(values)} of {size:g} energies are there"
        findings.append(Finding("truncated", detail, place))
    return values, findings


def _agree(scale: str, energies: NDArray[np.float64]) -> bool:
    try:
        head_energies = np.array(scale.split(), dtype=np.float64)
    except ValueError:
        return False
    size = min(head_energies.size, energies.size)
    return bool(np.allclose(head_energies[:size], energies[:size], rtol=1e-5, atol=1e-3))


def _how(facts: Mapping[str, Fact], place: int, slices: int) -> dict[str, Fact]:
    name = str(facts.get("Region Name", ""))
    element, transition = line_of(name)
    step, sweeps = number_of(facts.get("Step Time")), number_of(facts.get("Number of Sweeps"))
    mode = str(facts.get("DetectorMode", ""))
    return {
        "label": f"{name}, slice {place}" if slices > 1 else name or None,
        "element": element,
        "transition": transition,
        "excitation_energy_ev": number_of(facts.get("Excitation Energy")),
        "pass_energy_ev": number_of(facts.get("Pass Energy")),
        "dwell_second": step / 1000.0 if step else None,
        "sweep_count": int(sweeps) if sweeps and 0 < sweeps < 1e9 else None,
        "intensity_unit": "counts" if mode.casefold() == "pulse counting" else mode or None,
    }


def _columns(
    facts: Mapping[str, Fact], values: NDArray[np.float64], place: int
) -> tuple[RawColumn, ...]:
    axis = str(facts.get(_AXIS, "Energy"))
    known = next((kind for word, kind in _KINDS.items() if word in axis.casefold()), None)
    return (
        RawColumn(axis, np.ascontiguousarray(values[:, 0]), known),
        RawColumn("Intensity", np.ascontiguousarray(values[:, place]), "intensity"),
    )


def _when(facts: Mapping[str, Fact]) -> datetime | None:
    try:
        return datetime.fromisoformat(f"{facts.get('Date')} {facts.get('Time')}")
    except ValueError:
        return None


READER: Final = Reader(
    name=_NAME,
    version="1",
    title="Scienta SES text",
    suffixes=(".txt",),
    knows=_knows,
    read=_read,
    states={"User": "operator", "Sample": "specimen", "Comments": "comment"},
    account=Account(
        instrument="Scienta, SES",
        counters="none: it is photoemission",
        gaps=(
            "several slices of the detector are regions of their own; none was at hand",
            "of a detector in ADC mode nothing is known of its noise",
        ),
        real_files=1,
        tested="every number against a plain read",
    ),
)
