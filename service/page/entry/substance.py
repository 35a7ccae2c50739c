"""A substance is entered, or changed: its formula, and what is known of it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.page.answer import NotThere
from service.page.ask import ask
from service.page.entry.field import Field, amount, words
from service.page.entry.form import Form, filled
from service.page.entry.save import save
from service.page.render import page as rendered
from service.page.sent import sent

FIELDS: Final[Sequence[Field]] = (
    words("name", "Name", hint="short, as configurations have it: LATP", needed=True),
    words("title", "Full name"),
    words("formula", "Formula", hint="as Li1.3Al0.3Ti1.7(PO4)3; the molar mass follows from it"),
    amount(
        "molar_mass",
        "Molar mass",
        "molarMassGramPerMole",
        "g/mol",
        hint="where it is not to follow from the formula, as 391.3 g/mol",
    ),
    amount("electrons", "Electrons", "electrons", "1", hint="exchanged per formula unit, as 1"),
    words("role", "Usual role", hint="as electrolyte, interlayer, active material, metal"),
    words("note", "Note", lines=3),
)
_BESIDE: Final = ("opened",)


async def new(request: Request) -> Response:
    """Answer with the form of a new substance, or enter it."""
    return await _answer(request, None, 0, 0)


async def edit(request: Request) -> Response:
    """Answer with the form of a substance as it stands, or change it."""
    asked = await ask(request, "entry_substance", id=request.path_params["substance"])
    found = asked.data.get("substance")
    if found is None:
        raise NotThere("substance")
    materials, cells = (asked.data[each]["totalCount"] for each in ("materials", "cells"))
    return await _answer(request, found, materials, cells)


async def _answer(
    request: Request, substance: Mapping[str, Any] | None, materials: int, cells: int
) -> Response:
    names = [each.name for each in FIELDS]
    given = await sent(request, lambda name: name in {*names, *_BESIDE}, names)
    before = None
    if substance is not None:
        before = {each.name: each.text_of(substance) for each in FIELDS}
    form = Form(FIELDS, filled(given, before), before)
    status = 200
    if request.method == "POST":
        form, entered = await _saved(request, form, substance)
        if entered:
            return RedirectResponse(f"/substances/{entered['id']}", 303)
        status = 422
    return rendered(
        request,
        "entry/substance.html",
        status,
        form=form,
        substance=substance,
        materials=materials,
        cells=cells,
    )


async def _saved(
    request: Request, form: Form, substance: Mapping[str, Any] | None
) -> tuple[Form, Any]:
    form = form.checked().overtaken()
    if form.faults:
        return form, None
    if substance is not None:
        return await save(request, form, "update_substance", id=substance["id"], input=form.said())
    return await save(request, form, "create_substance", input=form.said())
