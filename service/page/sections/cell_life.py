"""How long a cell lived: which event ended it, where, and by what rule."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request

from service.page.address import Address
from service.page.ask import ask
from service.page.headline import cycle_life, endured, fade, rows
from service.page.number import entered, number
from service.page.section import Content, Section
from service.page.status import Value, valued

_CYCLED: Final = ("cycleLife", "fadeRate")
_ENDURED: Final = ("failureEvent", "timeToFailure")


async def _show(request: Request, cell: int, _address: Address) -> Content:
    asked = await ask(request, "cell_life", id=cell)
    found = asked.data["cell"]
    names = _ENDURED if found["symmetric"] else _CYCLED
    for name in names:
        if fault := asked.fault("cell", name):
            return Content(asked.query, fault=fault)
    traces = [found[name]["trace"] for name in names if found[name]]
    context = _failures(found) if found["symmetric"] else _cycles(found)
    if not context:
        missing = "half-cycle of constant current" if found["symmetric"] else "cycle"
        return Content(asked.query, empty=f"No {missing} of this cell is known.")
    return Content(asked.query, context=context, traces=traces)


def _cycles(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the life and the fade of a cell that is cycled, each with its rule."""
    lives, fades = rows(found["cycleLife"]), rows(found["fadeRate"])
    if not lives:
        return {}
    life = lives[0]  # every test of a cell has the same
    arguments = found["cycleLife"]["trace"]["arguments"]
    percent = 100 * float(arguments["fraction"])
    reference = life["referenceCycles"] or ""
    several = "," in reference
    return {
        "life": cycle_life(lives),
        "rule": (
            f"The cycle at which the retention of its main kind of cycle ({life['kind']}) first "
            f"falls to {percent:g} % of {'the median of cycles' if several else 'cycle'} "
            f"{reference}, interpolated."
            if reference
            else ""
        ),
        "kind_life": entered(life["kindCycleLife"]) if life["kindCycleLife"] is not None else "",
        "last": valued(life["lastRetention"], factor=100, unit="%"),
        "counted": life["countedCycles"],
        "left_out": (life["leftOut"] or "").replace("_", " "),
        "fade": fade(fades) if fades else None,
        "fade_span": fades[0] if fades else None,
    }


def _failures(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the failure of a symmetric cell, by what rule, and its time at each level."""
    levels = rows(found["timeToFailure"])
    events = rows(found["failureEvent"])
    if not levels and not events:
        return {}
    arguments = found["failureEvent"]["trace"]["arguments"] if found["failureEvent"] else {}
    return {
        "events": [
            {
                **event,
                "cause": event["cause"].replace("_", " "),
                "hour": Value(
                    number(event["failureHour"]), "h", event["status"], event["reason"] or ""
                ),
                "rule": _rule(event, arguments),
            }
            for event in events
        ],
        "levels": [{**each, "time": endured(each)} for each in levels],
    }


def _rule(event: Mapping[str, Any], arguments: Mapping[str, Any]) -> str:
    """Return what was met, with the numbers it was compared with."""
    end, reference = event["endVolt"], event["referenceVolt"]
    against = "" if reference is None else f", the median before it was {number(reference)} V"
    at_end = "" if end is None else f" It was {number(end)} V{against}."
    limit, factor = arguments["limit_volt"], arguments["runaway_factor"]
    rules = {
        "runaway": f"The voltage reached {limit:g} V"
        + ("." if factor is None else f", or {factor:g} times what it was early."),
        "hard_short": f"The voltage at the end of the half-cycle fell below "
        f"{arguments['hard_short_ratio']:g} of the half-cycles before, or below that part of what "
        "the resistance of the cell cannot be below.",
        "soft_short": f"The voltage at the end of the half-cycle fell below "
        f"{arguments['soft_short_ratio']:g} of the median of the {arguments['reference_count']} "
        f"half-cycles before, and {arguments['persistent_count']} of the next "
        f"{arguments['persistent_window']} did too.",
        "erratic": "The voltage of the second half of the half-cycle varied by more than "
        f"{arguments['erratic_variation']:g} of its mean, and {arguments['persistent_count']} of "
        f"the next {arguments['persistent_window']} did too.",
    }
    return rules.get(event["cause"], "") + at_end


SECTION: Final = Section("life", "Life", _show, "section/cell_life.html")
