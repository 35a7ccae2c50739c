"""The addresses of uploads.

``POST /upload`` takes files as a form, or one as its bytes with ``?name=``, and asks for all to be
read. Of JSON it begins an upload in parts: ``PUT /upload/KEY/NAME?offset=…&bytes=…&sha256=…`` sends
one, ``GET /upload/KEY`` tells how much is there, ``POST /upload/KEY/end`` asks for it to be read.
What it answers is the job.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any, Final

from anyio import to_thread
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from schema.catalog import Cell, Job
from schema.catalog.connection import aside, look
from schema.error import AmbiguousName, InvalidArgument, UnknownName, UploadConflict
from schema.queue.ask import Wish, ask
from schema.queue.subject import Walk
from schema.upload.upkeep import forget_uploads
from schema.upload.upload import PART_BYTES, Receiving, Upload
from service.living import identities
from service.page import upload as shown
from service.page.answer import Handler, answered
from service.page.origin import Foreign, refuse_foreign
from service.state import State
from service.upload.form import KIND, Begun, Block, Ended, Said, events

_BLOCK_BYTES: Final = 1 << 20


class Offered(BaseModel):
    """A file that a client has."""

    model_config = ConfigDict(extra="forbid")

    name: str
    sha256: str | None = None


class Offer(BaseModel):
    """What a client is about to send."""

    model_config = ConfigDict(extra="forbid")

    files: Annotated[list[Offered], Field(max_length=100_000)] = []


async def post(request: Request) -> Response:
    """Begin an upload, or take one that is whole."""
    _refuse_foreign(request)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return await _begin(request)
    if kind == "application/x-www-form-urlencoded":
        raise HTTPException(415, f"Files are sent as {KIND}, or one alone as its bytes.")
    state = _state(request)
    upload = await to_thread.run_sync(_begun, state)
    files, said = [], {"study": "", "cell": ""}
    if kind == KIND:
        async for each in _received(request, upload):
            if isinstance(each, Said):
                said |= {each.name: each.text} if each.name in said else {}
            else:
                files.append(each)
        if not files:
            raise InvalidArgument("form", "one without a file", "at least one file")
    else:
        name = request.query_params.get("name", "")
        files.append(await _one(upload, name, request))
        said = _said(request)
    job_id = await to_thread.run_sync(_asked, state, upload, said)
    if _is_browser(request):
        return RedirectResponse(f"/upload/{upload.key}", 303)
    return JSONResponse(_answer(upload, job_id) | {"files": files}, 202)


async def put(request: Request) -> Response:
    """Take a part of a file."""
    _refuse_foreign(request)
    upload = Upload.of(_state(request).lake, request.path_params["key"])
    name, offset = request.path_params["name"], _count(request, "offset", 0)
    total = _count(request, "bytes", None)
    part = await request.body()

    def take() -> dict[str, Any]:
        with upload.receiving(name, offset or 0) as file:
            file.write(part)
            size = file.rest()
            if total is not None and size > total:
                raise UploadConflict(name, f"{size} bytes of it came, more than {total}", size)
            if size != total:
                return {"name": name, "offset": size, "complete": False}
            found = file.put_in_place(request.query_params.get("sha256"))
            return {"name": name, "offset": size, "complete": True, "sha256": found}

    return JSONResponse(await to_thread.run_sync(take))


async def get(request: Request) -> Response:
    """Tell what has arrived."""
    upload = Upload.of(_state(request).lake, request.path_params["key"])
    files = await to_thread.run_sync(upload.files)
    return JSONResponse(
        {
            "upload": upload.key,
            "ended": upload.has_ended,
            "files": [
                {"name": each.name, "offset": each.bytes, "complete": each.complete}
                for each in files
            ],
        }
    )


async def end(request: Request) -> Response:
    """Have the files of an upload read; ask again, and it is the same job."""
    _refuse_foreign(request)
    state = _state(request)
    upload = Upload.of(state.lake, request.path_params["key"])
    job_id = await to_thread.run_sync(_asked, state, upload, _said(request))
    return JSONResponse(_answer(upload, job_id), 202)


async def _begin(request: Request) -> Response:
    try:
        offer = Offer.model_validate_json(await request.body() or b"{}")
    except ValidationError as fault:
        first = fault.errors()[0]
        place = ".".join(map(str, first["loc"])) or "body"
        raise InvalidArgument(place, first["input"], first["msg"]) from fault
    state = _state(request)

    def begin() -> dict[str, Any]:
        upload = _begun(state)
        known = [
            each.sha256 is not None and upload.put_known(state.lake, each.name, each.sha256)
            for each in offer.files
        ]
        return {
            "upload": upload.key,
            "partBytes": PART_BYTES,
            "files": [
                {"name": each.name, "known": there}
                for each, there in zip(offer.files, known, strict=True)
            ],
        }

    return JSONResponse(await to_thread.run_sync(begin), 201)


def _begun(state: State) -> Upload:
    forget_uploads(state.engine, state.lake, state.settings.upload_keep_second)
    return Upload.begin(state.lake)


def _said(request: Request) -> dict[str, str]:
    """Return what an address says of an upload: which file is a study, what its tests ran on."""
    return {name: request.query_params.get(name, "").strip() for name in ("study", "cell")}


def _asked(state: State, upload: Upload, said: Mapping[str, str]) -> int:
    """End an upload and ask for its files; return the job."""
    study, cell = said["study"], said["cell"].strip()
    names = {each.name for each in upload.files()}
    if not names:
        raise InvalidArgument("upload", upload.key, "at least one file")
    if study and study not in names:
        raise InvalidArgument("study", study, "the name of a file that came along")
    cell_id = _cell(state, cell) if cell else None
    upload.end()
    walk = Walk(path=str(upload.folder), study=study or None, cell_id=cell_id)
    wish = Wish(walk, f"upload {upload.key}")
    asked = select(Job.id).where(Job.lot == upload.key, Job.kind == "walk").order_by(Job.id)
    with aside(state.engine) as session:
        return session.scalar(asked.limit(1)) or ask(session, [wish], upload.key)[0]


def _cell(state: State, called: str) -> int:
    """Return the id of the cell that tests are said to have run on."""
    try:
        with look(state.engine) as session:
            return identities(session, Cell, [called])[0]
    except (UnknownName, AmbiguousName) as fault:
        raise HTTPException(400, f"cell: {fault}") from fault


def _answer(upload: Upload, job_id: int) -> dict[str, Any]:
    return {"upload": upload.key, "lot": upload.key, "job": str(job_id)}


async def _received(request: Request, upload: Upload) -> AsyncIterator[dict[str, Any] | Said]:
    """Yield the files of a form as they have come whole, and its fields."""
    chunks = request.stream()
    form = events(request.headers.get("content-type", ""), chunks)
    async for event in form:
        match event:
            case Begun(""):  # a field for files of which none was chosen
                async for each in form:
                    if isinstance(each, Ended):
                        break
            case Begun(name):
                yield await _file_of_form(upload, name, form)
            case Said():
                yield event


async def _file_of_form(upload: Upload, name: str, form: AsyncIterator[Any]) -> dict[str, Any]:
    async def blocks() -> AsyncIterator[bytes]:
        async for each in form:
            if isinstance(each, Ended):
                return
            if isinstance(each, Block):
                yield each.data

    return await _whole(upload, name, blocks())


async def _one(upload: Upload, name: str, request: Request) -> dict[str, Any]:
    return await _whole(upload, name, request.stream())


async def _whole(upload: Upload, name: str, chunks: AsyncIterator[bytes]) -> dict[str, Any]:
    """Take a whole file, block by block, and hash it on the way."""
    with upload.receiving(name, None) as file:
        waiting = bytearray()
        async for chunk in chunks:
            waiting += chunk
            if len(waiting) >= _BLOCK_BYTES:
                await to_thread.run_sync(file.write, bytes(waiting))
                waiting.clear()

        def finish(file: Receiving) -> dict[str, Any]:
            file.write(bytes(waiting))
            size = file.rest()
            return {"name": name, "bytes": size, "sha256": file.put_in_place()}

        return await to_thread.run_sync(finish, file)


def _count(request: Request, name: str, usual: int | None) -> int | None:
    text = request.query_params.get(name)
    if text is None:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise InvalidArgument(name, text, "a number of bytes")
    return int(text)


def _refuse_foreign(request: Request) -> None:
    """Refuse what a browser sends for another site; programs say nothing of whose they are."""
    if {"origin", "sec-fetch-site"} & {*request.headers.keys()}:
        try:
            refuse_foreign(request)
        except Foreign as fault:
            raise HTTPException(403, "Only pages of this service may send files to it.") from fault


def _state(request: Request) -> State:
    state: State = request.app.state.leyden
    return state


def _is_browser(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


def _either(for_programs: Handler, for_browsers: Handler) -> Handler:
    """Return what answers programs with JSON and browsers with a page, faults too."""
    as_page = answered(for_browsers, once=False)

    async def answer(request: Request) -> Response:
        return await (as_page if _is_browser(request) else for_programs)(request)

    return answer


def routes(most_bytes: int) -> tuple[Route, ...]:
    """Return the routes of what arrives by HTTP, at most so many bytes at once."""
    return (
        Route("/upload", _either(post, post), methods=["POST"], max_body_size=most_bytes),
        Route("/upload/{key}", _either(get, shown.arrived)),
        Route("/upload/{key}/end", end, methods=["POST"]),
        Route("/upload/{key}/{name:path}", put, methods=["PUT"], max_body_size=PART_BYTES),
    )
