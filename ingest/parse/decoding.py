"""The text that the bytes of an export are, and whether it is one that anybody would write."""

import codecs
from typing import Final

from ingest.reading import Export
from schema.error import UnreadableExport

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FEW_LETTERS: Final = 1 << 20
"""A text may have so many whatever they are."""
_LETTERS_PER_END: Final = 3
"""A line of two fields has four at the least, its end among them."""


def decode(export: Export, reader: str, encoding: str | None = None) -> str:
    """Return the text of an export: by its byte order mark, else as declared, else UTF-8.

    Raises:
        UnreadableExport: at the first byte that is no text in that encoding.
    """
    return decoded(export, reader, export.path.read_bytes(), encoding)


def decoded(export: Export, reader: str, content: bytes, encoding: str | None = None) -> str:
    """Return the text that bytes of an export are, as ``decode`` does."""
    for mark, name in _BOMS:
        if content.startswith(mark):
            encoding = name
    try:
        text = content.decode(encoding or "utf-8")
    except UnicodeDecodeError as fault:
        reason = f"not {fault.encoding} text"
        raise UnreadableExport(export.origin, reader, f"byte {fault.start}", reason) from fault
    if len(text) > _FEW_LETTERS:
        refuse_bare_lines(export, reader, len(text), max(text.count("\n"), text.count("\r")))
    return text


def refuse_bare_lines(export: Export, reader: str, letters: int, ends: int) -> None:
    """Refuse a long text that is little but ends of lines: each of them would take its memory.

    Raises:
        UnreadableExport: when its lines have fewer than two letters each, on the average.
    """
    if letters > _FEW_LETTERS and _LETTERS_PER_END * ends >= letters:
        reason = f"{ends} lines in {letters} letters: no export is of lines that hold nothing"
        raise UnreadableExport(export.origin, reader, "text", reason)
