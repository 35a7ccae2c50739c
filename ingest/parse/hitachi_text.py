"""The text that Hitachi writes beside an image: a name and what it is, a line each."""

import codecs
from pathlib import Path
from typing import Final

_BEGINS: Final = "[SemImageFile]"
_MOST_BYTES: Final = 1 << 20
"""Of a text of some forty lines."""


def hitachi_text(path: Path) -> dict[str, str]:
    """Return the values of the text by their names, nothing where it is none of Hitachi's."""
    with path.open("rb") as file:
        content = file.read(_MOST_BYTES)
    is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = content.decode("utf-16" if is_wide else "utf-8-sig", errors="replace")
    if not text.lstrip().startswith(_BEGINS):
        return {}
    entries: dict[str, str] = {}
    for line in text.lstrip().splitlines()[1:]:
        if line.startswith("["):
            break  # of something else
        name, _, value = line.partition("=")
        if name.strip() and value.strip():
            entries.setdefault(name.strip(), value.strip())
    return entries


def hitachi_text_of(image: Path) -> Path | None:
    """Return the text of Hitachi that lies beside an image, None where there is none."""
    found = (image.with_suffix(suffix) for suffix in (".txt", ".TXT"))
    return next((each for each in found if each.is_file() and hitachi_text(each)), None)
