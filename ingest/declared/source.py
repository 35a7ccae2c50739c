"""The table a sidecar speaks of: delimited text, a sheet of a workbook, or Parquet."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from ingest.parse.parquet_table import MARK, parquet_table
from ingest.parse.text_table import MISSING, TextTable, decode, fields, read_table
from ingest.parse.workbook import is_workbook, sheets
from ingest.reading import Export
from ingest.sidecar import Sidecar
from schema.error import UnreadableExport

_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


def is_table(export: Export) -> bool:
    """Return whether a file may be one: text, a workbook or Parquet."""
    if export.head.startswith((MARK, *_UTF16)) or b"\0" not in export.head:
        return True
    return is_workbook(export)


def table_of(export: Export, reader: str, declared: Sidecar) -> tuple[TextTable, Mapping[str, str]]:
    """Return the table, and the units that the line below its header tells.

    Raises:
        EmptyExport: when it has no record.
        UnreadableExport: naming the line, the sheet or the key of the sidecar that is amiss.
    """
    if export.head.startswith(MARK):
        return parquet_table(export, reader), {}
    text, delimiter, decimal = _text(export, reader, declared)
    units: Mapping[str, str] = {}
    lines = text.split("\n")
    if declared.units_below and len(lines) > declared.skip_lines + 1:
        names, told = (
            _cells(export, reader, lines[place], delimiter)
            for place in (declared.skip_lines, declared.skip_lines + 1)
        )
        units = dict(zip(names, told, strict=False))
        lines[declared.skip_lines + 1] = ""
    table = read_table(
        export,
        reader,
        "\n".join(lines),
        delimiter,
        header_line=declared.skip_lines + 1,
        names=None if declared.header else tuple(declared.columns),
        decimal=decimal,
        missing=MISSING | {word.strip().lower() for word in declared.missing},
    )
    return table, units


def _text(export: Export, reader: str, declared: Sidecar) -> tuple[str, str, str]:
    """Return the text, what parts its fields, and its decimal mark."""
    sidecar = export.sidecar.name if export.sidecar else "sidecar"
    if is_workbook(export):
        found = dict(sheets(export))
        if declared.sheet is None and len(found) == 1:
            return next(iter(found.values())), ",", "."
        if declared.sheet in found:
            return found[declared.sheet], ",", "."
        reason = f"the workbook has the sheets {', '.join(found)}"
        raise UnreadableExport(export.origin, reader, f"{sidecar}: sheet", reason)
    try:
        text = decode(export, reader, declared.encoding)
    except LookupError as fault:
        place = f"{sidecar}: encoding"
        raise UnreadableExport(export.origin, reader, place, str(fault)) from fault
    return text.replace("\r\n", "\n").replace("\r", "\n"), declared.delimiter, declared.decimal


def _cells(export: Export, reader: str, line: str, delimiter: str) -> list[str]:
    width = line.count(delimiter) + 1
    row = fields(export, reader, pl.Series([line]), delimiter, width).row(0)
    return [(cell or "").strip() for cell in row]
