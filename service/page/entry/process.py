"""A process is entered, or changed: what went in, what came out, and its conditions."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from schema.error import LeydenError
from schema.measure import measure
from service.page.answer import NotThere
from service.page.ask import ask
from service.page.entry.field import Field, moment, names, words
from service.page.entry.form import Fault, Form, Rows, filled
from service.page.entry.save import save
from service.page.render import page as rendered
from service.page.sent import sent

FIELDS: Final[Sequence[Field]] = (
    words("name", "Name", hint="of this very act, as sinter-2026-03-01", needed=True),
    words("kind", "Kind", hint="as mill, calcine, press, sinter, coat, wet", needed=True),
    names("inputs", "What went in", "inputs", hint="names of materials, one a line"),
    names(
        "outputs",
        "What came out",
        "outputs",
        hint="names of materials, one a line; nothing else made them",
    ),
    moment("performed", "When", "performedAt", hint="with its zone, as 2026-03-01 09:30 +01:00"),
    words("note", "Note", lines=3),
)
CONDITION: Final[Sequence[Field]] = (
    words("name", "Condition", needed=True),
    words("value", "Value", "written"),
)
_CONDITION: Final = re.compile(r"condition-[1-9]\d?-(name|value)")
_BLANK: Final = 3
"""Rows that wait to be filled in."""
_BESIDE: Final = ("opened",)


async def new(request: Request) -> Response:
    """Answer with the form of a new process, or enter it."""
    return await _answer(request, None)


async def edit(request: Request) -> Response:
    """Answer with the form of a process as it stands, or change it."""
    asked = await ask(request, "entry_process", id=request.path_params["process"])
    found = asked.data.get("process")
    if found is None:
        raise NotThere("process")
    return await _answer(request, found)


async def _answer(request: Request, process: Mapping[str, Any] | None) -> Response:
    every = [each.name for each in FIELDS]
    given = await sent(request, lambda name: name in {*every, *_BESIDE} or _known(name), every)
    before = None if process is None else _standing(process)
    texts = filled(given, before)
    numbers = sorted(
        {int(name.split("-")[1]) for name, text in texts.items() if _known(name) and text.strip()}
    )
    rows = Rows("parameters", "condition", CONDITION, numbers)
    form = Form(FIELDS, texts, before, rows)
    status = 200
    if request.method == "POST":
        form, entered = await _saved(request, _checked(form).overtaken(), process)
        if entered:
            return RedirectResponse(f"/processes/{entered['id']}", 303)
        status = 422
    last = numbers[-1] if numbers else 0
    return rendered(
        request,
        "entry/process.html",
        status,
        form=form,
        process=process,
        numbers=[*numbers, *range(last + 1, min(last + 1 + _BLANK, 100))],
        understood=_understood(form),
        names=(await ask(request, "entry_names")).data,
    )


def _known(name: str) -> bool:
    return _CONDITION.fullmatch(name) is not None


def _standing(process: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts of a process as it stands."""
    named = {side: [each["name"] for each in process[side]] for side in ("inputs", "outputs")}
    texts = {each.name: each.text_of({**process, **named}) for each in FIELDS}
    for number, parameter in enumerate(process["parameters"], start=1):
        texts |= {f"condition-{number}-{each.name}": each.text_of(parameter) for each in CONDITION}
    return texts


def _checked(form: Form) -> Form:
    """Return the form with the faults of texts that cannot be read, and of halves of conditions."""
    faults: dict[str, Fault] = {}
    for number in form.rows.numbers if form.rows else ():
        name, value = f"condition-{number}-name", f"condition-{number}-value"
        if not form.text(name).strip():
            faults[name] = Fault("it has a value and no name")
        if not form.text(value).strip():
            faults[value] = Fault("it has a name and no value")
    return form.checked().but(faults)


def _understood(form: Form) -> list[tuple[str, str]]:
    """Return the conditions as they are read; those that cannot be are faults when saved."""
    found = []
    for number in form.rows.numbers if form.rows else ():
        text = form.text(f"condition-{number}-value")
        try:
            if text.strip():
                found.append((form.text(f"condition-{number}-name"), str(measure(text))))
        except LeydenError as fault:
            found.append((form.text(f"condition-{number}-name"), str(fault)))
    return found


def _conditions_changed(form: Form) -> bool:
    """Return whether any condition is another one, or is gone."""
    return any(form.changed(each) for each in {*form.texts, *(form.before or ())} if _known(each))


async def _saved(
    request: Request, form: Form, process: Mapping[str, Any] | None
) -> tuple[Form, Mapping[str, Any] | None]:
    if form.faults or form.rows is None:
        return form, None
    said = form.said()
    if _conditions_changed(form):
        said["parameters"] = [form.row(number) for number in form.rows.numbers]
    if process is not None:
        return await save(request, form, "update_process", id=process["id"], input=said)
    return await save(request, form, "create_process", input=said)
