"""What parts the fields of a text, which mark its decimals have, and how it begins."""

import codecs
import re
from typing import Final

SEPARATORS: Final = (",", "\t", ";")
_FIELD: Final = r"[ \t]*[-+]?\d*{mark}\d+(?:[eE][-+]?\d+)?[ \t]*"
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def beginning(head: bytes) -> str:
    """Return the text that a file begins with; what is cut, or no text in it, tells nothing."""
    encoding = "utf-16" if head.startswith(_UTF16) else "utf-8-sig"
    return head.decode(encoding, errors="replace").replace("\r\n", "\n").replace("\r", "\n")


def separator_of(line: str) -> str:
    """Return what parts the fields of a header."""
    return max(SEPARATORS, key=line.count)


def writes_decimal_comma(text: str, separator: str) -> bool:
    """Return whether numbers of a table have decimal commas: some field has one, none a point."""
    might = separator != "," and "," in text
    return might and _has(text, separator, ",") and not _has(text, separator, r"\.")


def _has(text: str, separator: str, mark: str) -> bool:
    field = _FIELD.format(mark=mark)
    return re.search(rf"(?:^|{separator}){field}(?={separator}|$)", text, re.MULTILINE) is not None
