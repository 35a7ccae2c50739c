"""A substance is entered."""

from collections.abc import Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.page.entry.field import Field, amount, words
from service.page.entry.form import Form
from service.page.entry.save import save
from service.page.render import page as rendered
from service.page.sent import sent

FIELDS: Final[Sequence[Field]] = (
    words("name", "Name", hint="short, as configurations have it: LATP", needed=True),
    words("title", "Full name"),
    words("formula", "Formula", hint="as Li1.3Al0.3Ti1.7(PO4)3; it tells the molar mass"),
    amount(
        "molar_mass",
        "Molar mass",
        "molarMassGramPerMole",
        "g/mol",
        hint="where the formula is not to tell it, as 391.3 g/mol",
    ),
    amount("electrons", "Electrons", "electrons", "1", hint="exchanged per formula unit, as 1"),
    words("role", "Usual role", hint="as electrolyte, interlayer, active material, metal"),
    words("note", "Note", lines=3),
)


async def new(request: Request) -> Response:
    """Answer with the form of a new substance, or enter it."""
    names = [each.name for each in FIELDS]
    given = await sent(request, lambda name: name in names, names)
    form = Form(FIELDS, given)
    status = 200
    if request.method == "POST":
        form, entered = form.checked(), None
        if not form.faults:
            form, entered = await save(request, form, "create_substance", input=form.said())
        if entered:
            return RedirectResponse(f"/substances/{entered['id']}", 303)
        status = 422
    return rendered(request, "entry/substance.html", status, form=form)
