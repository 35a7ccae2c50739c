"""A text export as it lies there: its bytes, and the encoding they are taken for.

Most are ASCII below their head, where only a unit may be written otherwise. So the head is decoded,
and the records stay bytes for whoever reads them in one go (plain_table.py); only who reads line by
line needs all of it as text.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Self

from ingest.parse.decoding import decoded, refuse_bare_lines
from ingest.parse.letter import count, is_ascii, line_start, places, returns_are_paired
from ingest.reading import Export

HEAD_BYTES: Final = 1 << 20
"""In which the header is to be."""
_BEYOND_ASCII: Final = frozenset({"utf-8", "iso8859-1", "cp1252", "gb18030"})
"""Encodings in which ASCII is ASCII."""
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class TextFile:
    """Bytes of a text; line feeds end the lines it begins with."""

    export: Export
    reader: str
    content: bytes
    encoding: str = "utf-8"
    """What they are taken for; a byte order mark knows better."""
    above: int = 0
    """Lines of the file above them."""

    @classmethod
    def of(cls, export: Export, reader: str, encoding: str = "utf-8") -> Self:
        """Return the content of an export.

        Raises:
            LookupError: when nobody knows such an encoding.
            UnreadableExport: when all of it has to be decoded, and is no text, or when it is little
                but ends of lines.
        """
        content, encoding = export.path.read_bytes(), codecs.lookup(encoding).name
        if content.startswith(_UTF16) or encoding not in _BEYOND_ASCII:
            text = decoded(export, reader, content, encoding)
            content, encoding = codecs.BOM_UTF8 + text.encode(), "utf-8"
        refuse_bare_lines(export, reader, len(content), count(content, 0, "\n"))
        if not returns_are_paired(content[:HEAD_BYTES].removesuffix(b"\r")):
            content = _with_line_feeds(content)
        return cls(export, reader, content, encoding)

    def taken_for(self, encoding: str) -> Self:
        """Return the same bytes, taken for another encoding."""
        return replace(self, encoding=encoding)

    def parts(self, mark: str) -> Iterator[Self]:
        """Yield what each line that begins with a mark begins; the first has what is above too."""
        if returns_are_paired(self.content) and len(_begins(self.content, mark)) == 1:
            yield self
            return
        # all of it is decoded, so that no part is refused by a place of its own
        content = _with_line_feeds(self.text.encode())
        begins = _begins(content, mark)
        for begin, end in zip(begins, [*begins[1:], len(content)], strict=True):
            above = content.count(b"\n", 0, begin)
            yield replace(self, content=content[begin:end], encoding="utf-8", above=above)

    @cached_property
    def head(self) -> str:
        """Return the lines it begins with, parted by line feeds.

        Raises:
            UnreadableExport: at the first byte that is no text in that encoding.
        """
        head = self.content[:HEAD_BYTES]
        if len(self.content) > HEAD_BYTES:
            head = head[: head.rfind(b"\n") + 1]
        return self._decoded(head).replace("\r\n", "\n")

    @cached_property
    def text(self) -> str:
        """Return all of it.

        Raises:
            UnreadableExport: at the first byte that is no text in that encoding.
        """
        return self._decoded(self.content)

    def in_utf8(self, line: int) -> tuple[bytes, int]:
        """Return its bytes, in UTF-8 from a line on if they are text, and where that begins.

        Raises:
            UnreadableExport: at the first byte that is no text in its encoding.
        """
        content, start = self.content, line_start(self.content, line)
        if self.encoding == "utf-8" or is_ascii(content, start):
            return content, start
        content = self.text.encode()
        return content, line_start(content, line)

    def _decoded(self, content: bytes) -> str:
        return decoded(self.export, self.reader, content, self.encoding)


def _with_line_feeds(content: bytes) -> bytes:
    """Return a line feed for each carriage return without one, so that no byte moves."""
    return re.sub(rb"\r(?!\n)", b"\n", content)


def _begins(content: bytes, mark: str) -> list[int]:
    """Return where parts begin: the text, and each line with a mark but the first."""
    firsts = {0, len(codecs.BOM_UTF8)} if content.startswith(codecs.BOM_UTF8) else {0}
    begins = [
        found
        for found in places(content, mark.encode())
        if found in firsts or content[found - 1 : found] == b"\n"
    ]
    return [0, *begins[1:]]
