"""The tests of a cell, in time where they state when they began."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from starlette.requests import Request

from service.page.address import Address
from service.page.ask import ask
from service.page.figures.timeline import Run, timeline
from service.page.section import Content, Section

_MANY: Final = 8
"""Tests from which the table is folded."""


async def _show(request: Request, cell: int, address: Address) -> Content:
    asked = await ask(request, "cell_tests", id=cell)
    if fault := asked.fault("cell", "tests"):
        return Content(asked.query, fault=fault)
    tests = asked.data["cell"]["tests"]
    if not tests:
        mend = ("Say which test is of it", "/tests")
        return Content(asked.query, empty="No test was run on it yet.", mend=mend)
    begun = [each for each in tests if each["startedAt"]]
    apart = [each for each in tests if not each["startedAt"]]
    runs = [_run(each) for each in begun]
    drawings = [timeline(runs, width=address["width"] or "wide")] if runs else []
    context = {"tests": tests, "apart": apart, "folded": bool(begun) and len(tests) > _MANY}
    return Content(asked.query, drawings, context)


def _run(test: Mapping[str, Any]) -> Run:
    second = test["durationSecond"]
    return Run(
        test["name"],
        test["technique"] or test["techniqueLabel"] or "technique not stated",
        datetime.fromisoformat(test["startedAt"]),
        float("nan") if second is None else second / 3600,
        test["timeZone"],
        len(test["findings"]),
    )


SECTION: Final = Section(
    "tests", "Tests", _show, "section/cell_tests.html", eager=True, width="whole"
)
