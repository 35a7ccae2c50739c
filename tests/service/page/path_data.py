"""Reading the path of a line back: places in pixels, stretch after stretch."""

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

_NUMBER = re.compile(r"-?(?:\d+\.\d|\.\d|\d+)")


def stretches(data: str) -> Iterator[NDArray[np.float64]]:
    """Yield the places of each unbroken stretch of a line, a row each."""
    for stretch in re.findall(r"M([^M]+)", data):
        first, _, ways = stretch.partition("l")
        numbers = [float(each) for each in (*first.split(","), *_NUMBER.findall(ways))]
        yield np.array(numbers).reshape(-1, 2).cumsum(axis=0)
