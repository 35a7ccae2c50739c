"""A table that no reader knows: a person says what its columns are, tries it, and has it read.

It is a page of its upload, for a file that was refused is nowhere else: it has no id of its own.
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from schema.quantity import quantities
from schema.queue.subject import OfFile
from schema.upload.upload import Upload
from service.page.answer import NotThere
from service.page.ask import ask
from service.page.column_form import POSITIVE, columns, faults, is_field, sidecar
from service.page.drawing import Drawing
from service.page.render import page as rendered
from service.page.sent import sent
from service.page.trial_series import drawn
from service.page.upload import within

_FIELDS: Final = ["job", "preview", "trial", "table", "do"]


async def page(request: Request) -> Response:
    """Answer with the table and what is said of it; or show it, try that, save it."""
    key = request.path_params["key"]
    given = await sent(request, lambda name: name in _FIELDS or is_field(name), [*_FIELDS])
    job, preview, trial = await _jobs(request, key, given)
    if request.method == "POST" and given.get("do") == "show":
        return await _asked(request, key, given, "preview", "ask_for_preview")
    tables = ((preview or {}).get("result") or {}).get("tables", ())
    number = given.get("table", "0")
    table = {str(place): each for place, each in enumerate(tables)}.get(number)
    declared = columns(table, given) if table else []
    positive = given.get("positive_current", "")
    text = sidecar(table, declared, positive) if table else ""
    amiss: list[str] = []
    if request.method == "POST":
        amiss = list(faults(declared, positive)) if table else ["There is no table to declare."]
        if not amiss and given.get("do") == "try":
            return await _asked(request, key, given, "trial", "ask_for_trial", sidecar=text)
        if not amiss and given.get("do") == "save":
            return await _saved(request, key, job, text)
    return rendered(
        request,
        "column.html",
        422 if amiss else 200,
        key=key,
        name=within(key, OfFile.model_validate(_file(job)).path),
        given=given,
        preview=preview,
        trial=trial if trial and trial["subject"].get("sidecar") == text else None,
        drawings=_drawings(trial),
        tables=tables,
        table=table,
        table_number=number,
        columns=declared,
        positive=positive,
        positives=POSITIVE,
        quantities=sorted(quantities().values(), key=lambda each: each.label),
        sidecar=text,
        amiss=amiss,
    )


def _drawings(trial: Mapping[str, Any] | None) -> list[Drawing | None]:
    """Return the plot of each test that was tried."""
    tests = ((trial or {}).get("result") or {}).get("tests", ())
    outlines = [each.get("outline") for each in tests]
    return [each and drawn(each, number) for number, each in enumerate(outlines, 1)]


async def _jobs(request: Request, key: str, given: Mapping[str, str]) -> list[Any]:
    """Return the job that was refused, its preview and its trial, None of what is not asked for.

    Raises:
        NotThere: when one of them is not about this file of this upload.
    """
    ids = [given.get(name, "") for name in ("job", "preview", "trial")]
    known = [each for each in ids if each.isascii() and each.isdigit() and len(each) <= 18]
    asked = await ask(request, "column_jobs", ids=known)
    by_id = {each["id"]: each for each in asked.data["jobs"]["nodes"]}
    job, *others = (by_id.get(each) for each in ids)
    if job is None or job["lot"] != key or job["kind"] != "ingest":
        raise NotThere("file of an upload")
    for each, kind, name in zip(others, ("preview", "trial"), ids[1:], strict=True):
        if name and (each is None or each["kind"] != kind or _file(each) != _file(job)):
            raise NotThere(kind)
    return [job, *others]


def _file(job: Mapping[str, Any]) -> dict[str, Any]:
    return {name: job["subject"].get(name) for name in ("path", "origin")}


async def _asked(
    request: Request, key: str, given: Mapping[str, str], name: str, document: str, **more: str
) -> Response:
    """Ask for a job, and go to the page that shows what comes of it."""
    done: Any = (await ask(request, document, job=given["job"], **more)).data.get("done")
    if done is None or done["__typename"] != "Job":
        raise NotThere("file of an upload")
    fields = {each: text for each, text in given.items() if text and each != "do"}
    query = urlencode({**fields, name: done["id"]})
    return RedirectResponse(f"/upload/{key}/columns?{query}#{name}", 303)


async def _saved(request: Request, key: str, job: Mapping[str, Any], text: str) -> Response:
    """Put the sidecar beside the file, and have that read again."""
    upload = Upload.of(request.app.state.leyden.lake, key)
    name = within(key, job["subject"]["path"])
    await to_thread.run_sync(upload.put_sidecar, name, text)
    asked = await ask(request, "ask_again", id=job["id"])
    done: Any = asked.data.get("done")
    if done is None or done["__typename"] == "NotFound":
        raise NotThere("file of an upload")
    return RedirectResponse(f"/upload/{key}", 303)
