"""A cell is entered, or changed: its sizes, and its stack as it is read."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from schema.catalog.cell import CONVENTIONS
from service.page.answer import NotThere
from service.page.ask import ask
from service.page.entry.field import Field, amount, choice, size, words, yes_or_no
from service.page.entry.form import Fault, Form, filled
from service.page.entry.ran import test_named
from service.page.entry.save import save
from service.page.entry.stack import FACTS, SUBSTANCE, Stack, stacked, texts_of
from service.page.render import page as rendered
from service.page.sent import sent

FIELDS: Final[Sequence[Field]] = (
    words("name", "Name", hint="the label on the cell", needed=True),
    words("project", "Project"),
    words(
        "configuration",
        "Configuration",
        hint="from the negative side, as Li/IL@PB@LATP/LFP; A@B has A as a coating on B",
    ),
    yes_or_no(
        "symmetric",
        "Both electrodes the same",
        "symmetric",
        hint="a configuration says it by itself",
    ),
    size("area", "Area", ("areaCm2", "areaErrorCm2"), "cm²", hint="as 0.785 ± 0.010 cm²"),
    amount("mass", "Active mass", "activeMassGram", "g", "mg", hint="as 12.5 mg"),
    words("mass_basis", "The mass counts", "massBasis", hint="as cathode active material"),
    amount(
        "nominal_capacity", "Nominal capacity", "nominalCapacityAh", "A·h", "mA·h", hint="as 2 mAh"
    ),
    choice(
        "cycles",
        "Cycles are counted",
        "cycleConvention",
        *zip(CONVENTIONS, ("by the turns of the charge", "as the instrument does"), strict=True),
        hint="by the turns where nothing is said",
    ),
    words("formation_cycles", "Formation cycles", "formationCycles", hint="as 1-4, 6"),
    words("check_up_cycles", "Check-up cycles", "checkUpCycles", hint="as 50, 100"),
    words("note", "Note", lines=3),
)
_LAYER: Final = re.compile(
    rf"layer-[1-9]\d?-({'|'.join(each.name for each in (SUBSTANCE, *FACTS))})"
)
_BESIDE: Final = ("opened", "test", "more")
"""What stands stands in ``opened``, the test that ran on it in ``test``; ``more`` are layers."""


def entered_at(cell: int, column: str) -> str:
    """Return where a column of a cell is entered: its very field."""
    field = next(each.name for each in FIELDS if column in each.columns)
    return f"/cells/{cell}/edit#{field}"


async def new(request: Request) -> Response:
    """Answer with the form of a new cell, or enter it."""
    return await _answer(request, None)


async def edit(request: Request) -> Response:
    """Answer with the form of a cell as it stands, or change it."""
    asked = await ask(request, "entry_cell", id=request.path_params["cell"])
    found = asked.data.get("cell")
    if found is None:
        raise NotThere("cell")
    return await _answer(request, found)


async def _answer(request: Request, cell: Mapping[str, Any] | None) -> Response:
    names = [each.name for each in FIELDS]
    given = await sent(request, lambda name: name in {*names, *_BESIDE} or _known(name), names)
    form, stack = _filled(given, cell)
    test = await test_named(request, given.get("test", ""))
    status = 200
    if request.method == "POST":
        form, entered = await _saved(request, form, stack, cell, test)
        if entered:
            return RedirectResponse(f"/cells/{entered['id']}", 303)
        status = 422
    named = (await ask(request, "entry_names")).data
    return rendered(
        request,
        "entry/cell.html",
        status,
        form=form,
        stack=stack,
        cell=cell,
        test=test,
        names=named,
        affected=await _affected(request, cell),
    )


def _known(name: str) -> bool:
    return _LAYER.fullmatch(name) is not None


def _filled(given: Mapping[str, str], cell: Mapping[str, Any] | None) -> tuple[Form, Stack]:
    """Return the form as it was sent, or as the cell stands where it was not yet."""
    before = None
    if cell is not None:
        before = {each.name: each.text_of(cell) for each in FIELDS} | texts_of(cell["layers"])
        if before["configuration"]:
            before["symmetric"] = ""  # its configuration states it
    texts = filled(given, before)
    stack = stacked(texts.get("configuration", ""), texts, more=1 if given.get("more") else 0)
    own = {name: text for name, text in texts.items() if not _known(name)}
    return Form(FIELDS, {**own, **stack.texts}, before, stack.rows), stack


async def _saved(
    request: Request,
    form: Form,
    stack: Stack,
    cell: Mapping[str, Any] | None,
    test: Mapping[str, Any] | None,
) -> tuple[Form, Any]:
    form = form.checked().overtaken()
    if stack.lost:
        message = f"No longer in the stack, and lost if you save again: {'; '.join(stack.lost)}"
        form = form.but({"configuration": Fault(message)})
    if form.faults:
        return form, None
    said = form.said()
    if (layers := _layers(form, stack)) is not None:
        said["layers"] = layers
    if cell is not None:
        return await save(request, form, "update_cell", id=cell["id"], input=said)
    if test is not None:
        said["tests"] = [test["id"]]
    return await save(request, form, "create_cell", input=said)


def _layers(form: Form, stack: Stack) -> list[dict[str, Any]] | None:
    """Return the layers as a whole, None where nothing is said of them anew."""
    every = [each.name for each in stack.rows.every()]
    stated = any(form.text(each).strip() for each in every)
    if form.before is None:
        changed = stated
    else:
        had = {name for name, text in form.before.items() if _known(name) and text}
        changed = any(form.changed(each) for each in {*every, *had})
    if not changed:
        return None
    substances = {each.position: each.substance for each in stack.layers}
    layers = []
    for number in stack.rows.numbers if stated else ():
        row = form.row(number)
        if number in substances:
            row["substance"] = substances[number]
        layers.append(row)
    return layers


async def _affected(request: Request, cell: Mapping[str, Any] | None) -> int:
    """Return how many tests have metrics that rest on the cell."""
    if cell is None:
        return 0
    asked = await ask(request, "entry_cell_tests", id=cell["id"])
    return int(asked.data["tests"]["totalCount"])
