"""BioLogic EC-Lab and BT-Lab .mpr: binary modules of settings, data, log and loops.

Layout worked out from files and their .mpt exports. The data module states the number of records
and the ids of the columns; what an id means and how wide it is stands in ``biologic_mpr.tsv``, and
every whole file proves the widths by its length. All ids that are bits share one byte. An id nobody
knows has the width that is left of a record, and its values are kept as they are.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import BinaryIO, Final

import numpy as np

from ingest.parse import biologic
from ingest.parse.biologic_growth import whole_records
from ingest.parse.biologic_log import described
from ingest.parse.biologic_loop import loops_of, module_bytes, starts_by_module
from ingest.parse.biologic_module import DATA, MAGIC, Corrupt, Module, content, modules_of
from ingest.parse.biologic_program import program
from ingest.parse.biologic_record import layout_of
from ingest.parse.biologic_settings import BANNER, settings_of_technique
from ingest.parse.date import dates
from ingest.parse.record_file import Becoming, Layout, RecordFile, deal
from ingest.reader import Account, Reader
from ingest.reading import Export, Finding, RawColumn, Reading
from schema.error import EmptyExport, UnreadableExport

_STARTED: Final = re.compile(r"^Acquisition started on : (.+?)\s*$", re.MULTILINE)
_BESIDE_BYTES: Final = 1 << 20
"""Of a log or of settings."""
_NET: Final = "net_capacity_ah"
_SPARE: Final = frozenset({_NET, "power_watt"})
"""Quantities nobody computes with: the net counter where there are increments beside it."""


def _knows(export: Export) -> bool:
    return export.head.startswith(MAGIC)


def _read(export: Export) -> list[Reading]:
    try:
        with export.path.open("rb") as file:
            return [_reading(file, export)]
    except Corrupt as fault:
        place, reason = fault.args
        raise UnreadableExport(export.origin, READER.name, place, reason) from None


def _reading(file: BinaryIO, export: Export) -> Reading:
    size = file.seek(0, 2)
    modules = modules_of(file, size, growing=export.growing)
    layout, unknown = layout_of(file, modules, size)
    if layout is None:
        reason = f"the file ends at byte {size}, before its records should begin"
        raise EmptyExport(export.origin, READER.name, reason)
    whole_count = _whole_count(file, modules, layout, size, growing=export.growing)
    if not whole_count:
        reason = f"it holds no whole record of {layout.count} promised"
        raise EmptyExport(export.origin, READER.name, reason)
    loop_module = content(file, modules.get("VMP loop"), module_bytes(layout.count))
    loops, doubts = loops_of(starts_by_module(loop_module), whole_count)
    plan = _plan(layout)
    columns = deal(RecordFile(export, replace(layout, count=whole_count)), plan.columns, plan.rules)
    reading = Reading(
        (
            *(RawColumn(name, each, plan.quantities.get(name)) for name, each in columns.items()),
            *biologic.interpreted(loops),
        ),
        step_marks=biologic.step_marks({*columns, *loops}),
        findings=(
            *unknown,
            *_cut(modules, whole_count if export.growing else layout.count, whole_count, size),
            *doubts,
            *(rule.finding for rule in plan.rules),
        ),
    )
    known = described(
        reading, content(file, modules.get("VMP Set")), content(file, modules.get("VMP LOG"))
    )
    return _beside(known, export, export.sidecar) if export.sidecar else known


def _beside(reading: Reading, export: Export, sidecar: Path) -> Reading:
    """Return a reading with what the log or the settings beside it tell: its program, its start.

    A .mpr whose test still ran has no start of its own.
    """
    with sidecar.open("rb") as file:
        text = file.read(_BESIDE_BYTES).decode("latin-1")
    if text.startswith(BANNER):
        steps = program(settings_of_technique(text, PurePath(export.name)))
        note = Finding("program_by_settings", "the settings beside it tell its program", "VMP Set")
        notes = (note,) if steps else ()
        return replace(reading, program=steps, findings=(*reading.findings, *notes))
    reading = replace(reading, program=program(text.splitlines()))
    found = _STARTED.search(text)
    if reading.started_at is not None or found is None:
        return reading
    read = dates([found[1]], "Acquisition started on")
    note = Finding("started_by_log", "the log beside it tells when it was begun", "VMP LOG")
    return replace(
        reading, started_at=read.first, findings=(*reading.findings, *read.findings, note)
    )


def _whole_bytes(export: Export) -> int | None:
    """Return how far a .mpr consists of whole records, or of whole modules behind them."""
    with export.path.open("rb") as file:
        size = file.seek(0, 2)
        try:
            modules = modules_of(file, size, growing=True)
            layout, _ = layout_of(file, modules, size)
        except Corrupt as fault:
            raise UnreadableExport(export.origin, READER.name, *fault.args) from None
        if layout is None:
            return 0
        count = _whole_count(file, modules, layout, size, growing=True)
    if not count:
        return 0
    end = layout.start + count * layout.dtype.itemsize
    ends = (module.start + module.length for module in modules.values() if module.start > end)
    return max((each for each in ends if each <= size), default=end)


def _whole_count(
    file: BinaryIO, modules: Mapping[str, Module], layout: Layout, size: int, *, growing: bool
) -> int:
    """Return how many records there are; once another module follows, their number is right."""
    if growing and [*modules][-1] == DATA:
        return whole_records(file, layout, size)
    return min(layout.count, max(0, size - layout.start) // layout.dtype.itemsize)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the records become.

    Attributes:
        columns: what each column becomes: a quantity has double precision, or counts in 64 bits,
            another number is as in the file; what nobody computes with may wait there.
        quantities: which quantity a column is.
        rules: how the columns come about that are not stored.
    """

    columns: Mapping[str, Becoming]
    quantities: Mapping[str, str]
    rules: tuple[biologic.Derivation, ...]


