"""The pixels of an image out of its export, as a PNG that a browser shows."""

import io
from pathlib import Path
from typing import Final

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image

MOST_PIXELS: Final = 1024
"""Of a picture, along its longer side."""
_DARKEST, _BRIGHTEST = 0.1, 99.9
"""Percentiles that are black and white in a picture of more than 256 grays."""


def picture(path: Path, page: int, size: tuple[int, int], step: int) -> bytes:
    """Return every so many pixels of a page as PNG, cut to a size in pixels, 256 grays.

    Args:
        path: the export.
        page: from 1.
        size: columns and rows; what lies beyond is a data bar.
        step: how many pixels make one, by their mean.

    Raises:
        ValueError: when its pixels are packed in a way that nobody unpacks here.
    """
    with tifffile.TiffFile(path) as file:
        pixels = file.pages[page - 1].asarray()
    columns, rows = size
    grays = _grays(pixels[:rows, :columns])
    return _png(_coarser(grays, step))


def _grays(pixels: NDArray[np.generic]) -> NDArray[np.float64]:
    """Return shades from 0 to 255; of colors the mean."""
    shades = np.asarray(pixels, dtype=np.float64)
    if shades.ndim > 2:  # rows, columns, colors
        shades = shades[..., :3].mean(axis=-1)
    if pixels.dtype == np.uint8:
        return shades
    low, high = np.percentile(shades, (_DARKEST, _BRIGHTEST))
    scaled: NDArray[np.float64] = (shades - low) / max(high - low, 1e-300)
    return np.clip(scaled, 0.0, 1.0) * 255.0


def _coarser(shades: NDArray[np.float64], step: int) -> NDArray[np.float64]:
    """Return the mean of squares of so many pixels; those at the ends may be smaller."""
    if step == 1:
        return shades
    rows = np.arange(0, shades.shape[0], step)
    columns = np.arange(0, shades.shape[1], step)
    sums = np.add.reduceat(np.add.reduceat(shades, rows, axis=0), columns, axis=1)
    heights = np.diff(rows, append=shades.shape[0])
    widths = np.diff(columns, append=shades.shape[1])
    means: NDArray[np.float64] = sums / np.outer(heights, widths)
    return means


def _png(shades: NDArray[np.float64]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.rint(shades).astype(np.uint8)).save(file, "PNG")
    return file.getvalue()
