"""PHI .spe and .pro, written here from the layout of the reader."""

import struct
from collections.abc import Sequence

import numpy as np

from tests.ingest.readers.sample import Sample

SURVEY = np.array([100.0, 110.0, 400.0, 120.0, 105.0])
FLUORINE = np.array([7.0, 9.0, 50.0, 8.0])


def trace(
    region: int, kind: int, unit: bytes, values: np.ndarray, offset: int, width: str = "f8"
) -> bytes:
    """Return what tells of a trace of values, a cycle a row."""
    cycles, points = values.shape
    told = [region, 1, 1, region, kind, points, cycles, 1, *[0] * 16]
    told[19], told[20] = points * cycles * int(width[1]), offset
    raw = bytearray(struct.pack("<24I", *told))
    raw[56:60] = unit.ljust(4, b"\0")
    raw[72:76] = width.encode().ljust(4, b"\0")
    return bytes(raw)


def phi(
    rates: Sequence[np.ndarray], *, gap: int = 4, width: str = "f8", seconds: bool = False
) -> bytes:
    """Return a file of traces of counts a second, with bytes between them."""
    definitions = (
        "SpectralRegDef: 1 1 1su 111 5 -0.5000 12.0 10.0 12.0 10.0 0.080000 93.90 AREA\n"
        "SpectralRegDef: 2 2 F1s 9 4 -0.1250 695.0 694.625 695.0 694.7 0.160000 29.35 AREA\n"
    )
    head = (
        "SOFH\nPlatform: PC\nTechnique: XPS\nFileType:  SPECTRUM\nFileDesc: pellet\n"
        "InstrumentModel: PHI Quantum 2000\nOperator: \nXraySource: Al 1486.6 mono\n"
        f"SourceAnalyserAngle: 45.0 d\nNoSpectralReg: 2\n{definitions}EOFH\n"
    )
    traces = [(place, 1, b"c/s", values) for place, values in enumerate(rates, start=1)]
    if seconds:
        cycles = len(rates[0])
        times = np.tile(30.0 * np.arange(cycles), (len(rates), 1))
        traces.append((0, 8, b"s", times))
    offset = 16 + 96 * len(traces)
    told, data = b"", b""
    for region, kind, unit, values in traces:
        told += trace(region, kind, unit, values, offset + len(data), width)
        data += values.astype(f"<{width}").tobytes() + bytes(gap)
    return head.encode() + struct.pack("<4I", 1, len(traces), 96 * len(traces), 16) + told + data


SPECTRUM = phi((SURVEY[None] / 0.08, FLUORINE[None] / 0.16))
PROFILE = phi(
    (np.array([SURVEY, SURVEY[::-1]]) / 0.08, np.array([FLUORINE, FLUORINE + 1.0]) / 0.16),
    width="f4",
    seconds=True,
    gap=0,
)
ENDLESS = SPECTRUM.replace(b"0.080000", b"     inf")
SAMPLES = (Sample("test.spe", SPECTRUM, lessons=(ENDLESS,)), Sample("test.pro", PROFILE))
