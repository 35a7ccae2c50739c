"""PHI MultiPak .spe and .pro: a head of lines, then traces of numbers, little-endian.

Behind EOFH stand the number of traces and 24 numbers of each: points, cycles, unit, kind of number,
bytes and offset. The offset counts, for there may be bytes between traces. Energies are those of
``SpectralRegDef``: first + k step. Values are counts a second, and times the dwell they are whole.
A depth profile has a cycle a level; behind its regions come the time sputtered before each of them
and its total.
"""

import re
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.parse.photoemission import Region, line_of, reading_of
from ingest.parse.spacing import spaced
from ingest.reader import Account, Reader
from ingest.reading import Export, Fact, Finding, RawColumn, Reading
from schema.error import EmptyExport, UnreadableExport

_NAME: Final = "phi_spe"
_BEGIN: Final = re.compile(rb"SOFH\r?\n")
_END: Final = re.compile(rb"EOFH\r?\n")
_DEFINITION: Final = "SpectralRegDef"
_HEAD_BYTES, _TRACE_BYTES = 16, 96
_MOST_TRACES: Final = 10_000
_NUMBER: Final = re.compile(r"[-+]?\d+(?:\.\d+)?")
_SPECTRUM: Final = 1
_KINDS: Final = {b"f4": "<f4", b"f8": "<f8"}


@dataclass(frozen=True, slots=True)
class _Definition:
    """What the head says of a region."""

    number: int
    name: str
    points: int
    step: float
    first: float
    dwell: float
    pass_energy: float


@dataclass(frozen=True, slots=True)
class _Trace:
    """What the numbers behind the head say of a trace, and its values, a cycle a row."""

    region: int
    kind: int
    unit: str
    values: NDArray[np.float64]
    cycles: int

    @property
    def is_spectrum(self) -> bool:
        return self.kind == _SPECTRUM and self.region > 0


def _knows(export: Export) -> bool:
    return _BEGIN.match(export.head) is not None and b"Platform:" in export.head[:200]


def _read(export: Export) -> list[Reading]:
    content = export.path.read_bytes()
    end = _END.search(content)
    if end is None:
        raise EmptyExport(export.origin, _NAME, "it ends within its head")
    facts = _facts(content[: end.start()].decode("latin-1"))
    defined = {each.number: each for each in _definitions(export, facts)}
    traces, findings = _traces(export, content, end.end())
    spectra = [trace for trace in traces if trace.is_spectrum and trace.values.size]
    others = [trace for trace in traces if not trace.is_spectrum]
    times = _etch_times(others, len(spectra))
    regions = []
    for place, trace in enumerate(spectra):
        one = defined.get(trace.region)
        if one is None or one.points != trace.values.shape[1]:
            reason = f"no {_DEFINITION} of {trace.values.shape[1]} points tells its energies"
            raise UnreadableExport(export.origin, _NAME, f"region {trace.region}", reason)
        regions += _levels(one, trace, facts, None if times is None else times[place])
    if not regions:
        raise EmptyExport(export.origin, _NAME)
    model = facts.get("InstrumentModel")
    return [
        reading_of(
            regions,
            instrument=f"PHI {model}" if model and "PHI" not in str(model) else model,
            facts={**facts, **_other_facts(others)},
            findings=findings,
        )
    ]


def _facts(head: str) -> dict[str, Fact]:
    """Return the lines of the head by their keys; what comes again follows on a line of its own."""
    facts: dict[str, Fact] = {}
    for line in head.splitlines()[1:]:
        key, colon, value = line.partition(":")
        if colon and value.strip():
            known = facts.get(key.strip())
            facts[key.strip()] = value.strip() if known is None else f"{known}\n{value.strip()}"
    return facts


def _definition(words: Sequence[str]) -> _Definition | None:
    """Return what a line defines, None where it lacks a number."""
    try:
        numbers = [float(word) for word in (*words[4:7], *words[10:12])]
        points, step, first, dwell, pass_energy = numbers
        one = _Definition(int(words[0]), words[2], int(points), step, first, dwell, pass_energy)
    except (ValueError, IndexError, OverflowError):
        return None
    return one if all(map(isfinite, numbers)) else None


def _definitions(export: Export, facts: Mapping[str, Fact]) -> list[_Definition]:
    found = []
    for line in str(facts.get(_DEFINITION, "")).splitlines():
        one = _definition(line.split())
        if one is None:
            reason = f"{line[:80]!r} tells no points, step, first energy, dwell and pass energy"
            raise UnreadableExport(export.origin, _NAME, _DEFINITION, reason)
        found.append(one)
    return found


