"""What a zip may unpack to: an export shrinks to a twentieth at most, a bomb to a thousandth."""

import lzma
import zipfile
import zlib
from contextlib import suppress
from typing import Final, cast

from ingest.reading import Export
from schema.error import UnreadableExport

# whoever imports fastnda has zlib's functions swapped for isal's in the whole process
_swapped_error: type[Exception] = zlib.error
with suppress(ImportError):  # fastnda does without on some machines
    from isal import isal_zlib

    _swapped_error = cast("type[Exception]", isal_zlib.error)

_FREE_BYTES: Final = 20 << 20
_MOST_RATIO: Final = 100
DAMAGED: Final = (
    *(zipfile.BadZipFile, zlib.error, _swapped_error, lzma.LZMAError),
    *(EOFError, OSError, RuntimeError, ValueError),
)
"""What Python raises when it unpacks damaged bytes."""


def bounded(export: Export, reader: str, members: zipfile.ZipFile) -> None:
    """Refuse what unpacks to more than any export, before any of it is unpacked.

    Raises:
        UnreadableExport: naming the largest member.
    """
    listed = members.infolist()
    size = sum(member.file_size for member in listed)
    packed = export.path.stat().st_size  # members may claim the same bytes, each for itself
    if size > max(_FREE_BYTES, _MOST_RATIO * packed):
        largest = max(listed, key=lambda member: member.file_size)
        reason = (
            f"it unpacks to {size / 1e6:.0f} MB out of {packed / 1e6:.1f}: no export shrinks so"
        )
        raise UnreadableExport(export.origin, reader, largest.filename or "nameless member", reason)
