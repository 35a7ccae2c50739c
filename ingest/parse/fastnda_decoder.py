"""fastnda as it is asked in our process, which keeps its own zlib, its threads and its stderr.

What fastnda gets wrong or takes long over is given to it in better: sensors are paired by number,
and what stands between records is summed by NumPy.
"""

import logging
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from ingest.parse.neware_auxiliary import paired
from ingest.parse.neware_interpolation import interpolated

# fastnda swaps zlib's functions for isal's in the whole process: it has them while it reads
_zlib_functions = zlib.decompress, zlib.decompressobj
from fastnda import ndax  # noqa: E402  (between saving zlib and giving it back)
from fastnda.dicts import CHARGE_DISCHARGE_MAP, STEP_TYPE_MAP  # noqa: E402
from fastnda.nda import read_nda  # noqa: E402
from fastnda.nda_meta import read_nda_metadata  # noqa: E402
from fastnda.utils import UnverifiedFormatWarning  # noqa: E402

_isal_functions = zlib.decompress, zlib.decompressobj
zlib.decompress, zlib.decompressobj = _zlib_functions
# several threads reading one zip end in "Invalid deflate block"; one is no slower
ndax.ThreadPoolExecutor = partial(ThreadPoolExecutor, max_workers=1)
ndax._data_interpolation = partial(interpolated, otherwise=ndax._data_interpolation)  # noqa: SLF001 — half of its time
ndax._find_auxiliary_channels = paired  # noqa: SLF001 — by number, not by order
# without a handler, its warnings would go to stderr; what matters in them becomes a finding
logging.getLogger("fastnda").addHandler(logging.NullHandler())

__all__ = [
    "CHARGE_DISCHARGE_MAP",
    "STEP_TYPE_MAP",
    "UnverifiedFormatWarning",
    "nda_metadata",
    "nda_records",
    "ndax_records",
]


def nda_metadata(path: Path) -> dict[str, Any]:
    """Return what the head of a .nda says."""
    found: dict[str, Any] = read_nda_metadata(path)
    return found


def nda_records(path: Path) -> pl.DataFrame:
    """Return the records of a .nda; damaged bytes raise whatever fastnda raises."""
    records: pl.DataFrame = read_nda(path)
    return records


def ndax_records(path: Path) -> pl.DataFrame:
    """Return the records of a .ndax; damaged bytes raise whatever fastnda raises."""
    with _fast_zlib():
        records: pl.DataFrame = ndax.read_ndax(path)
    return records


@contextmanager
def _fast_zlib() -> Iterator[None]:
    zlib.decompress, zlib.decompressobj = _isal_functions
    try:
        yield
    finally:
        zlib.decompress, zlib.decompressobj = _zlib_functions
