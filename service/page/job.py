"""Jobs: what waits, is worked on, went wrong; one of them, asked for again or taken back."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from schema.catalog.job import OPEN_STATES, STATES
from schema.queue.subject import KINDS
from service.page.address import Field, choice, read_address, word
from service.page.answer import NotThere
from service.page.ask import ask
from service.page.render import page as rendered
from service.page.sent import sent

FIELDS: Final[Sequence[Field]] = (
    choice("state", "", *STATES),
    choice("kind", "", *KINDS),
    word("after", "the end of the page before"),
)
STATE_WORDS: Final = {"leased": "being worked on", "set_aside": "set aside"}
KIND_WORDS: Final = {
    "ingest": "read a file",
    "walk": "look through a folder",
    "enter_study": "enter a study",
    "assign": "say what tests ran on",
    "read_again": "read an export again",
    "try_circuit": "try a circuit",
    "refit": "compute again",
    "trial": "try a sidecar",
    "preview": "show a table",
}
_ACTIONS: Final = {"again": "ask_again", "withdraw": "withdraw_job"}


async def listing(request: Request) -> Response:
    """Answer with a page of the jobs, the newest first."""
    address = read_address("/jobs", request.query_params, FIELDS)
    where = {name: {"in": [address[name]]} for name in ("state", "kind") if address[name]}
    asked = await ask(request, "jobs", where=where or None, after=address["after"])
    found = asked.data.get("jobs")
    if found is None:
        raise HTTPException(400, asked.fault("jobs") or "These jobs cannot be listed.")
    return rendered(
        request,
        "jobs.html",
        jobs=found["nodes"],
        total=found["totalCount"],
        later=found["pageInfo"]["endCursor"] if found["pageInfo"]["hasNextPage"] else None,
        open_count=sum(asked.data[each]["totalCount"] for each in ("running", "waiting")),
        states=STATES,
        state_words=STATE_WORDS,
        kind_words=KIND_WORDS,
        about=about,
        address=address,
        query=asked.query,
    )


async def now(request: Request) -> Response:
    """Answer with what is worked on, waits, or wants a look: a part of the first page."""
    read_address("/jobs/now", request.query_params, ())
    asked = await ask(request, "jobs_now")
    return rendered(
        request,
        "jobs_now.html",
        found=asked.data,
        fault=next(iter(asked.faults.values()), ""),
        state_words=STATE_WORDS,
        kind_words=KIND_WORDS,
        about=about,
        query=asked.query,
    )


async def page(request: Request) -> Response:
    """Answer with one job; or ask for it again, or take it back."""
    job_id, fault = request.path_params["job"], ""
    given = await sent(request, lambda name: name == "do", ["do"])
    if request.method == "POST":
        fault = await _fault_of(request, job_id, given.get("do", ""))
        if not fault:
            return RedirectResponse(f"/jobs/{job_id}", 303)
    asked = await ask(request, "job", id=job_id)
    job = asked.data.get("job")
    if job is None:
        raise NotThere("job")
    return rendered(
        request,
        "job.html",
        422 if fault else 200,
        job=job,
        fault=fault,
        runs=job["state"] in OPEN_STATES,
        of_upload=job["lot"] is not None
        and f"/upload/{job['lot']}" in str(job["subject"].get("path")),
        state_words=STATE_WORDS,
        kind_words=KIND_WORDS,
        about=about(job),
        subject=_as_text(job["subject"]),
        result=_as_text(job["result"]) if job["result"] is not None else "",
        query=asked.query,
    )


def about(job: Mapping[str, Any]) -> str:
    """Return in a few words what a job is done to."""
    subject = job["subject"]
    if path := subject.get("origin") or subject.get("path"):
        return str(path).rstrip("/").rpartition("/")[2]
    if "cell_id" in subject and job["kind"] == "assign":
        return f"cell {subject['cell_id']}"
    if "spectrum_count" in subject:
        of_sweep = f"sweep {subject['spectrum_count']} of test {subject['test_id']}"
        return f"{subject['circuit']} on {of_sweep}"
    if tests := subject.get("test_ids"):
        return f"test{'s' if len(tests) > 1 else ''} {', '.join(map(str, tests[:5]))}"
    return f"file {subject['raw_file_id']}" if "raw_file_id" in subject else ""


async def _fault_of(request: Request, job_id: int, what: str) -> str:
    """Do what a form asks for; return why it was declined, nothing where it was done."""
    if what not in _ACTIONS:
        return "nothing was asked for"
    asked = await ask(request, _ACTIONS[what], id=str(job_id))
    done: Any = asked.data.get("done")
    if done is None:
        return next(iter(asked.faults.values()), "nothing was changed")
    return "" if done["__typename"] == "Job" else str(done.get("message") or done["reason"])


def _as_text(data: object) -> str:
    return orjson.dumps(data, option=orjson.OPT_INDENT_2).decode()
