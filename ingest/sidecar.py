"""The sidecar: a small YAML beside a table that declares what its columns are.

``<file name>.leyden.yaml`` speaks for that file; ``leyden.yaml`` speaks for the files of its folder
that its ``files`` patterns name. Either is somebody's word, so it is asked before any reader.
"""

from collections.abc import Mapping
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ingest.impedance_part import IMAGINARY, OF_GEOMETRY, REAL, vacuum_farad
from ingest.parse.date import First
from ingest.parse.unit import Unit, unit_for
from ingest.parse.yaml_bound import LOADER, bounded
from schema.error import UnknownName, UnknownUnit, UnreadableExport
from schema.quantity import quantities

_SUFFIX: Final = ".leyden.yaml"
_FOLDER_WIDE: Final = "leyden.yaml"
_MOST_BYTES: Final = 1_000_000
_NO_YAML: Final = (yaml.YAMLError, ValueError)
"""Also a number of too many digits, and a date of no calendar."""
CLOCK: Final = "h:min:s"
"""The unit of times written as clocks, e.g. ``1d 02:03:04.5``."""
DATE: Final = "date"
"""The unit of times written as dates, with or without a zone, or as the days of spreadsheets."""
TIME_OF_DAY: Final = "time of day"
"""The unit of times written as 18:30 or 6.30 pm, of the date beside them."""


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DeclaredColumn(_Declared):
    """What one column holds."""

    quantity: str | None = Field(
        None, description="Canonical name it is stored under; without one it keeps its own name."
    )
    unit: str | None = Field(
        None,
        description="Its unit, e.g. mA, min, degC; `h:min:s` for clocks; `date` for dates and "
        "`time of day` for what the date beside it lacks, which need no quantity. Needed with a "
        "quantity that has a unit.",
    )
    negated: bool = Field(
        default=False, description="Whether it holds the negative of the quantity, as -Im(Z) does."
    )
    starts_step: bool = Field(
        default=False, description="Whether a change in it starts a new step."
    )
    parts_tests: bool = Field(
        default=False, description="Whether it tells the channel: each of its values is a test."
    )

    @model_validator(mode="after")
    def _measures_what_it_says(self) -> Self:
        if self.quantity is None:
            return self
        if self.quantity not in quantities():
            raise ValueError(str(UnknownName("quantity", self.quantity, quantities())))
        self.measure()
        return self

    def measure(self) -> Unit | None:
        """Return the unit, or None for text, counts, clocks and dates."""
        if self.quantity is None or self.unit is None:
            return None
        if self.unit == DATE and self.quantity == "unix_time_second":
            return None
        if self.unit == TIME_OF_DAY and self.quantity == "test_time_second":
            return None
        if self.unit == CLOCK and quantities()[self.quantity].unit == "s":
            return None
        try:
            return unit_for(self.unit, self.quantity)
        except UnknownUnit as fault:
            raise ValueError(str(fault)) from fault


