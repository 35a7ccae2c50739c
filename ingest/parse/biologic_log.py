"""What the settings and the log of a BioLogic .mpr tell of a test: two modules, byte by byte.

Every offset and every code was found in files and proven by the header of their .mpt exports. Texts
begin with their length. The clock is that of the instrument's computer and has no zone.
"""

import math
import re
import struct
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from ingest.parse import biologic
from ingest.reading import Fact, Reading

_OLE_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - the instrument's clock has no zone
_PER_MAH: Final[Mapping[str, float]] = MappingProxyType({"A.h": 1e-3, "mA.h": 1.0, "µA.h": 1e3})
_FIRST_EC_LAB: Final = 9
"""BT-Lab counts its versions from 1 and letters its channels, in the name of the file only."""


@cache
def _codes() -> Mapping[tuple[str, int], str]:
    rows = biologic.table("biologic_mpr_code.tsv")
    return MappingProxyType({(row["kind"], int(row["code"])): row["value"] for row in rows})


def described(reading: Reading, settings: bytes, log: bytes) -> Reading:
    """Return the reading with what the two modules tell; either may be cut or empty."""
    code = settings[0] if settings else None
    facts = _settings(settings) | {
        "File": _text(log, 0x251),
        "Host": _text(log, 0x351),
        "Address": _text(log, 0x384),
        "Software version": _text(log, 0x3B7),
        "Firmware version": _text(log, 0x3BE),
        "Device serial": _text(log, 0x3CF),
        "Technique code": code,
    }
    serial = _number(log, 0xAB, "<I")
    if serial is not None:
        facts["Channel serial"] = str(serial)
    named = re.search(r"_\d\d_([A-Za-z]+\d*)_C([A-Z]?\d+)\.mpr$", str(facts["File"]))
    technique = next((t.technique for t in biologic.techniques() if t.code == code), None)
    device = _codes().get(("device", log[0x3CE])) if len(log) > 0x3CE else None
    return replace(
        reading,
        technique=technique or (named and named[1]),
        instrument=f"BioLogic {device}" if device else "BioLogic",
        channel=_channel(log, str(facts["Software version"]), named and named[2]),
        started_at=_started_at(log),
        facts={name: fact for name, fact in facts.items() if fact is not None},
    )


def _text(module: bytes, at: int) -> str | None:
    """Return a text that begins with its length, or None where it is empty or cut."""
    length = module[at] if at < len(module) else 0
    raw = module[at + 1 : at + 1 + length]
    text = raw.partition(b"\0")[0].decode("latin-1").replace("\r\n", "\n").strip()
    return text if len(raw) == length and text else None


def _number(module: bytes, at: int, kind: str) -> Any:  # noqa: ANN401 - whatever struct unpacks
    size = struct.calcsize(kind)
    return struct.unpack_from(kind, module, at)[0] if at + size <= len(module) else None


def _settings(settings: bytes) -> dict[str, Fact]:
    if len(settings) < 0x261:
        return {}

    def single(at: int, scale: float = 1.0) -> float | None:
        # the shortest decimal that is this single: 0.79, not 0.7900000214576721
        value = scale * float(str(np.frombuffer(settings, "<f4", 1, at)[0]))
        return value if math.isfinite(value) else None

    facts: dict[str, Fact] = {
        "Comments": _text(settings, 0x7),
        "Mass of active material/mg": single(0x107),
        "Molecular weight of active material (at x = 0)/g/mol": single(0x10F),
        "Atomic weight of intercalated ion/g/mol": single(0x113),
        "Electrode material": _text(settings, 0x11E),
        "Initial state": _text(settings, 0x16F),
        "Electrolyte": _text(settings, 0x1C0),
        "Reference electrode": _text(settings, 0x215),
    }
    area, mass, capacity = (
        _codes().get((kind, settings[at]))
        for kind, at in (("area", 0x250), ("mass", 0x251), ("capacity", 0x260))
    )
    if area:
        facts[f"Electrode surface area/{area}"] = single(0x211)
    if mass:
        facts[f"Characteristic mass/{mass}"] = single(0x24C)
    if capacity:
        facts[f"Battery capacity/{capacity}"] = single(0x25C, _PER_MAH[capacity])
    return facts


def _channel(log: bytes, version: str, named: str | None) -> str | None:
    number = _number(log, 0x9, "B")
    major = re.match(r"\d+", version)
    if number is None or major is None:
        return None
    return str(number + 1) if int(major[0]) >= _FIRST_EC_LAB else named


def _started_at(log: bytes) -> datetime | None:
    days = _number(log, 0x249, "<d")
    if days is None or not 1 < days < 2**17:
        return None
    return _OLE_EPOCH + timedelta(milliseconds=round(days * 86_400_000))
