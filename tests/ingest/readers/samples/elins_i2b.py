"""Elins .i2b text, written here."""

import numpy as np

from tests.ingest.readers.sample import Sample

FREQUENCY = np.geomspace(1e4, 1, 9)
IMPEDANCE = 10 + 90 / (1 + 2j * np.pi * FREQUENCY * 90 * 1e-5)
HEADER = "A cell\nof 3 layers\n\n"
ROWS = "".join(
    f"{f!r} {z.real!r} {z.imag!r}\n"
    for f, z in zip(FREQUENCY.tolist(), IMPEDANCE.tolist(), strict=True)
)
WHOLE = f"{HEADER}9\n{ROWS}"
SAMPLES = (Sample("z.i2b", WHOLE.encode()),)
