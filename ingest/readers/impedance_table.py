"""Impedance as a plain table: frequency with Re and Im, or with modulus and phase.

Every heading must be one of impedance_table.tsv, so that no instrument's own export is taken.
The sign is what the heading says: ``-Z''`` is turned round, ``Z''`` stays. A heading without a unit
is taken as Hz, Ω and °, with a finding; a phase that could be radians as well is refused. Where
Im comes out positive (inductive) in most points, which few cells are, a finding says so.

Three columns of numbers without any heading are taken as frequency, Re and Im only if the first is
an even sweep over decades and the second never negative; Im is then signed so that the cell is
capacitive in most points, and a finding states what was inferred. RelaxIS exports are known too.
"""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.impedance_part import of_polar
from ingest.parse.decoding import decode
from ingest.parse.impedance_heading import (
    COMMENT,
    IMAGINARY,
    MODULUS,
    NUMBER,
    PHASE,
    REAL,
    RELAXIS,
    Layout,
    layout,
)
from ingest.parse.text_line import read_table
from ingest.parse.text_table import TextTable
from ingest.parse.unit import unit_for
from ingest.reader import Account, Reader
from ingest.reading import Export, Fact, Finding, RawColumn, Reading, column
from schema.error import EmptyExport, UnknownUnit, UnreadableExport
from schema.quantity import quantities

_NAME: Final = "impedance_table"
_SPELLINGS: Final = (
    (re.compile(r"ohms?$", re.IGNORECASE), "Ω"),  # the prefix keeps its case: m is no M
    (re.compile(r"^(?:hz|hertz)$", re.IGNORECASE), "Hz"),
    (re.compile(r"^deg(?:rees?)?$", re.IGNORECASE), "°"),
    (re.compile(r"^rad(?:ians?)?$", re.IGNORECASE), "rad"),
)
_HEAD_BYTES: Final = 4096


def _knows(export: Export) -> bool:
    utf_16 = export.head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if export.sidecar is not None or ".bdf." in export.name.lower():
        return False
    if not utf_16 and b"\0" in export.head:
        return False
    text = export.head.decode("utf-16" if utf_16 else "utf-8-sig", errors="replace")
    lines = _lines(text)
    return layout(lines[:-1] if len(export.head) >= _HEAD_BYTES else lines) is not None


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _read(export: Export) -> list[Reading]:
    try:
        text = decode(export, _NAME)
    except UnreadableExport:
        text = decode(export, _NAME, "latin-1")
    lines = _lines(text)
    found = layout(lines) or layout(lines[:-1])
    if found is None:
        reason = "the columns are no longer those its head has: three numbers a line, in a sweep"
        raise UnreadableExport(export.origin, _NAME, "text", reason)
    facts = _taken_from(lines, found)
    table = _table(export, lines, found)
    columns, assumed = _columns(table, found)
    columns, derived = _cartesian(columns)
    inferred: tuple[Finding, ...] = ()
    if not found.line:
        columns, inferred = _inferred(columns)
    doubts = _doubts(Reading(tuple(columns)))
    findings = (*table.findings, *assumed, *derived, *inferred, *doubts)
    return [Reading(tuple(columns), facts=facts, findings=findings)]


def _taken_from(lines: list[str], found: Layout) -> dict[str, Fact]:
    """Return what stands above the heading, and take away what is neither heading nor record."""
    above = [line for line in lines[: max(found.line - 1, 0)] if line.strip()]
    heading = lines[found.line - 1] if found.line else None
    facts: dict[str, Fact] = {}
    if above and (version := RELAXIS.match(above[0])):
        facts["RelaxIS"] = version[1]
        for line in above[1:]:
            name, _, value = line.partition(":")
            facts[name.strip()] = value.strip()
        if found.line < len(lines) and not NUMBER.match(lines[found.line].strip()):
            facts["Spectrum"] = re.sub(r"\s*\t\s*", "; ", lines[found.line].strip())
            lines[found.line] = ""
    elif above:
        facts["Comment"] = "\n".join(COMMENT.sub("", line, count=1) for line in above)
    for place, line in enumerate(lines):
        if line == heading and place >= found.line:
            lines[place] = ""  # each spectrum of the file has the heading again
    return facts


def _table(export: Export, lines: Sequence[str], found: Layout) -> TextTable:
    separator = found.separator
    text = "\n".join(lines)
    if separator == " ":
        text, separator = re.sub(r"[ \t]+", "\t", re.sub(r"(?m)^[ \t]+|[ \t]+$", "", text)), "\t"
    records = text.split("\n", found.line)[-1]
    comma = separator != "," and "," in records and "." not in records
    if not records.strip():
        raise EmptyExport(export.origin, _NAME)
    names = tuple(heading.text for heading in found.headings)
    return read_table(
        export,
        _NAME,
        text,
        separator,
        header_line=found.line + 1,
        names=names,
        decimal="," if comma else ".",
    )


