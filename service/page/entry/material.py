"""A material is entered, or changed: what it is and how large."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.page.answer import NotThere
from service.page.ask import ask
from service.page.entry.field import Field, amount, size, words
from service.page.entry.form import Form, filled
from service.page.entry.ran import test_named
from service.page.entry.save import save
from service.page.render import page as rendered
from service.page.sent import sent

FIELDS: Final[Sequence[Field]] = (
    words("name", "Name", hint="the label on the piece, as LATP-pellet-07", needed=True),
    words("kind", "Kind", hint="as pellet, coating, batch, electrode, foil"),
    words("substance", "Substance", names="substances"),
    words("batch", "Batch"),
    size(
        "thickness",
        "Thickness",
        ("thicknessUm", "thicknessErrorUm"),
        "µm",
        hint="as 1.00 ± 0.05 mm",
    ),
    size("area", "Area", ("areaCm2", "areaErrorCm2"), "cm²", hint="of a face, as 1.13 ± 0.02 cm²"),
    amount("mass", "Mass", "massGram", "g", "mg", hint="as 120 mg"),
    words("note", "Note", lines=3),
)
_BESIDE: Final = ("opened", "test")


def entered_at(material: int, column: str) -> str:
    """Return where a column of a material is entered: its very field."""
    field = next(each.name for each in FIELDS if column in each.columns)
    return f"/materials/{material}/edit#{field}"


async def new(request: Request) -> Response:
    """Answer with the form of a new material, or enter it."""
    return await _answer(request, None, 0, 0)


async def edit(request: Request) -> Response:
    """Answer with the form of a material as it stands, or change it."""
    asked = await ask(request, "entry_material", id=request.path_params["material"])
    found = asked.data.get("material")
    if found is None:
        raise NotThere("material")
    tests, cells = (asked.data[each]["totalCount"] for each in ("tests", "cells"))
    return await _answer(request, found, tests, cells)


async def _answer(
    request: Request, material: Mapping[str, Any] | None, tests: int, cells: int
) -> Response:
    names = [each.name for each in FIELDS]
    given = await sent(request, lambda name: name in {*names, *_BESIDE}, names)
    before = None
    if material is not None:
        flat = {**material, "substance": (material["substance"] or {}).get("name")}
        before = {each.name: each.text_of(flat) for each in FIELDS}
    form = Form(FIELDS, filled(given, before), before)
    test = await test_named(request, given.get("test", ""))
    status = 200
    if request.method == "POST":
        form, entered = await _saved(request, form, material, test)
        if entered:
            return RedirectResponse(f"/materials/{entered['id']}", 303)
        status = 422
    return rendered(
        request,
        "entry/material.html",
        status,
        form=form,
        material=material,
        test=test,
        tests=tests,
        cells=cells,
        names=(await ask(request, "entry_names")).data,
    )


async def _saved(
    request: Request,
    form: Form,
    material: Mapping[str, Any] | None,
    test: Mapping[str, Any] | None,
) -> tuple[Form, Any]:
    form = form.checked().overtaken()
    if form.faults:
        return form, None
    said = form.said()
    if material is not None:
        return await save(request, form, "update_material", id=material["id"], input=said)
    if test is not None:
        said["tests"] = [test["id"]]
    return await save(request, form, "create_material", input=said)
