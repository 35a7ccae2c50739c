"""BioLogic EC-Lab and BT-Lab .mpt (or .txt): the text export, with its header or without.

The second line states how long the header is; the last header line names the columns, parted by
tabs. Old exports are Latin-1, and the decimal mark is that of the Windows they were made on. Dates
are month first: every .mpt whose .mpr we hold says so, German ones too; a day above 12 decides.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ingest.growth.parsed import Parsed
from ingest.parse import biologic
from ingest.parse.biologic_header import facts_of, parted, started_at_of, technique_of
from ingest.parse.biologic_loop import loops_of, starts_by_header
from ingest.parse.biologic_program import program
from ingest.parse.date import dates
from ingest.parse.letter import lettered_lines, line_start
from ingest.parse.whole_line import whole_line_bytes
from ingest.reader import Account, Reader
from ingest.reading import Export, Finding, Reading
from schema.error import EmptyExport, UnreadableExport

_BANNER: Final = re.compile(
    rb"^(?:\xef\xbb\xbf)?(?:EC|BT)-Lab ASCII FILE\s*?$", re.IGNORECASE | re.MULTILINE
)
_LENGTH: Final = re.compile(r"Nb header lines\s*:\s*([1-9]\d{0,14})\b")
_HALF_OF_NAMES: Final = 0.5


@dataclass(frozen=True, slots=True)
class _Part:
    """One export within the file; several may follow each other."""

    header: tuple[str, ...]
    names: tuple[str, ...]
    content: bytes
    """All of it, its header too: of a long one each copy takes its time."""
    start: int
    """Where the records begin."""
    ended: bool
    """Its last line has an end; EC-Lab often leaves it out."""
    first_line: int
    """Line of the file the records begin with, from 1."""


def _knows(export: Export) -> bool:
    if _BANNER.match(export.head):
        return True
    return export.sidecar is None and _names_columns(export.head.partition(b"\n")[0])


def _names_columns(line: bytes) -> bool:
    """Tell whether a line names the columns of an export without a header."""
    names = [biologic.mended(name) for name in _decoded(line).rstrip("\r\t").split("\t")]
    known = sum(name in biologic.meanings() for name in names)
    has_axis = "time/s" in names or "freq/Hz" in names
    return len(names) > 1 and has_axis and known > _HALF_OF_NAMES * len(names)


def _read(export: Export) -> list[Reading]:
    content = export.path.read_bytes()
    readings = [
        _reading(part, export)
        for part in _parts(content, export.origin)
        if part.start < len(part.content)
    ]
    if not readings:
        raise EmptyExport(export.origin, READER.name)
    return readings


def _parts(content: bytes, path: Path) -> Iterator[_Part]:
    # a banner is looked for where it may be: not among millions of digits
    lines = lettered_lines(content)
    starts = [line for line in lines if _BANNER.match(content, line)] or [0]
    for start, stop in zip(starts, [*starts[1:], len(content)], strict=True):
        yield _part(content[start:stop], content.count(b"\n", 0, start) + 1, path)


def _part(content: bytes, line: int, path: Path) -> _Part:
    length = 1
    if _BANNER.match(content):
        match = _LENGTH.match(_decoded(content[:4096]).partition("\n")[2])
        if match is None:
            reason = "the second line should tell the number of header lines"
            raise UnreadableExport(path, READER.name, f"line {line + 1}", reason)
        length = int(match[1])
    start = line_start(content, length + 1)
    header = tuple(_decoded(content[:start]).replace("\r\n", "\n").split("\n")[:length])
    if len(header) < length:
        raise EmptyExport(path, READER.name, f"it ends within its header of {length} lines")
    names = tuple(biologic.mended(name) for name in header[-1].removesuffix("\t").split("\t"))
    if "" in names:  # EC-Lab names columns behind a gap of which it then prints nothing
        names = names[: names.index("")]
    if not set(names) & biologic.meanings().keys() or len({*names}) < len(names):
        reason = "this line should name each column once, as EC-Lab names them"
        raise UnreadableExport(path, READER.name, f"line {line + length - 1}", reason)
    ended = content.endswith(b"\n", start)
    if content.endswith((b"\n\n", b"\n\r\n"), start):
        content = content[: max(start, len(content.rstrip(b"\r\n")))]
    return _Part(header, names, content, start, ended, line + length)


def _decoded(raw: bytes) -> str:
    try:
        return raw.replace(b"\0", b"").decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _reading(part: _Part, export: Export) -> Reading:
    facts = facts_of(part.header[:-1])
    started_at, doubts = started_at_of(facts)
    columns, cut = _columns(part, export, started_at)
    more, derived = biologic.derived(columns)
    loops, disordered = loops_of(starts_by_header(part.header), len(next(iter(columns.values()))))
    columns |= more | loops
    channel, facts["Channel serial"] = parted(facts.pop("Run on channel", None))
    device, facts["Device serial"] = parted(facts.pop("Device", None))
    return Reading(
        biologic.interpreted(columns),
        technique=technique_of(part.header),
        instrument=f"BioLogic {device}" if device else "BioLogic",
        channel=channel,
        started_at=started_at,
        step_marks=biologic.step_marks(columns),
        facts={name: fact for name, fact in facts.items() if fact is not None},
        findings=(*cut, *doubts, *derived, *disordered),
        program=program(part.header),
    )


def _columns(
    part: _Part, export: Export, began: datetime | None
) -> tuple[dict[str, NDArray[Any]], tuple[Finding, ...]]:
    path, parsed = export.origin, export.parsed
    content, findings = _whole_lines(part, path)
    first = content[part.start : line_start(content, 2, part.start)].rstrip(b"\r\n")
    comma = b"," in first
    dated = {
        name
        for name, field in zip(part.names, first.split(b"\t"), strict=False)
        if name == "time/s" and b"/" in field
    }
    kinds = {name: pl.String() if name in dated else pl.Float64() for name in part.names}
    try:
        frame = _frame(content, part, kinds, parsed, decimal="," if comma else ".")
        findings += tuple(note for name in dated for note in _clocked(frame, name, began))
    except pl.exceptions.PolarsError:
        frame = None
    if frame is None or any(series.null_count() for series in frame):
        raise UnreadableExport(
            path, READER.name, *_fault(content[part.start :], part, decimal="," if comma else ".")
        )
    return {series.name: series.to_numpy() for series in frame}, findings


def _frame(
    content: bytes,
    part: _Part,
    kinds: Mapping[str, pl.DataType],
    parsed: Parsed | None,
    *,
    decimal: str,
) -> pl.DataFrame:
    """Return the records; of a file that grows only those are parsed that are not known.

    Raises:
        PolarsError: when a field is no number where one must be.
    """

    def parse(text: bytes, above: int) -> pl.DataFrame:
        return pl.read_csv(
            text,
            has_header=False,
            skip_lines=above,
            separator="\t",
            quote_char=None,
            decimal_comma=decimal == ",",
            schema=kinds,
        )

    above = len(part.header)
    if parsed is None:
        return parse(content, above)
    how = repr((decimal, kinds, part.first_line))
    frame = parsed.frame(how, content, part.start, above, parse)
    return parse(content, above) if frame is None else frame


def _clocked(frame: pl.DataFrame, name: str, began: datetime | None) -> tuple[Finding, ...]:
    """Put seconds since the acquisition began in the place of dates."""
    read = dates(frame[name], name)
    zero = float(np.nanmin(read.second, initial=np.inf))
    if began is not None:
        zero = min(zero, began.replace(tzinfo=UTC).timestamp())
    frame.replace_column(frame.get_column_index(name), pl.Series(name, read.second - zero))
    frame.replace_column(frame.get_column_index(name), frame[name].fill_nan(None))
    note = Finding("time_made", "its times are dates: they count from when it was begun", name)
    return (note, *read.findings)


def _whole_lines(part: _Part, path: Path) -> tuple[bytes, tuple[Finding, ...]]:
    """Return the lines without a last one that was cut.

    The decimals of a column are all printed as wide as each other, so a cut one shows.
    """
    end = part.content.rfind(b"\n", part.start)
    above = part.content.rfind(b"\n", part.start, max(end, part.start))
    fields = part.content[max(end + 1, part.start) :].split(b"\t")
    before = part.content[max(above + 1, part.start) : max(end, part.start)].split(b"\t")
    cut = len(fields) < len(part.names) or not fields[-1]
    if re.search(rb"[.,]", before[-1]):
        cut |= len(fields[-1].lstrip(b"-")) < len(before[-1].strip(b"-\r"))
    if part.ended or not cut:
        return part.content, ()
    records = part.content.count(b"\n", part.start)
    line = part.first_line + records
    if not part.content[part.start : max(end, part.start)].strip():
        raise EmptyExport(path, READER.name, f"line {line} is cut and no record stands before it")
    detail = f"the last line is cut; {records} whole records were kept"
    return part.content[:end], (Finding("truncated", detail, f"line {line}"),)


def _fault(body: bytes, part: _Part, decimal: str) -> tuple[str, str]:
    """Return place and reason of the first line that is not numbers under the column names."""
    number = re.compile(rf"[+-]?(?:\d+(?:[{decimal}]\d*)?(?:[eE][+-]?\d+)?|nan|inf)", re.IGNORECASE)
    for line, row in enumerate(body.split(b"\n"), part.first_line):
        cells = _decoded(row.removesuffix(b"\r")).split("\t")
        if len(cells) != len(part.names):
            reason = f"{len(cells)} fields under {len(part.names)} column names"
            return f"line {line}", reason + "; export it again from EC-Lab"
        for name, cell in zip(part.names, cells, strict=True):
            if not number.fullmatch(cell.strip()):
                return f"line {line}, {name}", f"{cell!r} is no number"
    return f"line {part.first_line}", "the columns are no numbers"


READER: Final = Reader(
    name="biologic_mpt",
    version="4",
    title="BioLogic EC-Lab and BT-Lab .mpt",
    suffixes=(".mpt", ".txt"),
    knows=_knows,
    read=_read,
    whole_bytes=whole_line_bytes,
    account=Account(
        instrument="BioLogic, EC-Lab and BT-Lab",
        counters="by charge of each interval (dq), by half cycle and since the start (Q - Qo)",
        gaps=(
            "of a header in another language the words that tell the start are not read",
            "of its settings only the sequences of a GCPL are told as a program",
            "a file with more fields than names, which would shift all values, is refused",
        ),
        real_files=29,
        tested="every printed number by a plain read; the .mpr of the same measurement",
    ),
    states=biologic.STATES,
)
