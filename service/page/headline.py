"""What is known of a cell in one line: each number with its error, its status and its metric."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from service.page.number import ABSENT, entered, interval, number
from service.page.status import Value, valued

_LEVELS: Final = 2
"""Levels of current of which the time to failure is shown in the line."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A name, its value, and the metric it is of; empty for what was entered."""

    name: str
    value: Value | str
    metric: str = ""


def facts(cell: Mapping[str, Any], entry: str) -> list[Fact]:
    """Return what is known of a cell; ``entry`` is where a missing fact is entered."""
    listed: list[Fact] = []
    if cell["configuration"]:
        listed.append(Fact("Configuration", cell["configuration"]))
    if cell["symmetric"] is None:
        missing = "whether both electrodes are the same is not stated"
        listed.append(Fact("Kind", Value("", "", "not_computable", missing, f"{entry}#symmetric")))
    area = _entered(
        cell["areaCm2"], cell["areaErrorCm2"], "cm²", "area not stated", f"{entry}#area"
    )
    listed.append(Fact("Area", area))
    if cell["symmetric"]:
        return listed + _endured(cell)
    mass = cell["activeMassGram"]
    milligram = None if mass is None else mass * 1000
    basis = f"mg {cell['massBasis']}" if cell["massBasis"] else "mg"
    listed.append(
        Fact("Active mass", _entered(milligram, None, basis, "mass not stated", f"{entry}#mass"))
    )
    return listed + _cycled(cell)


