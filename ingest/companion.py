"""Files that instruments write beside a test: they are of it, and no tests themselves.

Of EC-Lab and BT-Lab the log, the settings and the state; of Hitachi what a micrograph shows.
"""

from pathlib import Path, PurePath
from typing import Final

from ingest.file_name import beside_as
from ingest.parse.biologic_settings import settings_name
from ingest.parse.hitachi_text import hitachi_text, hitachi_text_of

_LOG, _SETTINGS = ".mpl", ".mps"
_WHAT: Final = {
    _LOG: "the log of a BioLogic test",
    _SETTINGS: "the settings of BioLogic tests",
    ".sta": "the state of a BioLogic test",
}
_DATA: Final = ".mpr"
_TEXTS: Final = (".mpt", ".txt")
_IMAGES: Final = (".tif", ".tiff")


def what_it_is(path: Path) -> str | None:
    """Return what a file states of the test it lies beside, None where it is no companion."""
    suffix = path.suffix.lower()
    if suffix == ".txt" and path.is_file() and hitachi_text(path):
        return "what Hitachi tells of an image"
    return _WHAT.get(suffix)


def log_of(path: Path) -> Path | None:
    """Return the log beside a .mpr, else the settings it was run by; beside an image its text.

    While the test runs, the .mpr itself has no log.
    """
    if path.suffix.lower() in _IMAGES:
        return hitachi_text_of(path)
    if path.suffix.lower() != _DATA:
        return None
    return beside_as(path, _LOG) or beside_as(
        path.with_name(settings_name(path) + path.suffix), _SETTINGS
    )


def data_beside(path: Path) -> Path | None:
    """Return the .mpr that has the name of a text and lies beside it."""
    return beside_as(path, _DATA) if path.suffix.lower() in _TEXTS else None


def is_asked_beside(one: PurePath, other: PurePath) -> bool:
    """Return whether a file that lies beside another is needed to tell what that is."""
    suffix, asked = one.suffix.lower(), other.suffix.lower()
    if asked == _DATA and suffix == _SETTINGS:
        return one.name == settings_name(other) + one.suffix and one.parent == other.parent
    needs = (asked == _DATA and suffix == _LOG) or (asked in _IMAGES and suffix == ".txt")
    return needs and one.with_suffix("") == other.with_suffix("")
