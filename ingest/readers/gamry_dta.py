"""Gamry .DTA: the text every experiment of the Gamry Framework writes.

A header of ``NAME TYPE value label`` lines, and tables (CURVE, CURVE1 …, ZCURVE, OCVCURVE,
FRACURVE, VFPCURVE, CAPACITYCURVE), each with a line of names and one of units. Tables of the same
columns whose time goes on are one test, and their numbers its cycles; any other table is a test by
itself, for its clock starts anew. Zimag is Im(Z): atan2(Zimag, Zreal) is the Zphz printed beside
it. CONVENTION 1 is anodic positive (an electrode held below its open circuit has a negative Idc), 0
is turned round. A temperature below absolute zero means that no sensor was there. Numbers may have
decimal commas. Dates with a slash are taken month first, others day first.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl

from ingest.parse.gamry_header import Entry, entries_of, facts_of, started_at
from ingest.parse.instrument_text import (
    Meaning,
    Vocabulary,
    announced,
    columns_of,
    count_of,
    table_within,
    text_lines,
    vocabulary,
)
from ingest.parse.text_table import TextTable
from ingest.parse.unit import unit_for
from ingest.reader import Account, Reader
from ingest.reading import Export, Fact, Finding, RawColumn, Reading
from schema.error import EmptyExport, UnknownUnit, UnreadableExport

_NAME: Final = "gamry_dta"
_BANNER: Final = re.compile(rb"(?:\xef\xbb\xbf)?\w+[ \t]*\r?\n\s*TAG\t\S")
_CURVE_NUMBER: Final = re.compile(r"CURVE(\d{1,15})")
_ASIDE: Final = frozenset({"OCVCURVE", "FRACURVE"})
_SUMS: Final = "CAPACITYCURVE"
_NO_UNITS: Final = frozenset({"", "#", "bits"})
_SPELLINGS: Final = {"degC": "degC", "S": "s", "#": "1", "\N{REPLACEMENT CHARACTER}": "°"}


@dataclass(frozen=True, slots=True)
class _Curve:
    """A table: its records as text, and the units beneath its names."""

    name: str
    units: tuple[str, ...]
    table: TextTable

    @property
    def number(self) -> int | None:
        found = _CURVE_NUMBER.fullmatch(self.name)
        return int(found[1]) if found else None


def _knows(export: Export) -> bool:
    return _BANNER.match(export.head) is not None


def _read(export: Export) -> list[Reading]:
    lines = text_lines(export, _NAME)
    entries = entries_of(lines)
    facts = facts_of(entries, lines)
    tests = _tests(_curves(export, entries, lines))
    if not tests:
        raise EmptyExport(export.origin, _NAME, "no curve follows its header")
    return [_reading(export, curves, place, entries, facts) for place, curves in enumerate(tests)]


def _curves(export: Export, entries: Sequence[Entry], lines: Sequence[str]) -> Iterator[_Curve]:
    stops = [entry.place for entry in entries[1:]] + [len(lines)]
    spans = [
        (entry, range(entry.place + 1, stop))
        for entry, stop in zip(entries, stops, strict=True)
        if entry.kind == "TABLE"
    ]
    comma = any("," in "".join(lines[span.start + 2 : span.stop]) for _, span in spans)
    for entry, span in spans:
        head = [line.split("\t")[1:] for line in lines[span.start : span.stop][:2]]
        records = [line.strip() for line in lines[span.start + 2 : span.stop]]
        if len(head) < 2 or not any(records):
            continue
        # a hand may have put spaces where Gamry writes tabs; no field of a record holds any
        body = re.sub(" +", "\t", "\n".join(records)).split("\n")
        table = table_within(
            export,
            _NAME,
            body if span.stop == len(lines) else [*body, ""],
            span.start + 3,
            names=tuple(name.strip() for name in head[0]),
            separator="\t",
            decimal="," if comma else ".",
        )
        count = len(table.lines)
        short = announced(count_of(entry.value), count, entry.name)
        aborted = _aborted(entries, entry.place, count)
        yield _Curve(
            entry.name,
            tuple(unit.strip() for unit in head[1]),
            replace(table, findings=(*table.findings, *short, *aborted)),
        )


def _aborted(entries: Sequence[Entry], place: int, count: int) -> tuple[Finding, ...]:
    """Return a finding where the experiment was aborted before another table began."""
    for entry in (entry for entry in entries if entry.place > place):
        if entry.kind == "TABLE":
            break
        if entry.name == "EXPERIMENTABORTED" and entry.value == "T":
            detail = f"the experiment was aborted; its {count} records were kept"
            return (Finding("experiment_aborted", detail, f"line {entry.place + 1}"),)
    return ()


def _tests(curves: Iterable[_Curve]) -> list[list[_Curve]]:
    """Part the tables into tests: numbered ones go together while their time goes on."""
    tests: list[list[_Curve]] = []
    for curve in curves:
        if tests and _goes_on(tests[-1][-1], curve):
            tests[-1].append(curve)
        else:
            tests.append([curve])
    return tests


def _goes_on(before: _Curve, curve: _Curve) -> bool:
    header = curve.table.header
    if None in {before.number, curve.number} or "T" not in header:
        return False
    if (before.table.header, before.units) != (header, curve.units):
        return False
    time = header.index("T")
    return bool(before.table.numbers(time)[-1] <= curve.table.numbers(time)[0])


def _joined(tables: Sequence[TextTable]) -> TextTable:
    return replace(
        tables[0],
        frame=pl.concat([table.frame for table in tables]),
        lines=np.concatenate([table.lines for table in tables]),
        findings=tuple(finding for table in tables for finding in table.findings),
    )


def _reading(
    export: Export,
    curves: Sequence[_Curve],
    place: int,
    entries: Sequence[Entry],
    facts: dict[str, Fact],
) -> Reading:
    table = _joined([curve.table for curve in curves])
    columns = _with_units(columns_of(table, _words(export, curves[0])), curves[0])
    columns, signed = _signed(columns, facts)
    columns, timed = _timed(columns, facts)
    columns, marks = _marked(columns, curves)
    pstat = next((entry.value for entry in entries if entry.kind == "PSTAT"), "")
    began, dated = started_at(facts)
    if place and began:
        detail = "DATE and TIME are those of the experiment; another table was recorded before this"
        dated = (*dated, Finding("start_of_experiment", detail, curves[0].name))
    aside = curves[0].name in _ASIDE
    return Reading(
        tuple(columns),
        technique=curves[0].name.removesuffix("CURVE") if aside else str(facts.get("TAG")),
        instrument=f"Gamry {pstat}".rstrip(),
        started_at=began,
        step_marks=marks,
        facts={**facts, "table": ", ".join(curve.name for curve in curves)},
        findings=(*table.findings, *timed, *signed, *dated, *_summed(curves)),
    )


def _with_units(columns: Sequence[RawColumn], curve: _Curve) -> list[RawColumn]:
    """Give columns that are no quantity the unit printed beneath their name."""
    units = [*curve.units, *[""] * len(columns)]
    return [
        replace(raw, name=f"{raw.name}/{unit}")
        if raw.quantity is None and unit not in _NO_UNITS
        else raw
        for raw, unit in zip(columns, units, strict=False)
    ]


def _summed(curves: Sequence[_Curve]) -> tuple[Finding, ...]:
    if curves[0].name != _SUMS:
        return ()
    detail = "a line is a whole charge or discharge; its records are in files of their own"
    return (Finding("sums_only", detail, _SUMS),)


def _timed(
    columns: list[RawColumn], facts: Mapping[str, Fact]
) -> tuple[list[RawColumn], tuple[Finding, ...]]:
    """Count the time at the rate the header states, where no time is recorded."""
    rate = facts.get("FREQ/Hz")
    has_time = any(raw.quantity == "test_time_second" for raw in columns)
    if has_time or not isinstance(rate, float) or rate <= 0.0:
        return columns, ()
    elapsed = np.arange(len(columns[0].values)) / rate
    note = Finding("time_from_rate", f"no time is recorded: it is counted at {rate:g} Hz")
    return [*columns, RawColumn("time by FREQ", elapsed, "test_time_second")], (note,)


def _marked(
    columns: list[RawColumn], curves: Sequence[_Curve]
) -> tuple[list[RawColumn], tuple[str, ...]]:
    """Add the column that marks the steps, and return its name."""
    lengths = [len(curve.table.lines) for curve in curves]
    if curves[0].number is not None:
        numbers = np.repeat([curve.number or 0 for curve in curves], lengths)
        return [*columns, RawColumn("curve", numbers, "vendor_cycle_count")], ("curve",)
    if any(raw.quantity == "frequency_hertz" for raw in columns):
        # a sweep is one step, though the noise of its bias may cross zero
        return [*columns, RawColumn("sweep", np.ones(sum(lengths), np.int64))], ("sweep",)
    return columns, ()


def _words(export: Export, curve: _Curve) -> Vocabulary:
    """Return what the columns mean in the units printed beneath their names."""
    words = {}
    for name, printed in zip(curve.table.header, curve.units, strict=False):
        known = vocabulary(__file__).get(name)
        if known is None:
            continue
        unit = printed.partition(" vs")[0].replace(" ", "")
        try:
            found = unit_for(_SPELLINGS.get(unit, unit), known.quantity)
        except UnknownUnit as fault:
            raise UnreadableExport(
                export.origin, _NAME, f"{curve.name}, {name}", str(fault)
            ) from fault
        words[name] = Meaning(known.quantity, found.scale * known.scale)
    return words


def _signed(
    columns: list[RawColumn], facts: Mapping[str, Fact]
) -> tuple[list[RawColumn], tuple[Finding, ...]]:
    """Return the columns with a current that is positive when anodic."""
    if not any(raw.quantity == "current_ampere" for raw in columns):
        return columns, ()
    convention = facts.get("CONVENTION")
    if convention is None:
        detail = "no CONVENTION is told; a positive current is taken as anodic, as Gamry has it"
        return columns, (Finding("current_sign_untold", detail),)
    if convention == 1.0:
        return columns, ()
    detail = "CONVENTION is cathodic positive: the current is turned round"
    turned = [
        replace(raw, scale=-raw.scale) if raw.quantity == "current_ampere" else raw
        for raw in columns
    ]
    return turned, (Finding("current_sign_reversed", detail),)


READER: Final = Reader(
    name=_NAME,
    version="3",
    title="Gamry .DTA",
    suffixes=(".dta",),
    knows=_knows,
    read=_read,
    account=Account(
        instrument="Gamry, Framework and PWR",
        counters="none: charge and energy of a capacity file are sums and keep their names",
        gaps=(
            (
                "square wave and pulse voltammetry keep the names of their columns, for none of "
                "them is the potential of the cell alone"
            ),
            (
                "tables of one file whose clocks start anew (open circuit, sweep) are tests of "
                "their own that share the start of the experiment"
            ),
            "drift and IR corrections are facts of the header; nothing is corrected",
            "overload bits are kept as text and not judged",
        ),
        real_files=12,
        tested="every field of every table by a plain read; German and English files of one curve",
    ),
    states={
        "PSTATSERIALNO": "instrument_serial",
        "INSTRUMENTVERSION": "firmware",
        "NOTES": "comment",
        "AREA": "stated_area_cm2",
        "CAPACITY": "stated_capacity_ah",
    },
)
