"""What a record of a .mpr is made of, as the head of its data module says."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import BinaryIO, Final

import numpy as np

from ingest.parse import biologic
from ingest.parse.biologic_module import DATA, Corrupt, Module
from ingest.parse.record_file import Layout
from ingest.reading import Finding

_RECORDS_AT: Final[Mapping[int, int]] = MappingProxyType({2: 405, 3: 406, 10: 1006, 11: 1007})
"""Byte of the data module its records begin at, by its version. None of version 10 was at hand:
it lacks the byte 11 added, as 2 lacks that of 3, and the length of the module must agree."""
_RAW: Final[Mapping[int, str]] = MappingProxyType({1: "u1", 2: "<u2", 4: "<f4", 8: "<f8"})
"""What an unknown column is taken for, by its width: EC-Lab writes numbers in these."""
_FIRST_WIDE: Final = 10
"""Version of the data module since which the number of columns takes two bytes."""


@dataclass(frozen=True, slots=True)
class _ColumnId:
    name: str
    dtype: str
    bits: int


@cache
def _ids() -> Mapping[int, _ColumnId]:
    return MappingProxyType(
        {
            int(row["id"]): _ColumnId(row["name"], row["dtype"], int(row["bits"] or 0))
            for row in biologic.table("biologic_mpr.tsv")
        }
    )


def layout_of(
    file: BinaryIO, modules: Mapping[str, Module], size: int
) -> tuple[Layout | None, tuple[Finding, ...]]:
    """Return what the head of the data module says, None where the file ends before or in it."""
    data = modules.get(DATA)
    if data is None:
        return None, ()
    if data.version not in _RECORDS_AT:
        versions = ", ".join(map(str, _RECORDS_AT))
        reason = f"data module of version {data.version}; known: {versions}. Export it as .mpt"
        raise Corrupt(f"byte {data.start}", reason)
    records_at = _RECORDS_AT[data.version]
    if data.start + records_at > size:
        return None, ()
    file.seek(data.start)
    head = file.read(records_at)
    counts = struct.Struct("<IH" if data.version >= _FIRST_WIDE else "<IB")
    promised, count = counts.unpack_from(head)
    if counts.size + 2 * count > records_at:
        raise Corrupt(f"byte {data.start + 4}", f"{count} columns have no room in the head")
    ids = struct.unpack_from(f"<{count}H", head, counts.size)
    width = (data.length - records_at) // promised if promised else 0
    dtype, bits, unknown = _record(ids, width, data.start + counts.size)
    if promised * dtype.itemsize + records_at != data.length:
        reason = (
            f"{promised} records of {dtype.itemsize} bytes do not fill its data module of "
            f"{data.length} bytes; export it as .mpt and report the column ids {ids}"
        )
        raise Corrupt(f"byte {data.start}", reason)
    return Layout(data.start + records_at, promised, dtype, bits), unknown


def _record(
    ids: tuple[int, ...], width: int, at: int
) -> tuple[np.dtype[np.void], Mapping[str, int], tuple[Finding, ...]]:
    """Return what a record of so many bytes is made of.

    Of one unknown id the width is what the others leave; of two, nobody knows whose is which.
    """
    fields: dict[str, str] = {}
    bits: dict[str, int] = {}
    unknown = [place for place, number in enumerate(ids) if number not in _ids()]
    left = width - _bytes_of([number for number in ids if number in _ids()])
    if len(unknown) > 1 or (unknown and left not in _RAW):
        unknown_ids = " and ".join(str(ids[place]) for place in unknown)
        reason = (
            f"column id {unknown_ids} of {len(ids)} columns is unknown, "
            f"with {left} bytes left for it; "
            "export the file as .mpt with all columns and ingest that, and report id and name"
        )
        raise Corrupt(f"byte {at + 2 * unknown[0]}", reason)
    for place, number in enumerate(ids):
        known = _ids().get(number) or _ColumnId(f"unknown column {number}", _RAW[left], 0)
        if known.name in fields or known.name in bits:
            raise Corrupt(f"byte {at + 2 * place}", f"column {known.name} (id {number}) twice")
        if known.bits:
            fields["flags"] = known.dtype
            bits[known.name] = known.bits
        else:
            fields[known.name] = known.dtype
    if not fields:
        raise Corrupt(f"byte {at}", "the data module names no column")
    return np.dtype(list(fields.items())), bits, tuple(_unknown(ids[place]) for place in unknown)


def _bytes_of(ids: Sequence[int]) -> int:
    """Return how many bytes of a record known columns take."""
    own = [np.dtype(_ids()[number].dtype).itemsize for number in ids if not _ids()[number].bits]
    return sum(own) + any(_ids()[number].bits for number in ids)


def _unknown(number: int) -> Finding:
    detail = (
        f"column id {number} is unknown: its values are kept as they are; "
        "report the id, and its name in the .mpt"
    )
    return Finding("unknown_column", detail, f"unknown column {number}")
