"""Writes a micrograph as FEI's .tif: 256 grays, and in tag 34682 how the image was taken."""

import struct
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from demo.measurement import LABEL

Grays = NDArray[np.uint8]

BAR_ROWS: Final = 24
"""Rows of the data bar that FEI draws below an image."""
_TOLD: Final = """\
[User]\r
Date=02/16/2026\r
Time=09:00:00 AM\r
User=SYNTHETIC\r
UserText={remark}\r
[System]\r
SystemType=SYNTHETIC\r
[Beam]\r
Beam=EBeam\r
Scan=EScan\r
[EBeam]\r
HV=5000\r
HFW={width_meter:.9e}\r
WD=0.005\r
TiltCorrectionIsOn=no\r
[Stage]\r
StageT=0\r
[EScan]\r
PixelWidth={pixel_meter:.9e}\r
PixelHeight={pixel_meter:.9e}\r
HorFieldsize={width_meter:.9e}\r
[Image]\r
ResolutionX={columns}\r
ResolutionY={rows}\r
[Detectors]\r
Name=ETD\r
[PrivateFei]\r
DataBarHeight={bar}\r
Comment={label}\r
"""
_LONG: Final = 4
_TEXT: Final = 2


def write_micrograph(path: Path, grays: Grays, pixel_um: float, remark: str) -> None:
    """Write an image of square pixels with a data bar below it, as one strip."""
    rows, columns = grays.shape
    bar = np.full((BAR_ROWS, columns), 20, np.uint8)
    bar[8:16, 8 : columns // 4] = 240
    pixels = np.vstack([grays, bar]).tobytes()
    told = _TOLD.format(
        remark=remark,
        label=LABEL,
        width_meter=pixel_um * columns * 1e-6,
        pixel_meter=pixel_um * 1e-6,
        columns=columns,
        rows=rows,
        bar=BAR_ROWS,
    ).encode("ascii")
    told += b"\0" * (2 - len(told) % 2)
    told_at = 8
    pixels_at = told_at + len(told)
    entries = (
        (256, _LONG, 1, columns),
        (257, _LONG, 1, rows + BAR_ROWS),
        (258, _LONG, 1, 8),  # bits of a pixel
        (259, _LONG, 1, 1),  # as they are
        (262, _LONG, 1, 1),  # 0 is black
        (273, _LONG, 1, pixels_at),
        (277, _LONG, 1, 1),
        (278, _LONG, 1, rows + BAR_ROWS),
        (279, _LONG, 1, len(pixels)),
        (34682, _TEXT, len(told), told_at),
    )
    directory_at = pixels_at + len(pixels)
    directory = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    path.write_bytes(
        struct.pack("<4sI", b"II*\0", directory_at)
        + told
        + pixels
        + struct.pack("<H", len(entries))
        + directory
        + bytes(4)
    )
