"""Micrographs as .tif of FEI and Thermo, Zeiss, Hitachi and JEOL, and any other TIFF as an image.

Pixels stay in the export; the catalog states how large they are (ingest/parse/image_scale.py) and
how the image was taken; Hitachi states it in a text that lies beside. FEI's data bar lies below
``ResolutionY`` and is no part of the image. Of a file of several pages each is an image.

Source: TIFF by tifffile; the meaning of what FEI (tag 34682) and Zeiss (34118) write.
"""

import hashlib
import logging
import struct
from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
import tifffile

from ingest.parse import image_scale
from ingest.parse.date import dates
from ingest.parse.hitachi_text import hitachi_text
from ingest.parse.micrograph import WORDS, Micrograph, of_fei, of_hitachi, of_words, of_zeiss
from ingest.reader import Account, Reader
from ingest.reading import Export, Fact, Finding, Measurement, RawColumn, Reading
from schema.error import EmptyExport, UnreadableExport

_NAME: Final = "microscope_tiff"
_BEGINS: Final = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_MOST_PAGES: Final = 1000
_MOST_PIXELS: Final = 1 << 31
_COLUMNS: Final = {"Page": "page_count", "Columns": "width_pixel", "Rows": "height_pixel"}
"""What is kept of each image as a record."""
_DAMAGED: Final = (
    *(tifffile.TiffFileError, struct.error, ArithmeticError, LookupError, ValueError),
    *(TypeError, AttributeError, OSError, RuntimeError, MemoryError, AssertionError),
)
"""What tifffile raises of damaged bytes."""

logging.getLogger("tifffile").setLevel(logging.CRITICAL)  # what is odd is ours to report


def _knows(export: Export) -> bool:
    return export.head.startswith(_BEGINS)


def _read(export: Export) -> list[Reading]:
    beside = hitachi_text(export.sidecar) if export.sidecar else {}
    try:
        with tifffile.TiffFile(export.path) as file:
            found = list(_images(export, file, beside))
            micrograph = _micrograph(file, beside)
    except UnreadableExport:
        raise
    except _DAMAGED as fault:
        reason = f"{type(fault).__name__}: {fault}"[:200]
        raise UnreadableExport(export.origin, _NAME, "TIFF", reason) from fault
    if not found:
        raise EmptyExport(export.origin, _NAME, "it holds no image")
    measurements = tuple(Measurement({**each, **micrograph.how}, 1) for each in found)
    columns = (
        RawColumn(name, np.array([int(each[key] or 0) for each in found]))
        for name, key in _COLUMNS.items()
    )
    doubts = sorted({(str(each["scale_status"]), str(each["scale_reason"])) for each in found})
    no_scale = (
        Finding("scale_doubtful" if status == "low_quality" else "no_scale", reason, "pixel size")
        for status, reason in doubts
        if status != "ok"
    )
    began = dates([micrograph.date], "Date")
    return [
        Reading(
            tuple(columns),
            technique=micrograph.technique,
            instrument=micrograph.instrument,
            started_at=began.first,
            facts=micrograph.facts,
            findings=(*no_scale, *began.findings),
            measured="images",
            measurements=measurements,
        )
    ]


def _images(
    export: Export, file: tifffile.TiffFile, beside: Mapping[str, str]
) -> Iterator[dict[str, Fact]]:
    """Yield size, scale and hash of each page."""
    for count, frame in enumerate(file.pages, start=1):
        page = frame.aspage()
        if count > _MOST_PAGES:
            reason = f"more than {_MOST_PAGES} pages"
            raise UnreadableExport(export.origin, _NAME, f"page {count}", reason)
        width, height = int(page.imagewidth), int(page.imagelength)
        if not 0 < width * height <= _MOST_PIXELS:
            reason = f"{width} by {height} pixels: no micrograph is so"
            raise UnreadableExport(export.origin, _NAME, f"page {count}", reason)
        pixel_hash = hashlib.sha256(f"{width} {height} {page.dtype} {page.compression}".encode())
        size = export.path.stat().st_size
        for at, length in zip(page.dataoffsets, page.databytecounts, strict=True):
            if at + length > size:
                reason = f"its pixels end at byte {at + length}, the file at {size}"
                raise UnreadableExport(export.origin, _NAME, f"page {count}", reason)
            file.filehandle.seek(at)
            pixel_hash.update(file.filehandle.read(length))
        fei, zeiss = file.fei_metadata, file.sem_metadata
        rows = min(int((fei or {}).get("Image", {}).get("ResolutionY") or height), height)
        yield {
            "page_count": count,
            "width_pixel": width,
            "height_pixel": rows,
            "input_hash": pixel_hash.hexdigest()[:16],
            **_scale(fei, zeiss, beside, width, rows).how,
        }


def _micrograph(file: tifffile.TiffFile, beside: Mapping[str, str]) -> Micrograph:
    if fei := file.fei_metadata:
        return of_fei(fei)
    if zeiss := file.sem_metadata:
        return of_zeiss(zeiss)
    if beside:
        return of_hitachi(beside)
    tags = file.pages.first.tags
    return of_words({name: str(tags[name].value) for name in WORDS if name in tags})


def _scale(
    fei: Mapping[str, Any] | None,
    zeiss: Mapping[str, Any] | None,
    beside: Mapping[str, str],
    width: int,
    rows: int,
) -> image_scale.Scale:
    if fei:
        return image_scale.of_fei(fei, width)
    if zeiss:
        return image_scale.of_zeiss(zeiss, width, rows)
    if beside:
        return image_scale.of_hitachi(beside, width)
    return image_scale.unknown(
        "the file tells no size of a pixel: somebody has to measure the scale bar"
    )


READER: Final = Reader(
    name=_NAME,
    version="2",
    title="Micrograph (.tif)",
    suffixes=(".tif", ".tiff"),
    knows=_knows,
    read=_read,
    order=30,
    takes_sidecar=True,
    states={
        "User.User": "operator",
        "User.UserText": "comment",
        "System.Dnumber": "instrument_serial",
        "System.Software": "firmware",
        "User Name": "operator",
        "Sample ID": "specimen",
        "Serial No.": "instrument_serial",
        "SerialNumber": "instrument_serial",
        "SampleName": "specimen",
        "Version": "firmware",
        "User Text": "comment",
    },
    account=Account(
        instrument="FEI and Thermo, Zeiss, Hitachi, JEOL; any TIFF without a scale",
        counters="none: it is an image",
        gaps=(
            "pixels stay in the export",
            "of JEOL and others no size of a pixel is told: it is entered by hand",
            "of Hitachi, whose text lies beside the image, no real file was at hand",
            "a text that JEOL writes beside an image is not read",
        ),
        real_files=9,
        tested="sizes and scales against the norm's arithmetic and rosettasciio's files",
    ),
)
