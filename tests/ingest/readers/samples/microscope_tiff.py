"""Micrographs of four kinds, written here: of FEI, of Zeiss, of Hitachi, and a bare one."""

import io
from typing import Any, Final

import numpy as np
import tifffile

from tests.ingest.readers.sample import Sample

FEI_TAG: Final = 34682
ZEISS_TAG: Final = 34118
FEI: Final = """\
[User]\r
Date=06/13/2016\r
Time=05:06:40 PM\r
User=supervisor\r
[System]\r
SystemType=Helios NanoLab\r
[Beam]\r
Beam=EBeam\r
[EBeam]\r
HV=5000\r
HFW=0.00172667\r
WD=0.00403466\r
TiltCorrectionIsOn=no\r
[Scan]\r
PixelWidth=3.3724e-06\r
PixelHeight=3.3724e-06\r
HorFieldsize=0.00172667\r
[Stage]\r
StageT=0.5\r
[Image]\r
ResolutionX=512\r
ResolutionY=442\r
[Detectors]\r
Name=ETD\r
"""
ZEISS: Final = """\
\r
0\r
0\r
AP_WIDTH\r
Width = 25.24 \u00b5m\r
AP_HEIGHT\r
Height = 18.93 \u00b5m\r
AP_PIXEL_SIZE\r
Pixel Size = 24.65 nm\r
AP_IMAGE_PIXEL_SIZE\r
Image Pixel Size = 12.33 nm\r
AP_MAG\r
Mag = 4.53 K X\r
AP_WD\r
WD = 4.5 mm\r
AP_ACTUALKV\r
EHT = 1.80 kV\r
AP_STAGE_AT_T\r
Stage at T = 52.6 \u00b0\r
DP_SEM\r
Sem = Auriga 60\r
"""
HITACHI: Final = """\
[SemImageFile]\r
InstructName=SU8010\r
SerialNumber=101-01\r
SampleName=LATP pellet\r
Date=06/20/2026\r
Time=10:11:12\r
ImageName=hitachi.tif\r
DataSize=1280x960\r
PixelSize=24.8\r
SignalName=SE(U)\r
AcceleratingVoltage=15000 Volt\r
WorkingDistance=8100 um\r
Magnification=4000\r
"""


def tiff(columns: int, rows: int, tag: int | None = None, text: str = "", **more: Any) -> bytes:  # noqa: ANN401 # as tifffile takes it
    """Return a TIFF of some bytes, with a tag of its maker."""
    pixels = (np.arange(rows * columns) % 251).astype(np.uint8).reshape(rows, columns)
    content = text.encode("cp1252") + b"\0"
    tags = [(tag, 2, len(content), content, True)] if tag else []
    file = io.BytesIO()
    tifffile.imwrite(file, pixels, extratags=tags, metadata=None, software=False, **more)
    return file.getvalue()


SAMPLES = (
    Sample("fei.tif", tiff(512, 471, FEI_TAG, FEI)),
    Sample("zeiss.tif", tiff(2048, 6, ZEISS_TAG, ZEISS)),
    Sample("bare.tif", tiff(8, 4)),
    Sample("hitachi.tif", tiff(1280, 2), beside={"hitachi.txt": HITACHI.encode()}),
)
