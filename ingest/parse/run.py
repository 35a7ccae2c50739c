"""Texts that last: equal ones that follow each other, looked at once."""

import numpy as np
import polars as pl
from numpy.typing import NDArray


def runs(texts: pl.Series) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where each run of equal texts begins, and how many are in it."""
    texts = texts.rechunk()
    turns = texts.ne_missing(texts.shift(1)).arg_true().to_numpy().astype(np.intp)
    begins = np.append(np.zeros(min(len(texts), 1), np.intp), turns[turns > 0])
    return begins, np.diff(begins, append=len(texts))
