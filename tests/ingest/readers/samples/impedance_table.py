"""Tables of impedance of no known instrument."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.ingest.readers.sample import Sample

FREQUENCY = np.logspace(4, -1, 26)
IMPEDANCE = 10 + 90 / (1 + 2j * np.pi * FREQUENCY * 90 * 1e-5)


def table(
    heading: str | None,
    *columns: NDArray[np.floating[Any]],
    separator: str = ",",
    decimal: str = ".",
) -> str:
    rows = (
        separator.join(repr(float(cell)).replace(".", decimal) for cell in row)
        for row in zip(*columns, strict=True)
    )
    return "\n".join([*([] if heading is None else [heading]), *rows]) + "\n"


def cartesian(heading: str | None, separator: str = ",", decimal: str = ".") -> str:
    values = (FREQUENCY, IMPEDANCE.real, IMPEDANCE.imag)
    return table(heading, *values, separator=separator, decimal=decimal)


SAMPLES = (
    Sample("z.csv", cartesian("f,Z',-Z''").encode()),
    Sample(
        "bare.csv",
        cartesian(None).encode(),
        lessons=(b"\x1c" + cartesian(None).encode(),),  # space to Python, none to a number
    ),
)
