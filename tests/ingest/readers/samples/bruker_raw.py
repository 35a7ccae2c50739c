"""Bruker .raw of both versions, written here from their layouts."""

import struct

from tests.ingest.readers.sample import Sample

COUNTS = (187, 183, 178, 174)
WAVELENGTHS = (1.54184, 1.5406, 1.54439, 1.39222)


def version_1(ranges: int = 2, extra: int = 40) -> bytes:
    """Return a RAW1.01 of some ranges of four points, the second 10° above the first."""
    head = bytearray(712)
    head[:7] = b"RAW1.01"
    struct.pack_into("<II", head, 8, 1, ranges)
    for at, text in ((16, b"03/04/10"), (26, b"20:59:14"), (36, b"A. User"), (326, b"BT86")):
        head[at : at + len(text)] = text
    struct.pack_into("<f", head, 564, 200.5)
    head[608:610] = b"Cu"
    struct.pack_into("<5d", head, 616, *WAVELENGTHS, 0.5)
    content = bytes(head)
    for place in range(ranges):
        header = bytearray(304)
        struct.pack_into("<II", header, 0, 304, len(COUNTS))
        struct.pack_into("<2d", header, 8, 1.5, 3.0 + 10.0 * place)
        struct.pack_into("<d", header, 176, 0.0155922)
        struct.pack_into("<f", header, 192, 0.5)
        struct.pack_into("<d4xI", header, 240, 1.5406, 4)
        struct.pack_into("<I", header, 256, extra)
        content += bytes(header) + bytes(extra) + struct.pack("<4f", *COUNTS)
    return content


def version_4(name: bytes = b"Locked Coupled") -> bytes:
    """Return a RAW4.00 of one range."""
    head = bytearray(61)
    head[:7] = b"RAW4.00"
    head[12:22], head[24:32] = b"07/21/2018", b"15:55:31"
    sample = struct.pack("<II", 10, 40) + bytes(4) + b"SAMPLEID".ljust(24, b"\0") + b"TiO2"
    tube = bytearray(136)
    struct.pack_into("<II", tube, 0, 30, 136)
    struct.pack_into("<5d", tube, 72, *WAVELENGTHS, 0.5)
    tube[116:118] = b"Cu"
    header = bytearray(160)
    header[32 : 32 + len(name)] = name
    struct.pack_into("<2dI", header, 72, 10.0, 0.036477, len(COUNTS))
    struct.pack_into("<f", header, 92, 77.9)
    struct.pack_into("<d", header, 112, 1.5406)
    struct.pack_into("<II", header, 136, 4, 8)
    return (
        bytes(head) + sample + bytes(tube) + bytes(header) + bytes(8) + struct.pack("<4f", *COUNTS)
    )


SIGNALS = version_1()[:-4] + b"\x01\x00\xa0\x7f"
"""Its last intensity is a number that signals where it is computed with."""
SAMPLES = (Sample("v1.raw", version_1(), lessons=(SIGNALS,)), Sample("v4.raw", version_4()))
