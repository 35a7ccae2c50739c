"""Ivium .idf: the settings as ``name=value`` lines, then objects of numbers.

A ``primary_data`` object states the numbers of its columns and of its points. For impedance the
columns are Re(Z), Im(Z) with its own sign, and frequency; those of other methods are not stated
in the file, so they are refused. The traces of the oscilloscope, ``osc_data``, are left out.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.parse.instrument_text import count_of
from ingest.parse.number_block import number_block
from ingest.reader import Account, Reader
from ingest.reading import Export, Fact, Finding, RawColumn, Reading
from schema.error import EmptyExport, UnreadableExport

_NAME: Final = "ivium_idf"
_MARKS: Final = (b"\nCorrosion=", b"\nstarttime=", b"\nserialnumber=")
_SETTING: Final = re.compile(r"^([A-Za-z][^=\n\x00]*)=([^\n]*)$", re.MULTILINE)
_INDEXED: Final = re.compile(r"(.+)\[(\d+)\]")
_OBJECT: Final = re.compile(
    r"^primary_data *\n *(?P<width>\d+) *\n *(?P<count>\d+) *\n", re.MULTILINE
)
_PROCESS: Final = re.compile(r"([^\x1c:]+?)\s*:\s*([^\x1c]*)")
_IMPEDANCE: Final = (
    ("Re(Z)/Ohm", "real_impedance_ohm"),
    ("Im(Z)/Ohm", "imaginary_impedance_ohm"),
    ("Frequency/Hz", "frequency_hertz"),
)


def _knows(export: Export) -> bool:
    head = export.head.replace(b"\r\n", b"\n")
    return all(mark in head for mark in _MARKS)


def _read(export: Export) -> list[Reading]:
    text = export.path.read_bytes().decode("latin-1").replace("\r\n", "\n")
    found = list(_OBJECT.finditer(text))
    if not found:
        raise EmptyExport(export.origin, _NAME, "it holds no primary_data")
    settings = dict(_SETTING.findall(text[: found[0].start()]))
    if settings.get("Method") != "Impedance":
        reason = f"{settings.get('Method')!r}: only the columns of Impedance are known; "
        reason += "export it as text and declare it by a sidecar"
        raise UnreadableExport(export.origin, _NAME, "Method", reason)
    return [_reading(export, text, one, settings) for one in found]


def _reading(
    export: Export, text: str, found: re.Match[str], settings: Mapping[str, str]
) -> Reading:
    line = text.count("\n", 0, found.end()) + 1
    if count_of(found["width"]) != len(_IMPEDANCE):
        reason = f"{found['width'][:20]} columns where impedance has {len(_IMPEDANCE)}"
        raise UnreadableExport(export.origin, _NAME, f"line {line - 2}", reason)
    promised = count_of(found["count"])
    if promised is None:
        reason = f"{found['count'][:20]}… points fit no file"
        raise UnreadableExport(export.origin, _NAME, f"line {line - 1}", reason)
    lines = text[found.end() :].split("\n", promised)
    body = "\n".join(lines[:promised]) + "\n" * (len(lines) > promised)
    names = tuple(name for name, _ in _IMPEDANCE)
    block = number_block(export, _NAME, body, first_line=line, names=names, promised=promised)
    columns = [
        RawColumn(name, block.columns[place], quantity)
        for place, (name, quantity) in enumerate(_IMPEDANCE)
    ]
    count = block.columns.shape[1]
    sweep = RawColumn("Sweep", np.ones(count, dtype=np.int64))
    times, untimed = _times(_listed(settings, "timing.time"), promised, count)
    facts, process = _facts(settings), _process(settings)
    started_at, undated = _started_at(process.pop("start time", None))
    instrument = process.pop("instrument", None)
    osc = (Finding("not_read", "the traces of the oscilloscope, osc_data, are left out"),)
    return Reading(
        (*columns, *times, sweep),
        technique=settings["Method"],
        instrument=f"Ivium {instrument}" if instrument else "Ivium",
        channel=process.pop("channel", None),
        started_at=started_at,
        step_marks=(sweep.name,),
        facts=facts | process,
        findings=(*block.findings, *untimed, *undated, *(osc if "\nosc_data" in text else ())),
    )


def _listed(settings: Mapping[str, str], name: str) -> NDArray[np.float64]:
    """Return the numbers of ``name[1]``, ``name[2]`` …, none where one of them is none."""
    texts = [settings.get(f"{name}[{place}]") for place in range(1, len(settings) + 1)]
    try:
        return np.array([text for text in texts if text is not None], dtype=np.float64)
    except ValueError:
        return np.zeros(0)


def _times(
    times: NDArray[np.float64], promised: int, count: int
) -> tuple[list[RawColumn], tuple[Finding, ...]]:
    if times.size == promised:
        return [RawColumn("Time/s", times[:count], "test_time_second")], ()
    detail = f"{times.size} times for {promised} points: when each was measured stays unknown"
    return [], (Finding("time_unknown", detail, "timing"),)


def _facts(settings: Mapping[str, str]) -> dict[str, Fact]:
    return {
        name: value
        for name, value in settings.items()
        if value and not _INDEXED.fullmatch(name) and name != "Report.Process data"
    }


def _process(settings: Mapping[str, str]) -> dict[str, str]:
    """Return what the report tells of the instrument, parted by file separators."""
    entries = _PROCESS.findall(settings.get("Report.Process data", ""))
    return {name.strip(): value.strip() for name, value in entries if value.strip()}


def _started_at(text: str | None) -> tuple[datetime | None, tuple[Finding, ...]]:
    if text is None:
        return None, ()
    try:
        # with dots the day comes first; with slashes nobody can know
        return datetime.strptime(text, "%d.%m.%Y %H:%M:%S"), ()  # noqa: DTZ007 - it has no zone
    except ValueError:
        detail = f"{text!r} is no date like 31.12.2026 23:59:59"
        return None, (Finding("unreadable_date", detail, "start time"),)


READER: Final = Reader(
    name=_NAME,
    version="1",
    title="Ivium .idf",
    suffixes=(".idf",),
    knows=_knows,
    read=_read,
    account=Account(
        instrument="Ivium",
        counters="none: it is impedance",
        gaps=(
            "methods other than impedance are refused: the file does not name their columns",
            "traces of the oscilloscope are left out and told",
        ),
        real_files=1,
        tested="the circuit that tables of the same sweep have",
    ),
    states={
        "firmware vs": "firmware",
        "Data Options.Area": "stated_area_cm2 / cm²",
    },
)