def _columns(table: TextTable, found: Layout) -> tuple[list[RawColumn], tuple[Finding, ...]]:
    columns: list[RawColumn] = []
    assumed: list[str] = []
    for place, heading in enumerate(found.headings):
        quantity = heading.quantity
        if quantity is None or any(raw.quantity == quantity for raw in columns):
            columns.append(RawColumn(heading.text, table.values(place)))
            continue
        numbers = table.numbers(place)
        if quantity == "test_time_second" and heading.unit is None:
            columns.append(RawColumn(heading.text, numbers))
            continue
        unit = heading.unit
        if unit is None:
            unit = quantities()[quantity].unit
            assumed.append(f"{heading.text} in {unit}")
            if quantity == PHASE and np.nanmax(np.abs(numbers), initial=0.0) <= 2 * np.pi:
                reason = "the phase may be in ° or rad; write the unit into the heading"
                raise UnreadableExport(table.origin, _NAME, f"line {found.line}", reason)
        scale = _scale(table, found.line, unit or "", quantity)
        columns.append(
            RawColumn(heading.text, numbers, quantity, -scale if heading.negated else scale)
        )
    if not assumed:
        return columns, ()
    detail = f"the headings tell no unit; taken: {', '.join(assumed)}"
    return columns, (Finding("unit_assumed", detail, f"line {found.line or 1}"),)


def _scale(table: TextTable, line: int, spelling: str, quantity: str) -> float:
    for pattern, unit in _SPELLINGS:
        spelling = pattern.sub(unit, spelling)
    try:
        return unit_for(spelling, quantity).scale
    except UnknownUnit as fault:
        raise UnreadableExport(table.origin, _NAME, f"line {line}", str(fault)) from fault


def _cartesian(columns: list[RawColumn]) -> tuple[list[RawColumn], tuple[Finding, ...]]:
    """Add Re and Im where only modulus and phase are there."""
    polar = Reading(tuple(columns))
    modulus, degree = column(polar, MODULUS), column(polar, PHASE)
    meant = {raw.quantity for raw in columns}
    if {REAL, IMAGINARY} <= meant or modulus is None or degree is None:
        return columns, ()
    with np.errstate(invalid="ignore"):  # of what is infinite the product is missing
        value = of_polar(modulus, degree)
    taken = {raw.name for raw in columns}
    added = [
        RawColumn(name, values, quantity)
        for name, values, quantity in (
            ("Re(Z)/Ohm", value.real, REAL),
            ("Im(Z)/Ohm", value.imag, IMAGINARY),
        )
        if quantity not in meant and name not in taken
    ]
    detail = "Re and Im are computed of modulus and phase"
    return [*columns, *added], (Finding("impedance_from_polar", detail),)


def _inferred(columns: list[RawColumn]) -> tuple[list[RawColumn], tuple[Finding, ...]]:
    frequency, real, imaginary = columns
    part = np.asarray(imaginary.values)
    turned = np.count_nonzero(part > 0) > np.count_nonzero(part < 0)
    sign = "-Im(Z), for most points are capacitive then" if turned else "Im(Z)"
    detail = f"there is no heading; the three columns were taken as f/Hz, Re(Z)/Ω and {sign}"
    third = RawColumn(imaginary.name, imaginary.values, IMAGINARY, -1.0 if turned else 1.0)
    return [frequency, real, third], (Finding("heading_inferred", detail, "line 1"),)


def _doubts(reading: Reading) -> tuple[Finding, ...]:
    real, imaginary = column(reading, REAL), column(reading, IMAGINARY)
    degree = column(reading, PHASE)
    if real is None or imaginary is None:
        return ()
    notes = []
    if _most(imaginary > 0):
        detail = (
            f"Im(Z) is positive (inductive) in {np.count_nonzero(imaginary > 0)} of "
            f"{imaginary.size} points; if the column is -Im(Z), say so in its heading or a sidecar"
        )
        notes.append(Finding("imaginary_sign_doubtful", detail))
    if _most(real < 0):
        detail = f"Re(Z) is negative in {np.count_nonzero(real < 0)} of {real.size} points"
        notes.append(Finding("real_sign_doubtful", detail))
    if degree is not None and _most(
        ((degree > 0) & (degree <= 180) & (imaginary < 0))
        | ((degree < 0) & (degree >= -180) & (imaginary > 0))
    ):
        detail = "the phase has another sign than Im(Z); Re and Im are kept as headed"
        notes.append(Finding("phase_disagrees", detail))
    return tuple(notes)


def _most(condition: NDArray[np.bool_]) -> bool:
    return bool(np.count_nonzero(condition) * 2 > condition.size)


READER: Final = Reader(
    name=_NAME,
    version="2",
    title="Impedance tables and RelaxIS text",
    suffixes=(".csv", ".txt", ".dat", ".tsv"),
    knows=_knows,
    read=_read,
    order=20,
    account=Account(
        instrument="any",
        counters="none: it is impedance",
        gaps=(
            "a heading that is none of its list leaves the table to a sidecar",
            "current and potential beside a sweep keep their names: no heading tells their sign",
            "three bare columns are taken as f, Re and Im with a finding",
        ),
        real_files=16,
        tested="plain reads of every heading variant; the circuit that all of them share",
    ),
)