def traces(cell: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return where the numbers of the line come from."""
    names = (
        ("failureEvent", "timeToFailure", "criticalCurrentDensity")
        if cell["symmetric"]
        else ("cycleLife", "capacityRetention", "fadeRate")
    )
    return [cell[each]["trace"] for each in names if cell[each]]


def _entered(
    value: float | None, error: float | None, unit: str, missing: str, entry: str
) -> Value:
    if value is None:
        return Value("", "", "not_computable", missing, entry)
    return valued(value, error=error, unit=unit) if error else Value(entered(value), unit)


def _cycled(cell: Mapping[str, Any]) -> list[Fact]:
    return [
        Fact("Cycle life to 80 %", cycle_life(rows(cell["cycleLife"])), "cycle_life"),
        _retention(rows(cell["capacityRetention"])),
        Fact("Fade", fade(rows(cell["fadeRate"])), "fade_rate"),
    ]


def cycle_life(lives: Sequence[Mapping[str, Any]]) -> Value:
    """Return the life of the main kind of cycle, with what its errors let it be."""
    if not lives:
        return Value("", "", "not_computable", "no cycle is known")
    life = lives[0]  # every test of a cell has the same
    reason, value = life["reason"] or "", life["cycleLife"]
    if value is None:
        return Value(ABSENT, "", life["status"] or "not_computable", reason)
    if life["status"] == "censored":
        return Value(entered(value), "cycles", "censored", reason)
    if life["censored"]:  # of low quality besides
        return Value(f"≥ {entered(value)}", "cycles", life["status"], reason)
    text = interval(value, life["cycleLifeLow"], life["cycleLifeHigh"], "by the errors")
    return Value(text, "cycles", life["status"], reason)


def _retention(retained: Sequence[Mapping[str, Any]]) -> Fact:
    """Return the retention of the last cycle of the main kind that can be compared."""
    comparable = [
        each
        for each in retained
        if each["kindRole"] == "main"
        and each["status"] in {"ok", "low_quality"}
        and each["capacityRetention"] is not None
    ]
    if not comparable:
        reason = next((each["reason"] for each in retained if each["reason"]), "no cycle is known")
        return Fact("Retention", Value("", "", "not_computable", reason), "capacity_retention")
    last = max(comparable, key=lambda each: each["cellCycleCount"] or 0)
    value = valued(
        last["capacityRetention"],
        error=last["capacityRetentionError"],
        unit="%",
        status=last["status"],
        reason=last["reason"],
        factor=100,
    )
    return Fact(f"Retention at cycle {last['cellCycleCount']}", value, "capacity_retention")


def fade(fades: Sequence[Mapping[str, Any]]) -> Value:
    """Return the fade of the main kind of cycle."""
    if not fades:
        return Value("", "", "not_computable", "no cycle is known")
    row = fades[0]
    return valued(
        row["fadePercentPerCycle"],
        low=row["fadeLowPercentPerCycle"],
        high=row["fadeHighPercentPerCycle"],
        level="95 %",
        unit="% a cycle",
        status=row["status"],
        reason=row["reason"],
    )


def _endured(cell: Mapping[str, Any]) -> list[Fact]:
    events, times = rows(cell["failureEvent"]), rows(cell["timeToFailure"])
    listed = [Fact("Failure", _event(events[0]), "failure_event")] if events else []
    failed = [each for each in times if each["failed"]] or times
    if not failed:
        missing = "no half-cycle of constant current is known"
        nothing = Value("", "", "not_computable", missing)
        return [*listed, Fact("Time to failure", nothing, "time_to_failure")]
    if len(failed) > _LEVELS:
        words = f"at {len(times)} levels of current, see life"
        listed.append(Fact("Time to failure", words, "time_to_failure"))
    else:
        listed += [Fact(_at_level(each), endured(each), "time_to_failure") for each in failed]
    critical = rows(cell["criticalCurrentDensity"])
    if critical:
        name = "Critical current density"
        listed.append(Fact(name, critical_current(critical[0]), "critical_current_density"))
    return listed


def _at_level(row: Mapping[str, Any]) -> str:
    density = row["currentDensityMaPerCm2"]
    return "Time to failure" + ("" if density is None else f" at {entered(density)} mA/cm²")


def _event(event: Mapping[str, Any]) -> Value:
    cause = event["cause"].replace("_", " ")
    text = f"{cause} at {number(event['failureHour'])}"
    return Value(text, "h", event["status"], event["reason"] or "")


def endured(row: Mapping[str, Any]) -> Value:
    """Return the time to failure at a level: with its interval, or alive at the end."""
    reason = row["reason"] or ""
    if row["timeHour"] is None:
        return Value("", "", row["status"] or "not_computable", reason)
    if row["censoring"] == "interval":
        span = f"between {number(row['unfailedHour'])} and {number(row['failedByHour'])}"
        return Value(span, "h", "ok", reason)
    if row["status"] == "censored":
        return Value(number(row["timeHour"]), "h", "censored", "last seen alive")
    return Value(number(row["timeHour"]), "h", row["status"], reason)


def critical_current(row: Mapping[str, Any]) -> Value:
    """Return the interval that a critical current density lies in."""
    borne, failing = row["lastBorneMaPerCm2"], row["firstFailingMaPerCm2"]
    if row["status"] == "censored" and borne is not None:
        return Value(entered(borne), "mA/cm²", "censored", row["reason"] or "nothing failed")
    if failing is None and borne is None:
        return Value("", "", row["status"] or "not_computable", row["reason"] or "")
    low = "0" if borne is None else entered(borne)
    high = "∞" if failing is None else entered(failing)
    return Value(f"from {low} to below {high}", "mA/cm²", row["status"], row["reason"] or "")


def rows(answer: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Return the rows of a metric's answer, without where it comes from."""
    if not answer:
        return []
    columns = {name: list(values) for name, values in answer.items() if name != "trace"}
    return [
        {name: _plain(value) for name, value in zip(columns, row, strict=True)}
        for row in zip(*columns.values(), strict=True)
    ]


def _plain(value: Any) -> Any:  # noqa: ANN401 # as the answer has it
    """Return a number as Python has it, None for what is none."""
    item = value.item() if hasattr(value, "item") else value
    return None if isinstance(item, float) and item != item else item  # noqa: PLR0124 # no number
