"""Files that instruments write beside a test: they are of it, and no tests themselves.

Of EC-Lab and BT-Lab the log, the settings and the state; of Hitachi what a micrograph shows.
"""

from pathlib import Path, PurePath
from typing import Final

import numpy as np

from ingest.file_name import beside_as
from ingest.parse.biologic_settings import settings_name
from ingest.parse.hitachi_text import hitachi_text, hitachi_text_of
from ingest.reading import Export, Reading, column
from ingest.recognize import reader_for
from schema.error import RefusedExport

_LOG, _SETTINGS = ".mpl", ".mps"
_WHAT: Final = {
    _LOG: "the log of a BioLogic test",
    _SETTINGS: "the settings of BioLogic tests",
    ".sta": "the state of a BioLogic test",
}
_DATA, TEXT_READER = ".mpr", "biologic_mpt"
_TEXTS: Final = (".mpt", ".txt")
_IMAGES: Final = (".tif", ".tiff")
_TIME: Final = "test_time_second"
_MEASURED: Final = (_TIME, "voltage_volt", "current_ampere", "frequency_hertz")
_DIGITS: Final = 1e-6
"""Texts have seven digits and more: of a number, and of the largest of its column."""


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
    needs = (
        (asked == _DATA and suffix == _LOG)
        or (asked in _TEXTS and suffix == _DATA)
        or (asked in _IMAGES and suffix == ".txt")
    )
    return needs and one.with_suffix("") == other.with_suffix("")


def data_of(text: Export) -> Path | None:
    """Return the .mpr beside a text that was written out of it, None where they are two tests.

    They are one where both have the same records, whatever they are called.
    """
    data = data_beside(text.path)
    if data is None:
        return None
    try:
        reader = reader_for(text)
        if reader.name != TEXT_READER:
            return None
        export = Export.at(data)
        written, measured = reader.read(text), reader_for(export).read(export)
    except RefusedExport:
        return None  # whichever of them it is, the other may still be read
    alike = len(written) == len(measured) and all(map(_are_one, written, measured))
    return data if alike else None


def _are_one(written: Reading, measured: Reading) -> bool:
    """Return whether two readings have the same records, as far as the text has digits.

    A clock alone decides nothing: two tests may tick alike.
    """
    if written.row_count != measured.row_count:
        return False
    varied = False
    for quantity in _MEASURED:
        one, other = column(written, quantity), column(measured, quantity)
        if one is None or other is None:
            continue
        largest = float(np.nanmax(np.abs(other), initial=0.0))
        if not np.allclose(one, other, rtol=_DIGITS, atol=_DIGITS * largest, equal_nan=True):
            return False
        varies = written.row_count == 1 or bool(np.ptp(other) > 0.0)
        varied = varied or (varies and quantity != _TIME)
    return varied
