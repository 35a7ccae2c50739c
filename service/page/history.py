"""What was changed of an entry, also of one that was removed, and how it is had back."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from schema.catalog.entry import ENTRIES
from service.page.answer import NotThere
from service.page.ask import ask
from service.page.render import page as rendered
from service.page.sent import sent

_FIELDS: Final = ["do", "before", "with_all"]
_PAGES: Final[Mapping[str, str]] = {
    "cell": "/cells/",
    "material": "/materials/",
    "substance": "/substances/",
    "process": "/processes/",
    "claim": "/claims/",
    "test": "/tests/",
    "file": "/files/",
    "study": "/studies/",
}
"""Where an entry of a kind is seen."""
_CALLED_BY: Final = ("position", "name", "line", "material_id", "spectrum_count")
"""Columns by which a part of an entry is told from its other parts."""
Difference = tuple[str, object, object]
"""What of an entry, what it was before, what it is after."""


async def page(request: Request) -> Response:
    """Answer with the changes of an entry; or remove it, or take a change back."""
    kind, entry = request.path_params["kind"], request.path_params["entry"]
    if kind not in ENTRIES:
        raise NotThere("kind of entry")
    given = await sent(request, lambda name: name in _FIELDS, _FIELDS)
    fault = ""
    if request.method == "POST":
        fault = await _fault_of(request, kind, entry, given)
        if not fault:
            return RedirectResponse(f"/history/{kind}/{entry}", 303)
    asked = await ask(request, "history", kind=kind, entry=entry)
    found = asked.data["revisions"]
    changes = found["nodes"]
    there = not changes or changes[0]["action"] not in {"remove", "erase"}
    return rendered(
        request,
        "history.html",
        422 if fault else 200,
        fault=fault,
        removing=fault and given.get("do") == "remove",
        kind=kind.replace("_", " "),
        name=changes[0]["name"] if changes else entry,
        seen_at=f"{_PAGES[kind]}{entry}" if there and kind in _PAGES else None,
        there=there,
        erased=bool(changes) and changes[0]["action"] == "erase",
        changes=[(each, [*differences(each["before"], each["after"])]) for each in changes],
        more=found["totalCount"] - len(changes),
        query=asked.query,
    )


async def _fault_of(request: Request, kind: str, entry: int, given: Mapping[str, str]) -> str:
    """Do what a form asks for; return why it was declined, nothing where it was done."""
    what = {"kind": kind.upper(), "id": str(entry), "withAll": given.get("with_all") == "yes"}
    if given.get("do") == "remove":
        asked = await ask(request, "remove_entry", **what)
    else:
        asked = await ask(request, "revert_entry", **what, before=given.get("before"))
    done: Any = asked.data.get("done")
    if done is None:
        return next(iter(asked.faults.values()), "nothing was changed")
    if done["__typename"] in {"Removed", "Reverted"}:
        return ""
    return str(done.get("message") or f"{done['field']}: {done['reason']}")


def differences(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, of: str = ""
) -> Iterator[Difference]:
    """Yield what a change made another, down to the parts of an entry.

    Of what was entered all that is said of it; of what was removed nothing.
    """
    if after is None:
        return
    for name in {**after, **(before or {})}:
        was, now = (before or {}).get(name), after.get(name)
        if was == now:
            continue
        words = " ".join(each for each in (of, name.replace("_", " ")) if each)
        if isinstance(was or now, list):
            yield from _of_parts(was or [], now or [], words)
        elif isinstance(was or now, dict):
            yield from differences(was or {}, now or {}, words)
        else:
            yield words, was, now


def _of_parts(before: Sequence[Any], after: Sequence[Any], of: str) -> Iterator[Difference]:
    if not all(isinstance(each, dict) for each in (*before, *after)):
        yield of, before, after
        return
    was, now = (_by_name(rows) for rows in (before, after))
    for name in was | now:
        if name not in now:
            yield f"{of} {name}", "there", "not there"
        else:
            yield from differences(was.get(name, {}), now[name], f"{of} {name}")


def _by_name(rows: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Return parts of an entry by what each is called, else by their place."""
    found = {}
    for place, row in enumerate(rows, 1):
        name = next((str(row[each]) for each in _CALLED_BY if each in row), str(place))
        found[name if name not in found else str(place)] = row
    return found
