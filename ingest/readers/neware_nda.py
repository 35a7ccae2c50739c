"""Neware binary exports, .nda and .ndax, decoded by fastnda (BSD-3).

Numbers are fastnda's: current > 0 charges, mAh and mWh become Ah and Wh. Neware counts capacity and
energy anew in each step. Where the file holds one counter for both directions (nda before 14), the
step type tells which it is; where the step type has no direction (pulse, simulation), it is left
missing. Cycles are kept as the file has them. Nothing is sorted: a clock that jumps back stays so.

Records carry seconds since the epoch, except in the versions listed below, whose records carry a
wall clock without a zone, or none.
"""

import re
import struct
import warnings
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from ingest.parse.elapsed import test_time_second
from ingest.parse.fastnda_decoder import (
    CHARGE_DISCHARGE_MAP,
    STEP_TYPE_MAP,
    UnverifiedFormatWarning,
    nda_metadata,
    nda_records,
    ndax_records,
)
from ingest.parse.neware_auxiliary import paired
from ingest.parse.neware_description import described_in_bounds, facts_of
from ingest.parse.neware_program import program as programmed
from ingest.parse.zip_bound import DAMAGED, bounded
from ingest.reader import Account, Reader
from ingest.reading import Export, Fact, Finding, ProgramStep, RawColumn, Reading
from schema.error import EmptyExport, UnreadableExport

_NAME: Final = "neware_nda"
_WALL_CLOCK_NDA: Final = frozenset({26, 28, 29})
_WALL_CLOCK_NDC: Final = frozenset({1, 2, 3, 4, 5, 7})
_NO_CLOCK_NDA: Final = frozenset({1, 2, 3, 4})

# fastnda's column: (canonical name, scale)
_COLUMNS: Final[dict[str, tuple[str, float]]] = {
    "index": ("record_index", 1.0),
    "total_time_s": ("test_time_second", 1.0),
    "step_time_s": ("step_time_second", 1.0),
    "unix_time_s": ("unix_time_second", 1.0),
    "voltage_V": ("voltage_volt", 1.0),
    "current_mA": ("current_ampere", 1e-3),
    "cycle_count": ("vendor_cycle_count", 1.0),
    "step_count": ("vendor_step_count", 1.0),
    "step_index": ("step_id", 1.0),
    "charge_capacity_mAh": ("step_charging_capacity_ah", 1e-3),
    "discharge_capacity_mAh": ("step_discharging_capacity_ah", 1e-3),
    "charge_energy_mWh": ("step_charging_energy_wh", 1e-3),
    "discharge_energy_mWh": ("step_discharging_energy_wh", 1e-3),
}
_LEFTOVERS: Final = frozenset({"step_type", "index_right", "timestamp", "range", "multiplier"})
_TEMPERATURE: Final = re.compile(r"aux([1-5]?)_temperature_degC")
_AUX_MEMBER: Final = re.compile(r"_\d+\.ndc$")
_LABELS: Final = pa.array(STEP_TYPE_MAP.values(), pa.string())
_LABEL_OF_CODE: Final = np.full(256, -1, np.int16)
_LABEL_OF_CODE[list(STEP_TYPE_MAP)] = np.arange(len(STEP_TYPE_MAP))
_DIRECTION_OF_CODE: Final = np.full(256, np.nan)
_DIRECTION_OF_CODE[[*CHARGE_DISCHARGE_MAP]] = 2.0 * np.array([*CHARGE_DISCHARGE_MAP.values()]) - 1
_DIRECTION_OF_CODE[4] = 0.0  # a rest moves no charge


def _knows(export: Export) -> bool:
    if export.head.startswith(b"NEWARE"):
        return True
    if not export.head.startswith(b"PK"):
        return False
    if export.name.lower().endswith(".ndax"):
        return True
    with suppress(*DAMAGED), zipfile.ZipFile(export.path) as members:
        return "data.ndc" in members.namelist()
    return False


