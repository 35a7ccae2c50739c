"""SPECS SpecsLab .xml: regions in groups, the counts of each detector in turn, as counted.

Of an analyzer with several detectors each sees every energy at another time: at a pass energy E
the detector of shift s sees E·s above what is set, and counts before and behind the curve as far as
that takes (mcd_head, mcd_tail). What all of them counted at the nearest energy is added, and the
scans of a cycle are; each cycle is a region. The kinetic energy is that above the Fermi level: the
excitation energy less it is the binding energy.

Source: parsers of others that read such files, and one that writes them: no description of the
layout is published.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from ingest.parse.photoemission import Region, line_of, reading_of, shared_facts
from ingest.parse.spacing import spaced
from ingest.parse.xml_tree import number_at, text_at, xml_tree
from ingest.reader import Account, Reader
from ingest.reading import Export, Fact, Finding, RawColumn, Reading
from schema.error import EmptyExport, UnreadableExport

_NAME: Final = "specs_xml"
_DOCTYPE: Final = re.compile(rb"<!DOCTYPE any \[(?:\s*<!(?:ELEMENT|ATTLIST) [^<>]*>)*\s*\]>")
"""What they declare of elements; it is taken out, for whatever else one may declare is refused."""
_MARKS: Final = (b"<!DOCTYPE any [", b"IDL:specs.de/", b"CORBA XML document")
_SWEPT: Final = "FixedAnalyzerTransmission"
_LEAST_EV: Final = 1e-9
"""No step of energy is smaller."""
_LAST_SECOND: Final = 253_402_300_800.0
"""Beyond the year 9999."""
Floats = NDArray[np.float64]


def _knows(export: Export) -> bool:
    head = export.head.removeprefix(b"\xef\xbb\xbf")
    return head.startswith(b"<?xml") and any(mark in head for mark in _MARKS)


def _read(export: Export) -> list[Reading]:
    root = xml_tree(export, _NAME, _plain(export.path.read_bytes()))
    regions: list[Region] = []
    findings: list[Finding] = []
    heads: list[dict[str, Fact]] = []
    began: list[float] = []
    for group in root.iterfind(".//struct[@type_name='RegionGroup']"):
        for region in group.iterfind(".//struct[@type_name='RegionData']"):
            place = f"region {text_at(region, _named('string', 'name')) or ''}".strip()
            mode = text_at(region, ".//struct[@type_name='ScanMode']/string[@name='name']")
            counted = list(_cycles(region))
            if counted and mode != _SWEPT:
                detail = f"its scan mode is {mode}: only {_SWEPT} sweeps the kinetic energy"
                findings.append(Finding("region_not_read", detail, place))
                continue
            findings += _unapplied(region, place) if counted else ()
            for number, (cycle, scans) in enumerate(counted, start=1):
                head = _facts(group, region)
                how = _how(region, number if len(counted) > 1 else None, len(scans))
                regions.append(Region(how, _columns(_Region(export, region, place), scans)))
                heads.append(head)
                if time := number_at(cycle, _named("ulong", "time")):
                    began.append(time)
    if not regions and findings:
        raise UnreadableExport(export.origin, _NAME, findings[0].place or "", findings[0].detail)
    if not regions:
        raise EmptyExport(export.origin, _NAME)
    name = text_at(root, ".//struct[@type_name='AnalyzerInfo']/string[@name='name']")
    first = min(began, default=0.0)
    return [
        reading_of(
            regions,
            instrument=f"SPECS {name or ''}".strip(),
            started_at=datetime.fromtimestamp(first, UTC) if 0 < first < _LAST_SECOND else None,
            facts=shared_facts(heads),
            findings=tuple(findings),
        )
    ]


def _named(tag: str, name: str) -> str:
    return f"{tag}[@name='{name}']"


def _plain(content: bytes) -> bytes:
    """Return a document without what it declares, in UTF-8 where it tells no encoding."""
    content = _DOCTYPE.sub(lambda found: b"\n" * found[0].count(b"\n"), content, count=1)
    if b"encoding" not in content[:100]:
        try:
            content.decode()
        except UnicodeDecodeError:
            return content.decode("cp1252", errors="replace").encode()
    return content


def _cycles(region: Element) -> Iterator[tuple[Element, list[Element]]]:
    """Yield each cycle that has counts, and the counts of each of its scans."""
    for cycle in region.iterfind(f"{_named('sequence', 'cycles')}/struct"):
        scans = [
            counts
            for counts in cycle.iterfind(".//sequence[@type_name='CountsSeq']")
            if len(counts) and (counts[0].text or "").strip()
        ]
        if scans:
            yield cycle, scans


@dataclass(frozen=True, slots=True)
class _Region:
    """What the file states of a region, and its place for whom it is refused to."""

    export: Export
    region: Element
    place: str

    def refused(self, reason: str) -> UnreadableExport:
        """Return the refusal of an export for what is amiss in this region."""
        return UnreadableExport(self.export.origin, _NAME, self.place, reason)

    def number(self, name: str) -> float:
        """Return a number that has to be there."""
        number = number_at(self.region, f".//*[@name='{name}']")
        if number is None:
            raise self.refused(f"it does not tell {name}")
        return number

    def numbers(self, sequence: Element) -> Floats:
        """Return the numbers of a sequence."""
        try:
            values = np.array((sequence[0].text or "").split(), np.float64)
        except ValueError as fault:
            raise self.refused(str(fault)[:80]) from fault
        if not np.isfinite(values).all():
            raise self.refused("a number that is none")
        return values

    @property
    def shifts(self) -> list[float]:
        """Return how far each detector sees above what is set, in pass energies."""
        stated = [number_at(each, _named("double", "shift")) for each in _detectors(self.region)]
        known = [shift for shift in stated if shift is not None]
        if len(known) < len(stated):
            raise self.refused("a detector tells no shift")
        return known

    @property
    def transmission(self) -> Floats | None:
        """Return the transmission, None where none is stated."""
        sequence = self.region.find(_named("sequence", "transmission"))
        return None if sequence is None or not len(sequence) else self.numbers(sequence)


def _columns(region: _Region, scans: list[Element]) -> tuple[RawColumn, ...]:
    """Return energies and counts, and the transmission where one is stated for each energy."""
    counts, delta = _counts(region, scans), region.number("scan_delta")
    energies = spaced(region.number("kinetic_energy"), delta, counts.size)
    columns = (
        RawColumn("energy", energies, "kinetic_energy_ev"),
        RawColumn("counts", counts, "intensity"),
    )
    transmission = region.transmission
    if transmission is None or transmission.size != counts.size:
        return columns
    return (*columns, RawColumn("transmission", transmission, "transmission"))


def _counts(region: _Region, scans: list[Element]) -> Floats:
    """Return what all detectors saw of each energy in all scans."""
    count, head, tail = (
        int(region.number(name)) for name in ("values_per_curve", "mcd_head", "mcd_tail")
    )
    delta, passing, shifts = (
        region.number("scan_delta"),
        region.number("pass_energy"),
        region.shifts,
    )
    if min(count, head + 1, tail + 1) < 1 or abs(delta) < _LEAST_EV:
        reason = f"{count} energies of {delta} eV, {head} before and {tail} behind: no curve"
        raise region.refused(reason)
    shifts = region.shifts
    seen = max(len(shifts), 1)
    curves = [region.numbers(each) for each in scans]
    for curve in curves:
        if curve.size != seen * (head + count + tail):
            reason = f"{curve.size} counts, of {seen} detectors {head} + {count} + {tail} are due"
            raise region.refused(reason)
    begins = [_begin(head, passing * shift / delta) for shift in shifts] or [head]
    if min(begins) < 0 or max(begins) > head + tail:
        reason = "a detector's shift is beyond what was counted before and behind the curve"
        raise region.refused(reason)
    counts = np.sum(curves, axis=0).reshape(-1, seen)
    own = [counts[begin : begin + count, each] for each, begin in enumerate(begins)]
    summed: Floats = np.sum(own, axis=0)
    return summed


def _begin(head: int, steps: float) -> int:
    """Return where a detector saw the first energy, which sees so many steps above what is set."""
    return int(np.floor(head - steps + 0.5)) if abs(steps) < 1e9 else -1


def _detectors(region: Element) -> list[Element]:
    return region.findall(".//sequence[@type_name='DetectorSeq']/struct[@type_name='Detector']")


def _unapplied(region: Element, place: str) -> Iterator[Finding]:
    """Yield factors of counts that are stated and not applied: counts stay counts."""
    gains = [number_at(each, _named("double", "gain")) for each in _detectors(region)]
    scales = [
        float(number)
        for each in region.iterfind(f".//{_named('sequence', 'scaling_factors')}/double")
        for number in (each.text or "").split()
        if re.fullmatch(r"[-+0-9.eE]+", number) and _is_number(number)
    ]
    for what, factors in (("gains of its detectors", gains), ("scaling factors", scales)):
        if odd := [each for each in factors if each not in {None, 1.0}]:
            detail = f"{what} are told, {odd[0]:g} among them, and not applied"
            yield Finding("factors_not_applied", detail, place)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _how(region: Element, cycle: int | None, scan_count: int) -> dict[str, Fact]:
    name = text_at(region, _named("string", "name")) or ""
    element, transition = line_of(name)
    return {
        "label": ", ".join(filter(None, (name, f"Cycle {cycle}" if cycle else ""))) or None,
        "element": element,
        "transition": transition,
        "excitation_energy_ev": number_at(region, f".//{_named('double', 'excitation_energy')}"),
        "source": text_at(region, ".//struct[@type_name='SourceInfo']/string[@name='name']"),
        "pass_energy_ev": number_at(region, f".//{_named('double', 'pass_energy')}"),
        "dwell_second": number_at(region, f".//{_named('double', 'dwell_time')}"),
        "sweep_count": scan_count,
        "intensity_unit": "counts",
    }


def _facts(group: Element, region: Element) -> dict[str, Fact]:
    """Return what the file states of a region and its group, under their names."""
    facts: dict[str, Fact] = {"Group": text_at(group, _named("string", "name"))}
    definition = region.find(".//struct[@type_name='RegionDef']")
    for each in definition if definition is not None else ():
        if (text := (each.text or "").strip()) and (name := each.get("name")):
            facts[name] = text
    for each in region.iterfind(f"{_named('sequence', 'parameters')}/struct"):
        called, text = text_at(each, _named("string", "name")), text_at(each, "any/string") or ""
        if called and text:
            facts[called] = text
    return {name: text for name, text in facts.items() if text}


READER: Final = Reader(
    name=_NAME,
    version="1",
    title="SPECS .xml",
    suffixes=(".xml",),
    knows=_knows,
    read=_read,
    states={"Comment": "comment"},
    account=Account(
        instrument="SPECS (SpecsLab2)",
        counters="none: it is photoemission",
        gaps=(
            "no real file was at hand: it is read as parsers of others read it",
            "regions that do not sweep the kinetic energy at one pass energy are not read",
            "compact cycles and extended channels are not read",
            "gains of detectors and scaling factors are not applied",
        ),
        real_files=0,
        tested="counts written by their layout, detector by detector",
    ),
)