class Sidecar(_Declared):
    """How to read a table: delimited text, a sheet of a workbook, or Parquet."""

    files: tuple[str, ...] = Field(
        (), description="In leyden.yaml: patterns of the file names it speaks for, e.g. `*.csv`."
    )
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = Field(
        ",", description="The character between fields."
    )
    decimal: Literal[".", ","] = Field(".", description="The decimal mark.")
    encoding: str = Field("utf-8", description="Text encoding, e.g. latin-1, cp1252, utf-16.")
    skip_lines: int = Field(0, ge=0, description="Lines above the header.")
    header: bool = Field(
        default=True,
        description="Whether a line of names comes first; without one, the columns "
        "are declared in their order and under any names.",
    )
    units_below: bool = Field(
        default=False,
        description="Whether the line below the header tells the units: a column may then leave "
        "its own out, and may not contradict it.",
    )
    sheet: str | None = Field(
        None, description="Sheet of a workbook (.xlsx). Needed where it has several."
    )
    missing: tuple[str, ...] = Field(
        (), description="Words for a missing value, besides an empty field and nan."
    )
    positive_current: Literal["charge", "discharge", "state"] | None = Field(
        None,
        description="What a positive current does to the cell; `state`: it is a magnitude, and "
        "the column of step_type tells. Needed with a current.",
    )
    day_or_month_first: First = Field(
        "month", description="What stands first in dates that may be read both ways: day or month."
    )
    technique: str | None = Field(None, description="Technique, e.g. GCPL, EIS.")
    instrument: str | None = Field(None, description="Maker and model of the instrument.")
    channel: str | None = Field(None, description="Channel of the instrument.")
    started_at: datetime | None = Field(
        None, description="Start of the test, e.g. 2026-03-01 09:30:00."
    )
    time_zone: str | None = Field(
        None, description="Zone of started_at, e.g. Europe/Zurich; without one it stays unknown."
    )
    area_cm2: float | None = Field(
        None, gt=0.0, description="Area of the specimen. Needed with permittivity or modulus."
    )
    thickness_um: float | None = Field(
        None, gt=0.0, description="Thickness of the specimen. Needed with permittivity or modulus."
    )
    facts: Mapping[str, str | int | float | bool | None] = Field(
        default_factory=dict, description="Anything else worth keeping, under names of your own."
    )
    columns: Mapping[str, DeclaredColumn] = Field(
        min_length=1, description="Columns by the name in the header; others keep their own names."
    )

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        meant = [column.quantity for column in self.columns.values() if column.quantity]
        self._has_units()
        if not meant:
            message = "columns: at least one column needs a quantity"
            raise ValueError(message)
        twice = {quantity for quantity in meant if meant.count(quantity) > 1}
        if twice:
            message = f"columns: several columns are {min(twice)}"
            raise ValueError(message)
        if "current_ampere" in meant and self.positive_current is None:
            message = "positive_current: say what a positive current does: charge or discharge"
            raise ValueError(message)
        if self.positive_current == "state" and "step_type" not in meant:
            message = "positive_current: state needs a column of step_type"
            raise ValueError(message)
        if sum(column.parts_tests for column in self.columns.values()) > 1:
            message = "columns: one column parts the tests"
            raise ValueError(message)
        bare = [name for pair in OF_GEOMETRY for name in pair if name in meant]
        if bare and self.bare_farad is None and not {REAL, IMAGINARY} <= {*meant}:
            message = (
                f"columns: no impedance follows of {bare[0]} without the geometry: "
                "declare area_cm2 and thickness_um, at the top of the sidecar"
            )
            raise ValueError(message)
        if self.time_zone is not None and self.time_zone not in available_timezones():
            reason = str(UnknownName("time zone", self.time_zone, available_timezones()))
            message = f"time_zone: {reason}"
            raise ValueError(message)
        return self

    def _has_units(self) -> None:
        for name, column in self.columns.items():
            known = quantities().get(column.quantity or "")
            if known and known.kind == "number" and column.unit is None and not self.units_below:
                message = f"columns.{name}: {column.quantity} needs a unit, such as {known.unit}"
                raise ValueError(message)
        units = [column.unit for column in self.columns.values()]
        clocks = [each.unit for each in self.columns.values() if each.quantity is None]
        if units.count(DATE) > 1:
            message = "columns: one column is the date"
            raise ValueError(message)
        if clocks.count(TIME_OF_DAY) > units.count(DATE):
            message = f"columns: a {TIME_OF_DAY} belongs to a date, or is test_time_second"
            raise ValueError(message)
        if self.units_below and not self.header:
            message = "units_below: there is no header above them"
            raise ValueError(message)

    @property
    def bare_farad(self) -> float | None:
        """Return the capacitance of the geometry without the specimen, F, None if undeclared."""
        if self.area_cm2 is None or self.thickness_um is None:
            return None
        return vacuum_farad(self.area_cm2, self.thickness_um)

    @property
    def begin(self) -> datetime | None:
        """Return the start of the test, with its zone where it is declared."""
        if self.started_at is None or self.time_zone is None or self.started_at.tzinfo:
            return self.started_at
        return self.started_at.replace(tzinfo=ZoneInfo(self.time_zone))


def is_sidecar(path: Path) -> bool:
    """Return whether a file is a sidecar rather than an export."""
    return path.name == _FOLDER_WIDE or path.name.endswith(_SUFFIX)


def beside(path: Path) -> tuple[str, ...]:
    """Return the names of the sidecars that may speak for an export in its folder."""
    return path.name + _SUFFIX, _FOLDER_WIDE


def sidecar_of(path: Path) -> Path | None:
    """Return the sidecar that speaks for an export: its own, else that of its folder."""
    own = path.with_name(path.name + _SUFFIX)
    if own.is_file():
        return own
    folder_wide = path.with_name(_FOLDER_WIDE)
    return folder_wide if folder_wide.is_file() and _names(folder_wide, path.name) else None


def _names(sidecar: Path, name: str) -> bool:
    """Return whether a folder's sidecar speaks for a file.

    One that cannot be parsed speaks for all of them, so that none is read against somebody's word.
    """
    try:
        patterns = _declared(sidecar)["files"]
        return any(fnmatchcase(name, pattern) for pattern in patterns)
    except (*_NO_YAML, TypeError, KeyError):
        return True


def _declared(sidecar: Path) -> Any:  # noqa: ANN401 # YAML holds anything
    """Return what a sidecar says, whatever it is.

    Raises:
        _NO_YAML: when it is none.
    """
    return yaml.load(bounded(sidecar, _MOST_BYTES), Loader=LOADER)  # noqa: S506 # it is a safe one


def load(sidecar: Path, origin: Path, reader: str) -> Sidecar:
    """Read and check a sidecar.

    Raises:
        UnreadableExport: naming the sidecar, the key, and what is legal there.
    """
    try:
        declared = _declared(sidecar)
    except _NO_YAML as fault:
        reason = f"no YAML: {' '.join(str(fault).split())}"
        raise UnreadableExport(origin, reader, sidecar.name, reason) from fault
    try:
        found = Sidecar.model_validate(declared)
    except ValidationError as fault:
        first = fault.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        reason = first["msg"].removeprefix("Value error, ")
        if first["type"] == "extra_forbidden":
            model = DeclaredColumn if len(first["loc"]) > 1 else Sidecar
            reason = f"no such key; keys: {', '.join(model.model_fields)}"
        elif first["type"] in {"model_type", "dict_type", "mapping_type"}:
            reason = f"{first['msg']}; keys: {', '.join(Sidecar.model_fields)}"
        place = f"{sidecar.name}: {key}" if key else sidecar.name
        raise UnreadableExport(origin, reader, place, reason) from fault
    if sidecar.name == _FOLDER_WIDE and not found.files:
        reason = "a sidecar for a folder names its files, e.g. files: ['*.csv']"
        raise UnreadableExport(origin, reader, f"{sidecar.name}: files", reason)
    return found