def _traces(export: Export, content: bytes, base: int) -> tuple[list[_Trace], tuple[Finding, ...]]:
    if len(content) < base + _HEAD_BYTES:
        raise EmptyExport(export.origin, _NAME, "it ends behind its head")
    _, count, size, _ = struct.unpack_from("<4I", content, base)
    if count > _MOST_TRACES or size != count * _TRACE_BYTES:
        reason = f"{count} traces told in {size} bytes"
        raise UnreadableExport(export.origin, _NAME, f"byte {base}", reason)
    traces, findings = [], []
    for number in range(1, count + 1):
        at = base + _HEAD_BYTES + (number - 1) * _TRACE_BYTES
        if len(content) < at + _TRACE_BYTES:
            findings.append(Finding("truncated", f"it ends in trace {number} of {count}"))
            break
        fields = struct.unpack_from("<24I", content, at)
        kind = _KINDS.get(content[at + 72 : at + 74])
        points, cycles, length, offset = fields[5], fields[6], fields[19], fields[20]
        width = np.dtype(kind).itemsize if kind else 0
        if kind is None or not length or length != points * cycles * width:
            reason = f"{points} points x {cycles} cycles are not {length} bytes of a known kind"
            raise UnreadableExport(export.origin, _NAME, f"byte {at}", reason)
        there = content[base + offset : base + offset + length]
        whole = len(there) // (points * width)
        if whole < cycles:
            detail = f"{whole} of {cycles} cycles of {points} points are there"
            findings.append(Finding("truncated", detail, f"trace {number}"))
        raw = np.frombuffer(there, kind, whole * points).reshape(whole, points)
        with np.errstate(invalid="ignore"):
            values = raw.astype(np.float64)
        unit = content[at + 56 : at + 60].split(b"\0")[0].decode("latin-1").strip()
        traces.append(_Trace(fields[3], fields[4], unit, values, cycles))
    return traces, tuple(findings)


def _etch_times(others: Sequence[_Trace], regions: int) -> NDArray[np.float64] | None:
    """Return the seconds sputtered before each cycle of each region, None where nobody says."""
    for trace in others:
        if trace.unit == "s" and len(trace.values) == trace.cycles == regions:
            return np.abs(trace.values)  # the first is written as -0
    return None


def _levels(
    one: _Definition,
    trace: _Trace,
    facts: Mapping[str, Fact],
    times: NDArray[np.float64] | None,
) -> list[Region]:
    element, transition = line_of(one.name)
    energies = spaced(one.first, one.step, one.points)
    how: dict[str, Fact] = {
        "label": one.name,
        "element": element,
        "transition": transition,
        "excitation_energy_ev": _photon(str(facts.get("XraySource", ""))),
        "source": facts.get("XraySource"),
        "pass_energy_ev": one.pass_energy,
        "source_angle_degree": _number(str(facts.get("SourceAnalyserAngle", ""))),
        "dwell_second": one.dwell or None,
        "intensity_unit": "counts/s" if trace.unit == "c/s" else trace.unit or None,
    }
    regions = []
    for cycle, values in enumerate(trace.values):
        profile = trace.cycles > 1
        time = None if times is None or cycle >= times.size else float(times[cycle])
        level = {"depth_count": cycle + 1 if profile else None, "etch_time_second": time}
        columns = (
            RawColumn("Binding Energy/eV", energies, "binding_energy_ev"),
            RawColumn(f"Intensity/{trace.unit}", values, "intensity"),
        )
        regions.append(Region({**how, **level}, columns))
    return regions


def _other_facts(others: Sequence[_Trace]) -> dict[str, Fact]:
    """Return traces that are no spectra, a line of numbers for each of their rows."""
    return {
        f"trace of kind {trace.kind}/{trace.unit}": "\n".join(
            " ".join(f"{value:.9g}" for value in row) for row in trace.values
        )
        for trace in others
    }


def _photon(source: str) -> float | None:
    """Return the energy of ``Al 1486.6 mono``; a number behind an element may be a power."""
    found = re.search(r"\b(\d{3,5}\.\d+)\b", source)
    return float(found[1]) if found else None


def _number(text: str) -> float | None:
    found = _NUMBER.match(text)
    return float(found[0]) if found else None


READER: Final = Reader(
    name=_NAME,
    version="1",
    title="PHI MultiPak .spe and .pro",
    suffixes=(".spe", ".pro"),
    knows=_knows,
    read=_read,
    states={"Operator": "operator", "FileDesc": "specimen", "SoftwareVersion": "firmware"},
    account=Account(
        instrument="PHI Quantum, VersaProbe",
        counters="none: it is photoemission",
        gaps=(
            "maps and line scans were not at hand; a region without a definition is refused",
            "the date has no time of day: it is kept as a fact",
            "the angle of the stage is kept as a fact, not taken for a take-off angle",
        ),
        real_files=2,
        tested="counts a second times dwell are whole counts; sizes, offsets and ends of the files",
    ),
)
