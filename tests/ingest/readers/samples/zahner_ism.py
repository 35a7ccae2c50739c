"""Zahner .ism, written here from the layout of the reader."""

from datetime import datetime, timedelta

import numpy as np

from tests.ingest.readers.sample import Sample

EPOCH = datetime(1980, 1, 1)  # noqa: DTZ001  (the file tells no zone)
UP, DOWN = np.geomspace(10, 1e4, 7), np.geomspace(1e4, 0.1, 11)
FREQUENCY = np.concatenate((UP[:-1], DOWN))
IMPEDANCE = 1 / (1 / 1e5 + 2j * np.pi * FREQUENCY * 1e-7)
CLOCK = 1.4e9 + np.arange(FREQUENCY.size) * 2.5


def ism(date: str | None = None, *, with_points: bool = True) -> bytes:
    """Return a file of a resistor of 0.1 MΩ beside 0.1 µF, by the layout of the reader."""
    count = FREQUENCY.size
    told = f"{EPOCH + timedelta(seconds=float(CLOCK[0])):%d%m%y}" if date is None else date
    texts = (told, "Test", "1.0V, Ampl: 10mV", "10uA", "23.8+-0.1C", "", "First", "", "", "", "")
    numbers = (FREQUENCY, np.abs(IMPEDANCE), np.angle(IMPEDANCE), CLOCK)
    content = b"\0\0\xff\xff\xff\xfe" + (count - 1).to_bytes(6, "big")
    content += b"".join(values.astype(">f8").tobytes() for values in numbers)
    content += np.full(count, 999, ">i2").tobytes()
    for text in texts:
        content += len(text).to_bytes(2, "big") + text.swapcase().encode()
    if with_points:
        points = np.column_stack((np.full(count, 1.0), np.full(count, 1e-5)))
        content += b"\0\0" + (256 + 16 * count).to_bytes(2, "big") + bytes(256)
        content += points.astype(">f8").tobytes()
    return content


SAMPLES = (Sample("z.ism", ism()),)
