"""The table a sidecar speaks of: delimited text, a sheet of a workbook, or Parquet."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import polars as pl

from ingest.parse.parquet_table import MARK, parquet_table
from ingest.parse.plain_table import table_in
from ingest.parse.text_file import TextFile
from ingest.parse.text_line import fields
from ingest.parse.text_table import MISSING, TextTable
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


def table_of(
    export: Export, reader: str, declared: Sidecar, numeric: Callable[[str], bool | None]
) -> tuple[TextTable, Mapping[str, str]]:
    """Return the table, and the units that the line below its header tells.

    Args:
        export: the file, with its sidecar.
        reader: who reads it, for messages.
        declared: what the sidecar says.
        numeric: says of a name whether numbers stand below it; None: nobody knows.

    Raises:
        EmptyExport: when it has no record.
        UnreadableExport: naming the line, the sheet or the key of the sidecar that is amiss.
    """
    if export.head.startswith(MARK):
        return parquet_table(export, reader), {}
    file, delimiter, decimal = _file(export, reader, declared)
    units: Mapping[str, str] = {}
    if declared.units_below:
        file, units = _without_units(file, declared.skip_lines, delimiter)
    table = table_in(
        file,
        delimiter,
        header_line=declared.skip_lines + 1,
        names=None if declared.header else tuple(declared.columns),
        numeric=numeric,
        decimal=decimal,
        missing=MISSING | {word.strip().lower() for word in declared.missing},
    )
    return table, units


def _file(export: Export, reader: str, declared: Sidecar) -> tuple[TextFile, str, str]:
    """Return the text, what parts its fields, and its decimal mark."""
    sidecar = export.sidecar.name if export.sidecar else "sidecar"
    if is_workbook(export):
        found = dict(sheets(export))
        name = next(iter(found)) if declared.sheet is None and len(found) == 1 else declared.sheet
        if name in found:
            return TextFile(export, reader, found[name].encode()), ",", "."
        reason = f"the workbook has the sheets {', '.join(found)}"
        raise UnreadableExport(export.origin, reader, f"{sidecar}: sheet", reason)
    try:
        file = TextFile.of(export, reader, declared.encoding)
    except LookupError as fault:
        place = f"{sidecar}: encoding"
        raise UnreadableExport(export.origin, reader, place, str(fault)) from fault
    return file, declared.delimiter, declared.decimal


def _without_units(
    file: TextFile, above: int, delimiter: str
) -> tuple[TextFile, Mapping[str, str]]:
    """Return the text with an empty line in place of the units, and the units by name."""
    lines = file.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) < above + 2:
        return file, {}
    names, units = (
        _cells(file.export, file.reader, line, delimiter) for line in lines[above : above + 2]
    )
    lines[above + 1] = ""
    emptied = replace(file, content="\n".join(lines).encode(), encoding="utf-8")
    return emptied, dict(zip(names, units, strict=False))


def _cells(export: Export, reader: str, line: str, delimiter: str) -> list[str]:
    width = line.count(delimiter) + 1
    row = fields(export, reader, pl.Series([line]), delimiter, width).row(0)
    return [(cell or "").strip() for cell in row]
