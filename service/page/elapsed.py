"""Where the cycles of a cell stand: by their number, in time, or by the charge that passed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np

from service.page.cycles import CellCycles, Floats
from service.page.unit import of_time, prefixed, quantity


def along_the_axis(
    found: Mapping[str, Any], every: CellCycles, along: str
) -> tuple[Floats, str] | str:
    """Return where cycles stand along the axis and its label, or why they have no place."""
    if along == "cycle":
        return every.number, "Cycle"
    tests = {each["id"]: each for each in found["tests"]}
    of_tests = [each["cycles"] for each in found["tests"] if each["cycles"]]
    answer: dict[str, list[Any]] = {}
    for cycles in of_tests:
        for name, values in cycles.items():
            answer.setdefault(name, []).extend(values)
    if along == "throughput":
        gross = every.numbers(answer, "grossChargeAh") + every.numbers(answer, "grossDischargeAh")
        passed = np.cumsum(gross)  # where one is unknown, all after it are
        factor, unit = prefixed(passed, "A·h")
        return passed * factor, quantity("Charge passed either way", unit)
    start, duration = (
        every.numbers(answer, name) for name in ("startTimeSecond", "durationSecond")
    )
    clock = _clock(tests, dict.fromkeys(every.test))
    if isinstance(clock, str):
        return clock
    second = start + duration + np.array([clock[each] for each in every.test])
    factor, unit = of_time(second / 3600)
    words = "Time of the test" if len(clock) == 1 else "Time since the first test"
    return second / 3600 * factor, quantity(words, unit)


def _clock(
    tests: Mapping[str, Mapping[str, Any]], used: Mapping[str, Any]
) -> dict[str, float] | str:
    """Return at what second each test began, by the clocks of the instruments."""
    if len(used) == 1:
        return dict.fromkeys(used, 0.0)
    unknown = [tests[each]["name"] for each in used if not tests[each]["startedAt"]]
    if unknown:
        return (
            f"{len(unknown)} of its {len(used)} tests with cycles do not state when they began "
            f"({', '.join(unknown[:3])}): their cycles have no place in time."
        )
    if len({tests[each]["timeZone"] for each in used}) > 1:
        return "When its tests began is by clocks of different time zones: their order is not sure."
    began = {each: datetime.fromisoformat(tests[each]["startedAt"]) for each in used}
    first = min(began.values())
    return {each: (moment - first).total_seconds() for each, moment in began.items()}
