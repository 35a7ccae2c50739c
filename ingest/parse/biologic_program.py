"""What a header of EC-Lab says the sequences of a GCPL were to be.

A row a parameter, a column of twenty characters a sequence (Ns). A sequence is a current until a
time (``t1``) or a voltage (``EM``), a hold there (``tM``, ``Im``), a rest (``tR``), and the way
back to sequence Ns' another ``nc cycles`` times. The current is ``Is``, or the battery's capacity
in N hours (``C / N``, ``C x N``); ``Is`` then holds what was entered before. Limits of charge stay
in the raw file.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from ingest.parse.unit import unit_in
from ingest.reading import ProgramStep

_WIDTH: Final = 20
_CLOCK: Final = re.compile(r"(\d+):(\d+):(\d+(?:\.\d*)?)")
_ITSELF: Final = frozenset({"", "<None>"})
"""What a current is relative to where it is one of its own."""
_MODES: Final = {1: "charge", -1: "discharge", 0: "rest"}
"""By the sign of the current."""
_RATES: Final = ("C / N", "C x N")
_CAPACITY: Final = re.compile(r"Battery capacity : ([0-9.,]+) (\S+)\s*")


def program(header: Sequence[str]) -> tuple[ProgramStep, ...]:
    """Return the steps of a GCPL in their order, none where the header has no such table."""
    steps: list[ProgramStep] = []
    begins: list[int] = []
    capacity_ah = _capacity_ah(header)
    for sequence in _sequences(header):
        begins.append(len(steps) + 1)
        steps += _steps(sequence, _ampere_of(sequence, capacity_ah))
        again, back = (_number(sequence, name) for name in ("nc cycles", "goto Ns'"))
        if again and back is not None and back < len(begins):
            first = begins[int(back)]
            steps.append(ProgramStep("loop", repeat_count=int(again) + 1, repeat_from=first))
    return tuple(steps)


def _sequences(header: Sequence[str]) -> list[dict[str, str]]:
    """Return each sequence: its parameters by name."""
    begin = next((place for place, line in enumerate(header) if line.startswith("Ns  ")), None)
    if begin is None:
        return []
    found: list[dict[str, str]] = [{} for _ in header[begin][_WIDTH:].split()]
    for line in header[begin:]:
        name = line[:_WIDTH].strip()
        if not name:
            break
        for place, sequence in enumerate(found, start=1):
            sequence[name] = line[_WIDTH * place : _WIDTH * (place + 1)].strip().replace(",", ".")
    return [sequence for sequence in found if {"Ns", "Is", "unit Is", "EM (V)"} <= sequence.keys()]


def _capacity_ah(header: Sequence[str]) -> float | None:
    found = next(filter(None, map(_CAPACITY.fullmatch, header)), None)
    unit = found and unit_in(found[2], "A·h")
    return float(found[1].replace(",", ".")) * unit.scale if found and unit else None


def _ampere_of(sequence: dict[str, str], capacity_ah: float | None) -> float | None:
    """Return the current that was set, None where it is relative to another, or of nothing."""
    way = sequence.get("Set I/C", "I")
    if way == "I":
        return _ampere(sequence, "Is") if sequence.get("vs.", "") in _ITSELF else None
    rate = _number(sequence, "N")
    if way not in _RATES or not rate or not capacity_ah:
        return None
    sign = -1.0 if sequence.get("I sign", "").startswith("<") else 1.0
    return sign * (capacity_ah / rate if way == "C / N" else capacity_ah * rate)


def _steps(sequence: dict[str, str], ampere: float | None) -> Iterator[ProgramStep]:
    label, limit = f"Ns {sequence['Ns']}", _number(sequence, "EM (V)")
    if lasts := _second(sequence, "t1 (h:m:s)"):
        mode = "other" if ampere is None else _MODES[(ampere > 0.0) - (ampere < 0.0)]
        yield ProgramStep(
            mode,
            label,
            current_ampere=abs(ampere) if ampere else None,
            upper_voltage_volt=limit if mode == "charge" else None,
            lower_voltage_volt=limit if mode == "discharge" else None,
            duration_second=lasts,
        )
    if lasts := _second(sequence, "tM (h:m:s)"):
        stop = _ampere(sequence, "Im")
        yield ProgramStep(
            *("hold", label),
            voltage_volt=limit,
            duration_second=lasts,
            stop_current_ampere=abs(stop) if stop else None,
        )
    if lasts := _second(sequence, "tR (h:m:s)"):
        yield ProgramStep("rest", label, duration_second=lasts)


def _number(sequence: dict[str, str], name: str) -> float | None:
    try:
        return float(sequence.get(name, ""))
    except ValueError:
        return None  # EC-Lab writes pass where nothing is set


def _ampere(sequence: dict[str, str], name: str) -> float | None:
    number, unit = _number(sequence, name), unit_in(sequence.get(f"unit {name}", ""), "A")
    return None if number is None or unit is None else round(number * unit.scale, 15)


def _second(sequence: dict[str, str], name: str) -> float | None:
    found = _CLOCK.fullmatch(sequence.get(name, ""))
    return found and 3600.0 * int(found[1]) + 60.0 * int(found[2]) + float(found[3])