def _plan(layout: Layout) -> _Plan:
    stored = {name: layout.dtype[name] for name in layout.dtype.names or () if name != "flags"}
    kinds = dict.fromkeys(layout.bits, np.dtype(np.uint8)) | stored
    rules = biologic.derivations(kinds)
    at_hand = {*biologic.step_marks(kinds), *(rule.name for rule in rules)}
    kinds |= dict.fromkeys((rule.name for rule in rules), np.dtype(np.float64))
    taken = biologic.becoming(kinds)
    quantities = {name: quantity for name, (quantity, _) in taken.items()}
    spare = _SPARE if "increment_charge_ah" in quantities.values() else _SPARE - {_NET}
    columns = {}
    for name, kind in kinds.items():
        quantity, scale = taken.get(name, (None, 1.0))
        wide = np.dtype(np.float64 if kind.kind == "f" else np.int64) if quantity else kind
        waits = name not in at_hand and (quantity is None or quantity in spare)
        columns[name] = Becoming(wide, scale, waits)
    return _Plan(columns, quantities, rules)


def _cut(
    modules: Mapping[str, Module], promised: int, whole_count: int, size: int
) -> list[Finding]:
    findings = []
    if whole_count < promised:
        detail = f"{whole_count} whole records of {promised} promised; the file ends early"
        findings.append(Finding("truncated", detail, f"byte {size}"))
    log = modules.get("VMP LOG")
    if log is None:
        detail = "no log module: the test was running or the file is cut; no absolute start"
        findings.append(Finding("running", detail, f"byte {size}"))
    elif log.start + log.length > size:
        detail = f"the log module ends {log.start + log.length - size} bytes early"
        findings.append(Finding("truncated", detail, f"byte {size}"))
    return findings


READER: Final = Reader(
    name="biologic_mpr",
    version="4",
    title="BioLogic EC-Lab and BT-Lab .mpr",
    suffixes=(".mpr",),
    knows=_knows,
    read=_read,
    whole_bytes=_whole_bytes,
    states=biologic.STATES,
    takes_sidecar=True,
    account=Account(
        instrument="BioLogic, EC-Lab and BT-Lab",
        counters="by charge of each interval (dq), by half cycle and since the start (Q - Qo)",
        gaps=(
            (
                "its own settings are no program; the sequences of a GCPL are told by the .mpl "
                "beside it, else by the .mps"
            ),
            "files of one sequence of techniques are tests of their own",
            (
                "an id nobody knows is kept under its number, and two of them in one record are "
                "refused"
            ),
            "a running test tells no start but by its .mpl",
        ),
        real_files=27,
        tested=(
            "galvani and yadg, every column; the .mpt of the same measurement within its printed "
            "digits"
        ),
    ),
)