def _read(export: Export) -> list[Reading]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            read = _read_ndax if export.head.startswith(b"PK") else _read_nda
            reading = read(export)
        except (EmptyExport, UnreadableExport):
            raise
        except (Exception, pl.exceptions.PanicException) as fault:
            # fastnda raises all sorts on damaged bytes, and polars panics
            reason = f"{type(fault).__name__}: {fault}".splitlines()[0]
            raise UnreadableExport(export.origin, _NAME, "fastnda", reason) from fault
    unverified = tuple(
        Finding("unverified_format", str(warning.message).split(" - ", maxsplit=1)[0])
        for warning in caught
        if issubclass(warning.category, UnverifiedFormatWarning)
    )
    return [replace(reading, findings=reading.findings + unverified)]


def _read_nda(export: Export) -> Reading:
    facts: dict[str, Fact] = dict(nda_metadata(export.path))
    version = facts["nda_version"]
    records = nda_records(export.path)
    if version in _NO_CLOCK_NDA and "unix_time_s" in records.columns:
        records = records.drop("unix_time_s")  # fastnda derives it from the start time
    return _reading(
        export,
        records,
        facts,
        channel=None,
        wall_clock=version in _WALL_CLOCK_NDA,
        findings=_missing_bytes(export.path, len(records), facts),
    )


