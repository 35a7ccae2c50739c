"""What a Neware .ndax says its steps were to be, Step.xml: set points and what ends a step.

Currents are in mA, voltages in 0.1 mV, times in ms; a loop states how often its steps run in all.
Conditions written for one step only (Cnd1 …), records and protections stay in the raw file.
"""

import re
import zipfile
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from defusedxml import ElementTree

from ingest.parse.neware_auxiliary import document
from ingest.reading import Finding, ProgramStep

_MEMBER: Final = "Step.xml"
_MODES: Final = {
    **dict.fromkeys((1, 7, 9, 11, 18, 27, 29), "charge"),
    **dict.fromkeys((2, 8, 10, 20, 26, 28), "discharge"),
    **dict.fromkeys((3, 19), "hold"),
    **dict.fromkeys((4, 13, 22), "rest"),
    5: "loop",
}
"""By the number of a step's type; others are ``other``."""
_END: Final = 6
_FORMER: Final = re.compile(r"Step\d+\.xml")


def program(
    members: zipfile.ZipFile, labels: Mapping[int, str]
) -> tuple[tuple[ProgramStep, ...], tuple[Finding, ...]]:
    """Return the steps that were programmed, none where nothing states them.

    Args:
        members: of the .ndax.
        labels: what the instrument calls a type of step.
    """
    try:
        config = document(members, _MEMBER).find("config")
    except (KeyError, ElementTree.ParseError):
        return (), ()  # reported where its other facts are read
    steps = [] if config is None else config.findall("Step_Info/*")
    scale = None if config is None else config.find("Head_Info/Scale")
    if scale is not None and scale.get("Value") != "1":
        detail = f"its currents are in a scale nobody has described, {scale.get('Value')}"
        return (), (Finding("program_left_out", detail, _MEMBER),)
    try:
        kinds = [int(step.get("Step_Type")) for step in steps]
        found = tuple(
            _step(step, kind, labels)
            for step, kind in zip(steps, kinds, strict=True)
            if kind != _END
        )
    except (TypeError, ValueError, InvalidOperation):
        detail = "one of its steps has a value that is no number"
        return (), (Finding("program_left_out", detail, _MEMBER),)
    former = [name for name in members.namelist() if _FORMER.fullmatch(name)]
    if not former:
        return found, ()
    detail = f"it was changed while it ran ({', '.join(former)}); this is what it was at the end"
    return found, (Finding("program_changed", detail, _MEMBER),)


def _step(step: Any, kind: int, labels: Mapping[int, str]) -> ProgramStep:  # noqa: ANN401 # an element
    mode = _MODES.get(kind, "other")
    stop_volt = _number(step, "Main/Stop_Volt", 4)
    return ProgramStep(
        mode=mode,
        label=labels.get(kind),
        current_ampere=_number(step, "Main/Curr", 3),
        voltage_volt=_number(step, "Main/Volt", 4),
        upper_voltage_volt=stop_volt if mode == "charge" else None,
        lower_voltage_volt=stop_volt if mode == "discharge" else None,
        duration_second=_number(step, "Main/Time", 3),
        stop_current_ampere=_number(step, "Main/Stop_Curr", 3),
        repeat_count=_count(step, "Other/Cycle_Count"),
        repeat_from=_count(step, "Other/Start_Step"),
    )


def _number(step: Any, path: str, digits: int) -> float | None:  # noqa: ANN401 # an element
    found = step.find(f"Limit/{path}")
    return None if found is None else float(Decimal(found.get("Value")).scaleb(-digits))


def _count(step: Any, path: str) -> int | None:  # noqa: ANN401 # an element
    found = step.find(f"Limit/{path}")
    return None if found is None else int(found.get("Value"))
