"""A process is entered: what went in, what came out, and its conditions."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from schema.error import LeydenError
from schema.measure import measure
from service.page.ask import ask
from service.page.entry.field import Field, moment, names, words
from service.page.entry.form import Fault, Form, Rows
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


async def new(request: Request) -> Response:
    """Answer with the form of a new process, or enter it."""
    every = [each.name for each in FIELDS]
    given = await sent(
        request, lambda name: name in every or _CONDITION.fullmatch(name) is not None, every
    )
    filled_in = sorted(
        {int(name.split("-")[1]) for name, text in given.items() if _told(name, text)}
    )
    form = Form(FIELDS, given, rows=Rows("parameters", "condition", CONDITION, filled_in))
    status = 200
    if request.method == "POST":
        form, entered = await _saved(request, _checked(form))
        if entered:
            return RedirectResponse(f"/processes/{entered['id']}", 303)
        status = 422
    last = filled_in[-1] if filled_in else 0
    return rendered(
        request,
        "entry/process.html",
        status,
        form=form,
        numbers=[*filled_in, *range(last + 1, min(last + 1 + _BLANK, 100))],
        understood=_understood(form),
        names=(await ask(request, "entry_names")).data,
    )


def _told(name: str, text: str) -> bool:
    return _CONDITION.fullmatch(name) is not None and bool(text.strip())


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
    """Return the conditions as they are read; those that cannot be are told when saved."""
    found = []
    for number in form.rows.numbers if form.rows else ():
        text = form.text(f"condition-{number}-value")
        try:
            if text.strip():
                found.append((form.text(f"condition-{number}-name"), str(measure(text))))
        except LeydenError as fault:
            found.append((form.text(f"condition-{number}-name"), str(fault)))
    return found


async def _saved(request: Request, form: Form) -> tuple[Form, Mapping[str, Any] | None]:
    if form.faults or form.rows is None:
        return form, None
    said = form.said()
    if form.rows.numbers:
        said["parameters"] = [form.row(number) for number in form.rows.numbers]
    return await save(request, form, "create_process", input=said)