def _missing_bytes(path: Path, row_count: int, facts: Mapping[str, Fact]) -> tuple[Finding, ...]:
    """Compare what the header says of the records with what is there."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(98)
    block = "<II", head[64:72]
    if head[14] >= 129:
        block = "<QQ", head[82:98]
    begin, length = struct.unpack(*block) if len(block[1]) == struct.calcsize(block[0]) else (0, 0)
    declared = facts.get("num_datapoints")
    if begin + length > size:
        detail = f"the header says that records end at byte {begin + length}; {row_count} are whole"
        return (Finding("truncated", detail, f"byte {size}"),)
    if isinstance(declared, int) and declared > row_count:
        detail = f"the header says {declared} records; {row_count} are there"
        return (Finding("truncated", detail, f"record {row_count}"),)
    return ()


def _read_ndax(export: Export) -> Reading:
    with zipfile.ZipFile(export.path) as members:
        bounded(export, _NAME, members)
        described_in_bounds(export, _NAME, members)
        facts, findings = facts_of(members)
        names = members.namelist()
        if "data.ndc" not in names:
            raise UnreadableExport(export.origin, _NAME, "data.ndc", "the member is missing")
        with members.open("data.ndc") as file:
            head = file.read(3)
        described = paired(members)
        steps, left_out = programmed(members, STEP_TYPE_MAP)
    records = ndax_records(export.path)
    aux_members = [name for name in names if _AUX_MEMBER.search(name)]
    lost = [name for name in aux_members if name not in described]
    if lost:
        detail = f"TestInfo.xml does not describe {', '.join(lost)}; they are left out"
        findings = (*findings, Finding("aux_left_out", detail))
    device, unit, channel = (facts.get(key) for key in ("DevID", "UnitID", "ChlID"))
    return _reading(
        export,
        records,
        facts,
        channel=None if channel is None else f"{device}-{unit}-{channel}",
        wall_clock=len(head) == 3 and head[2] in _WALL_CLOCK_NDC,
        findings=(*findings, *left_out),
        program=steps,
    )


def _reading(
    export: Export,
    records: pl.DataFrame,
    facts: dict[str, Fact],
    *,
    channel: str | None,
    wall_clock: bool,
    findings: tuple[Finding, ...],
    program: tuple[ProgramStep, ...] = (),
) -> Reading:
    if records.is_empty():
        raise EmptyExport(export.origin, _NAME)
    missing = {"step_time_s", "step_count", "step_type"} - set(records.columns)
    if missing:
        reason = f"they have no {', '.join(sorted(missing))}"
        raise UnreadableExport(export.origin, _NAME, "records", reason)
    values: dict[str, NDArray[Any]] = {
        name: records[name].to_numpy() for name in records.columns if name not in _LEFTOVERS
    }
    codes = records["step_type"].fill_null(255).to_numpy()
    if "total_time_s" not in values:
        values["total_time_s"] = test_time_second(
            values["step_time_s"].astype(np.float64), values["step_count"]
        )
    for kind in ("capacity_mAh", "energy_mWh"):
        if kind in values:
            _split_by_direction(values, kind, codes)
    if wall_clock and "unix_time_s" in values:
        values["local_time_s"] = values.pop("unix_time_s")

    started_at = _started_at(values, facts)
    columns = [
        RawColumn(name, values.pop(name), *_COLUMNS[name]) for name in _COLUMNS if name in values
    ]
    for name, array in values.items():
        sensor = _TEMPERATURE.fullmatch(name)
        quantity = sensor and f"temperature_t{sensor[1] or 1}_celsius"
        columns.append(RawColumn(name, array, quantity))
    labels = _LABEL_OF_CODE[codes]
    unnamed = np.unique(codes[(labels < 0) & records["step_type"].is_not_null().to_numpy()])
    if unnamed.size:
        detail = f"step types without a known name: {', '.join(map(str, unnamed))}"
        findings = (*findings, Finding("unknown_step_type", detail))
    step_type = pa.DictionaryArray.from_arrays(pa.array(labels, mask=labels < 0), _LABELS)
    columns.append(RawColumn("step_type", step_type, "step_type"))
    return Reading(
        columns=tuple(columns),
        instrument="Neware",
        channel=channel,
        started_at=started_at,
        step_marks=("step_count",),
        facts=facts,
        findings=findings,
        program=program,
    )


def _split_by_direction(values: dict[str, NDArray[Any]], kind: str, codes: NDArray[Any]) -> None:
    """Replace a counter signed by fastnda with one for each direction."""
    counter, direction = np.abs(values.pop(kind)), _DIRECTION_OF_CODE[codes]
    values[f"charge_{kind}"] = counter * np.maximum(direction, 0.0)
    values[f"discharge_{kind}"] = counter * np.maximum(-direction, 0.0)


def _started_at(values: Mapping[str, NDArray[Any]], facts: Mapping[str, Fact]) -> datetime | None:
    if "unix_time_s" in values:
        began = float(values["unix_time_s"][0]) - float(values["total_time_s"][0])
        with suppress(ValueError, OverflowError, OSError):
            if began > 0:  # a clock that was never set counts from zero
                return datetime.fromtimestamp(began, UTC)
    text = str(facts.get("StartTime") or facts.get("start_time") or "").replace(".", "-")
    with suppress(ValueError):
        return datetime.fromisoformat(text)
    return None


READER = Reader(
    name=_NAME,
    version="3",
    title="Neware BTS .nda and .ndax",
    suffixes=(".nda", ".ndax"),
    knows=_knows,
    read=_read,
    account=Account(
        instrument="Neware, BTS",
        counters="in a step",
        gaps=(
            "of the program conditions of single steps are left out; so are sums by cycle and step",
            "auxiliary channels that TestInfo.xml does not describe are left out and told",
            "versions that fastnda did not verify are read with a finding",
        ),
        real_files=12,
        tested="NewareNDA and the vendor's own exports, every record; fastnda's reference tables",
    ),
    states={
        "ZwjSn": "instrument_serial",
        "ZwjVersion": "firmware",
        "StepName": "program_name",
        "step_name": "program_name",
        "Creator": "operator",
        "creator": "operator",
        "Barcode": "specimen",
        "barcode": "specimen",
        "Remark": "comment",
        "remarks": "comment",
        "active_mass_mg": "stated_mass_gram / mg",
        "MultCap": "stated_capacity_ah / mAs",
    },
)
