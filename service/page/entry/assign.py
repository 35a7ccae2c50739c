"""A test is said to have run on a cell or a material, which is found by its name."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.page.ask import ask
from service.page.entry.form import Fault, Form
from service.page.entry.ran import test_named
from service.page.entry.save import save
from service.page.render import page as rendered
from service.page.sent import sent

_NAMES: Final = ["q", "on"]
_KINDS: Final = ("cell", "material")


async def page(request: Request) -> Response:
    """Answer with what a test may have run on, or say on what it ran."""
    test = await test_named(request, request.path_params["test"])
    given = await sent(request, lambda name: name in _NAMES, _NAMES)
    form, status = Form((), given), 200
    if request.method == "POST":
        form, place = await _assigned(request, form, test or {})
        if place:
            return RedirectResponse(place, 303)
        status = 422
    text = form.text("q").strip()
    found = await ask(request, "entry_search", text=text)
    return rendered(request, "entry/assign.html", status, form=form, test=test, found=found.data)


async def _assigned(request: Request, form: Form, test: Mapping[str, Any]) -> tuple[Form, str]:
    """Return the form, and where what the test ran on is seen, empty where it was declined."""
    on = form.text("on")
    if on == "nothing":
        form, done = await save(request, form, "unassign_test", test=test["id"])
        return form, f"/tests/{test['id']}" if done else ""
    kind, _, identity = on.partition("-")
    if kind not in _KINDS or not identity:
        return form.but({"": Fault("Choose the cell or the material that it ran on.")}), ""
    form, done = await save(request, form, "assign_test", test=test["id"], **{kind: identity})
    return form, f"/{kind}s/{done[kind]['id']}" if done else ""
