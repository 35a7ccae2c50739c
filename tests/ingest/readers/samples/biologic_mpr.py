"""BioLogic .mpr as the documented layout has it."""

import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.parse import biologic
from tests.ingest.readers.sample import Sample

FLAGS = (1, 2, 3, 21, 31, 65)
"""mode, ox/red, error, control changes, Ns changes, counter inc."""
GCPL = (*FLAGS, 131, 4, 7, 13, 5, 6, 39)
"""The flags, then Ns, time, dq, Q-Qo, control, Ewe, I Range."""


def table() -> dict[int, dict[str, str]]:
    return {int(row["id"]): row for row in biologic.table("biologic_mpr.tsv")}


def module(name: str, body: bytes, version: int, *, wide: bool) -> bytes:
    words = (0xFFFFFFFF, len(body), 0, version) if wide else (len(body), version)
    head = b"MODULE" + name.encode().ljust(10) + b"a long name".ljust(25)
    return head + struct.pack(f"<{len(words)}I", *words) + b"01/10/24" + body


def records(ids: Sequence[int], count: int) -> NDArray[np.void]:
    """Return records whose every column differs; all flags are 1."""
    known = [table()[number] for number in ids]
    fields = {"flags" if row["bits"] else row["name"]: row["dtype"] for row in known}
    rows = np.zeros(count, np.dtype(list(fields.items())))
    for place, name in enumerate(fields):
        rows[name] = np.arange(count) * (place + 1) + 1
    if "flags" in fields:
        rows["flags"] = 0b10111101
    return rows


def mpr(
    ids: Sequence[int] = GCPL,
    rows: NDArray[np.void] | None = None,
    version: int = 3,
    *,
    log: bool = True,
    loops: Sequence[int] = (),
) -> bytes:
    """Return a .mpr as the documented layout has it.

    Args:
        ids: of its columns.
        rows: its records.
        version: of its data module.
        log: whether it has a log, which a running test has not.
        loops: first record of each loop, and behind the last; none has no such module.
    """
    rows = records(ids, 5) if rows is None else rows
    wide = version >= 10
    at = {2: 405, 3: 406, 10: 1006, 11: 1007}[version]
    head = struct.pack("<IH" if wide else "<IB", len(rows), len(ids))
    head += struct.pack(f"<{len(ids)}H", *ids)
    settings_body = bytearray(0x400)
    settings_body[0] = 4
    settings_body[0x7 : 0x7 + 6] = b"\x05hello"
    struct.pack_into("<f", settings_body, 0x107, 0.79)
    log_body = bytearray(0x400)
    log_body[0x9] = 2
    struct.pack_into("<d", log_body, 0x249, 45301.460068125)
    log_body[0x3B7 : 0x3B7 + 6] = b"\x0511.43"
    log_body[0x3CE] = 5
    parts = [
        b"BIO-LOGIC MODULAR FILE\x1a".ljust(48) + bytes(4),
        module("VMP Set", bytes(settings_body), 10 if wide else 0, wide=wide),
        module("VMP data", head.ljust(at, b"\0") + rows.tobytes(), version, wide=wide),
    ]
    if log:
        parts.append(module("VMP LOG", bytes(log_body), 10 if wide else 0, wide=wide))
    if loops:
        words = np.array([len(loops), *loops, *[0] * 40], "<u4")
        parts.append(module("VMP loop", words.tobytes(), 10 if wide else 0, wide=wide))
    return b"".join(parts)


def settings(*milliampere: str) -> str:
    """Return a .mps of linked techniques, each a charge with one of these currents for an hour."""
    lines = ["EC-LAB SETTING FILE", "", f"Number of linked techniques : {len(milliampere)}", ""]
    for number, current in enumerate(milliampere, start=1):
        told = {
            "Ns": "0",
            "Set I/C": "I",
            "Is": current,
            "unit Is": "mA",
            "vs.": "<None>",
            "t1 (h:m:s)": "1:00:0.0000",
            "EM (V)": "4.200",
            "tM (h:m:s)": "0:00:0.0000",
        }
        lines += [f"Technique : {number}", "Galvanostatic Cycling with Potential Limitation"]
        lines += [*(f"{name:20}{value:20}" for name, value in told.items()), ""]
    return "\n".join(lines)


LOG = "BT-Lab LOG FILE\r\n\r\nAcquisition started on : 01/16/2026 14:05:54.213\r\n"
SAMPLES = (
    Sample("test.mpr", mpr(version=3)),
    Sample("newer.mpr", mpr(version=11)),
    Sample("looped.mpr", mpr(version=11, loops=(0, 2, 3, 5))),
    Sample("set_C01.mpr", mpr(), beside={"set.mps": settings("10.000").encode()}),
    Sample("running.mpr", mpr(log=False), beside={"running.mpl": LOG.encode()}),
)
