"""A series of sweeps: which there are, by temperature and age, and what was made of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np

from service.page.address import Address
from service.page.ask import Asked
from service.page.number import entered
from service.page.sections.sweep_column import judged, temperature
from service.page.status import Value, valued
from service.page.table import Column, Table
from service.page.unit import prefixed, quantity

Answer = Mapping[str, Any]
Key = tuple[str, int]
_OBJECTS: Final = (
    *("bulk", "grain_boundary", "interface", "electrolyte", "whole"),
    *("diffusion", "pore"),
)
"""In this order, where a series has them."""
MOST_PICKED: Final = 12
_SAME_KELVIN: Final = 1.0


@dataclass(frozen=True, slots=True)
class Sweep:
    """A sweep of a series, with what metrics say of it."""

    spectrum: Answer
    hour: float | None
    hour_doubt: str | None
    validity: Answer | None
    resistances: Mapping[str, Answer] = field(default_factory=dict)

    @property
    def id(self) -> int:
        """Return its id."""
        return int(self.spectrum["id"])

    @property
    def celsius(self) -> float | None:
        """Return its temperature."""
        celsius: float | None = self.spectrum["temperatureCelsius"]
        return celsius

    @property
    def start(self) -> str:
        """Return when it was taken, as the instrument wrote it."""
        return moment(self.spectrum["test"]["startedAt"], self.spectrum["startTimeSecond"])

    @property
    def name(self) -> str:
        """Return its temperature and age in words."""
        words = [f"{entered(round(self.celsius, 1))} °C"] if self.celsius is not None else []
        words += [f"{entered(round(self.hour, 1))} h"] if self.hour is not None else []
        return ", ".join(words) or f"sweep {self.id}"


def moment(started: str | None, second: float | None) -> str:
    """Return when something began so long after a test did, empty where that states no clock."""
    if started is None:
        return ""
    at = datetime.fromisoformat(started) + timedelta(seconds=second or 0.0)
    return at.strftime("%Y-%m-%d %H:%M")


def sweeps_of(asked: Asked, address: Address) -> list[Sweep]:
    """Return the sweeps that an address asks for, in the order it asks for."""
    data = asked.data
    validity = {_key(row): row for row in _rows(data["impedanceValidity"])}
    hours = {_key(row): row for row in _rows(data["cyclingTime"])}
    ohms: dict[Key, dict[str, Answer]] = {}
    for row in _rows(data["fittedResistance"]):
        ohms.setdefault(_key(row), {})[row["object"]] = row
    found = []
    for node in data["spectra"]["nodes"]:
        key = str(node["testId"]), int(node["spectrumCount"])
        hour = hours.get(key)
        found.append(
            Sweep(
                node,
                hour["cyclingTimeHour"] if hour else None,
                hour["reason"] if hour else None,
                validity.get(key),
                ohms.get(key, {}),
            )
        )
    return sorted((each for each in found if _wanted(each, address)), key=_order(address))


def picked(sweeps: Sequence[Sweep], address: Address) -> list[Sweep]:
    """Return the sweeps to be drawn: the picked, else one age by temperature or the other way."""
    if address["pick"]:
        return [each for each in sweeps if each.id in address["pick"]][:MOST_PICKED]
    if address["by"] == "temperature":
        first = min((each.hour for each in sweeps if each.hour is not None), default=None)
        return [each for each in sweeps if each.hour == first][:MOST_PICKED]
    coldest = min((each.celsius for each in sweeps if each.celsius is not None), default=None)
    return [each for each in sweeps if _close(each.celsius, coldest)][:MOST_PICKED]


def as_table(sweeps: Sequence[Sweep], factor: float, unit: str) -> Table:
    """Return the sweeps as a table, resistances times ``factor`` in ``unit``."""
    things = [each for each in _OBJECTS if _is_known(sweeps, each)]
    verdicts = [(each.validity or {}).get("kramersKronigVerdict") for each in sweeps]
    circuits = [(each.validity or {}).get("circuit") for each in sweeps]
    hours = [each.hour for each in sweeps]
    lowest = [each.spectrum["lowestFrequencyHertz"] for each in sweeps]
    highest = [each.spectrum["highestFrequencyHertz"] for each in sweeps]
    starts = [each.start for each in sweeps]
    return Table(
        (
            Column("sweep", "", [each.id for each in sweeps]),
            Column("test_id", "", [each.spectrum["testId"] for each in sweeps]),
            Column("test", "", [each.spectrum["test"]["name"] for each in sweeps]),
            Column("start", "Start", starts, starts, numeric=False),
            temperature([each.celsius for each in sweeps]),
            Column(
                "cycling_time_hour",
                "Cycled / h",
                hours,
                ["–" if each is None else entered(round(each, 1)) for each in hours]
                if any(each is not None for each in hours)
                else None,
            ),
            Column("lowest_frequency_hertz", "", lowest),
            Column("highest_frequency_hertz", "", highest),
            *judged(verdicts, circuits),
            *(column for thing in things for column in _resistance(sweeps, thing, factor, unit)),
        )
    )


def _is_known(sweeps: Sequence[Sweep], thing: str) -> bool:
    """Return whether any sweep has a resistance of an object."""
    rows = (each.resistances.get(thing) for each in sweeps)
    return any(row is not None and row["resistanceOhm"] is not None for row in rows)


def _resistance(sweeps: Sequence[Sweep], thing: str, factor: float, unit: str) -> list[Column]:
    rows = [each.resistances.get(thing) for each in sweeps]
    values = [row["resistanceOhm"] if row else None for row in rows]
    scale, prefix = prefixed([(each or 0) * factor for each in values], unit)
    shown = [
        valued(
            row["resistanceOhm"],
            error=row["resistanceErrorOhm"],
            status=row["status"],
            reason=(row["reason"] or "").replace("_", " "),
            factor=factor * scale,
        )
        if row
        else Value("", "", "not_computable", "")
        for row in rows
    ]
    plain = "ohm" if unit == "Ω" else "ohm_cm2"
    head = quantity(f"R of {'all' if thing == 'whole' else thing.replace('_', ' ')}", prefix)

    def scaled(name: str) -> list[Any]:
        numbers = [row[name] if row else None for row in rows]
        return [None if each is None else each * factor for each in numbers]

    return [
        Column(f"{thing}_{plain}", head, scaled("resistanceOhm"), shown),
        Column(f"{thing}_error_{plain}", "", scaled("resistanceErrorOhm")),
        Column(f"{thing}_status", "", [row["status"] if row else None for row in rows]),
        Column(f"{thing}_reason", "", [row["reason"] if row else None for row in rows]),
    ]


def _wanted(sweep: Sweep, address: Address) -> bool:
    if (celsius := address["temperature"]) is not None and not _close(sweep.celsius, celsius):
        return False
    low, high = address["from"], address["to"]
    if low is None and high is None:
        return True
    if sweep.hour is None:
        return False
    return (low is None or sweep.hour >= low) and (high is None or sweep.hour <= high)


def _close(celsius: float | None, other: float | None) -> bool:
    if celsius is None or other is None:
        return celsius is other
    return abs(celsius - other) < _SAME_KELVIN


def _order(address: Address) -> Any:  # noqa: ANN401 # a key to sort by
    def last(value: float | None) -> float:
        return np.inf if value is None else value

    if address["by"] == "age":
        return lambda each: (last(each.hour), last(each.celsius), each.id)
    return lambda each: (last(each.celsius), last(each.hour), each.id)


def _rows(answer: Any) -> list[dict[str, Any]]:  # noqa: ANN401 # a metric's columns
    if not answer:
        return []
    names = list(answer)
    columns = [
        each.tolist() if isinstance(each, np.ndarray) else list(each) for each in answer.values()
    ]
    rows = zip(*columns, strict=True)
    return [dict(zip(names, map(_known, row), strict=True)) for row in rows]


def _known(value: Any) -> Any:  # noqa: ANN401 # of any column
    return None if isinstance(value, float) and not np.isfinite(value) else value


def _key(row: Answer) -> Key:
    return str(row["testId"]), int(row["spectrumCount"])
