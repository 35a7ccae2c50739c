"""Files are sent, and seen to become tests: the form, and what came of one upload."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from schema.error import UnknownName
from schema.upload.upload import Arrived, Upload
from service.page.address import Field, read_address, word
from service.page.answer import NotThere
from service.page.ask import ask
from service.page.render import page as rendered

FIELDS: Final[Sequence[Field]] = (word("cell", "a part of the name of a cell"),)
_STATES: Final = {"leased": "reading", "set_aside": "set aside"}
_ALONG: Final = "goes along with an export"


@dataclass(frozen=True, slots=True)
class Row:
    """A file of an upload, and what has become of it."""

    name: str
    bytes: int | None
    state: str
    reasons: Sequence[str] = ()
    """Why, a line each: of a study all that is amiss."""
    job_id: str | None = None
    test_ids: Sequence[str] = ()


async def page(request: Request) -> Response:
    """Answer with the form that sends files."""
    address = read_address("/upload", request.query_params, FIELDS)
    cell = address["cell"] or ""
    asked = await ask(request, "upload_cells", text=cell)
    cells = (asked.data.get("cells") or {"nodes": ()})["nodes"]
    return rendered(request, "upload.html", cell=cell, cells=cells)


async def arrived(request: Request) -> Response:
    """Answer with what became of the files of one upload."""
    key = request.path_params["key"]
    read_address(f"/upload/{key}", request.query_params, ())
    there, has_ended = await to_thread.run_sync(_there, request, key)
    asked = await ask(request, "upload", lot=key)
    jobs = asked.data["jobs"]
    if there is None and not jobs["nodes"]:
        raise NotThere("upload")
    rows = rows_of(key, there or (), jobs["nodes"])
    ids = [each for row in rows for each in row.test_ids]
    tests = (await ask(request, "upload_tests", ids=ids)).data["tests"]["nodes"] if ids else ()
    return rendered(
        request,
        "arrived.html",
        key=key,
        rows=rows,
        ran_on=next(iter(asked.data["assign"]["nodes"]), None),
        tests={each["id"]: each for each in tests},
        more=jobs["totalCount"] - len(jobs["nodes"]),
        open_count=asked.data["open"]["totalCount"],
        has_ended=has_ended or bool(jobs["nodes"]),
        query=asked.query,
    )


def _there(request: Request, key: str) -> tuple[Sequence[Arrived] | None, bool]:
    """Return the files of an upload and whether it has ended; None where its folder is gone."""
    try:
        upload = Upload.of(request.app.state.leyden.lake, key)
    except UnknownName:
        return None, False
    return upload.files(), upload.has_ended


def rows_of(key: str, there: Sequence[Arrived], jobs: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Return each file of an upload with what its job says, in the order of names."""
    sizes = {each.name: each.bytes for each in there}
    rows: dict[str, Row] = {}
    for each in there:
        rows[each.name] = Row(each.name, each.bytes, "waiting" if each.complete else "arriving")
    for job in jobs:
        if job["kind"] in {"ingest", "enter_study"}:
            name = within(key, job["subject"]["path"])
            rows[name] = _row(key, name, sizes.get(name), job)
    walks = [job for job in jobs if job["kind"] == "walk"]
    if walks and walks[0]["state"] == "done":
        for name, row in rows.items():
            # members of a container have jobs of their own
            if row.job_id is None and not any(each.startswith(f"{name}/") for each in rows):
                rows[name] = Row(name, row.bytes, _ALONG)
    elif walks and walks[0]["reason"]:
        for name, row in rows.items():
            rows[name] = Row(name, row.bytes, walks[0]["state"], [walks[0]["reason"]])
    return sorted(rows.values(), key=lambda row: row.name)


def within(key: str, path: str) -> str:
    """Return the name of a file in its upload."""
    return path.rpartition(f"/{key}/")[2]


def _row(key: str, name: str, size: int | None, job: Mapping[str, Any]) -> Row:
    result: Mapping[str, Any] = job["result"] or {}
    state = _STATES.get(job["state"], job["state"])
    if job["state"] == "done":
        state = result.get("status", "entered")
    reason = (result.get("reason") if job["state"] == "done" else job["reason"]) or ""
    lines = [within(key, line) for line in reason.splitlines()]
    tests = [str(each) for each in result["tests"]] if job["kind"] == "ingest" and result else []
    return Row(name, size, state, lines, job["id"], tests)
