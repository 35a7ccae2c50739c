"""The addresses of the pages."""

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service.page import (
    asset,
    cell,
    cells,
    circuit,
    claim,
    column,
    compare,
    console,
    diffraction,
    documentation,
    file,
    history,
    home,
    image,
    job,
    material,
    search,
    series,
    spectra,
    spectrum,
    study,
    test,
    tests,
    upload,
    watch,
)
from service.page.answer import answered
from service.page.entry import assign
from service.page.entry import cell as entry_cell
from service.page.entry import material as entry_material
from service.page.entry import process as entry_process
from service.page.entry import substance as entry_substance

_GZIP: Final = [Middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5)]


def _page(path: str, handler: Callable[[Request], Awaitable[Response]]) -> Route:
    return Route(path, answered(handler), middleware=_GZIP)


def _live(path: str, handler: Callable[[Request], Awaitable[Response]], *methods: str) -> Route:
    """Return the route of what changes while the warehouse does not."""
    around = answered(handler, once=False)
    return Route(path, around, methods=["GET", *methods], middleware=_GZIP)


def _form(path: str, handler: Callable[[Request], Awaitable[Response]]) -> Route:
    return Route(path, answered(handler), methods=["GET", "POST"], middleware=_GZIP)


ROUTES: Final = (
    _page("/", home.page),
    _page("/home/{section}", home.part),
    _page("/search", search.page),
    _form("/cells/new", entry_cell.new),
    _form("/cells/{cell:int}/edit", entry_cell.edit),
    _form("/materials/new", entry_material.new),
    _form("/materials/{material:int}/edit", entry_material.edit),
    _form("/substances/new", entry_substance.new),
    _form("/substances/{substance:int}/edit", entry_substance.edit),
    _form("/processes/new", entry_process.new),
    _form("/processes/{process:int}/edit", entry_process.edit),
    _form("/tests/{test:int}/assign", assign.page),
    _form("/history/{kind}/{entry:int}", history.page),
    _page("/cells", cells.page),
    _page("/cells.csv", cells.download),
    _page("/cells.json", cells.download),
    _page("/cells/{cell:int}", cell.page),
    _page("/cells/{cell:int}/{section:path}", cell.part),
    _page("/compare", compare.page),
    _page("/compare/{section:path}", compare.part),
    _page("/tests", tests.page),
    _page("/tests.csv", tests.download),
    _page("/tests/{test:int}", test.page),
    _page("/tests/{test:int}/series.{form:str}", series.answer),
    _page("/tests/{test:int}/{section:path}", test.part),
    _page("/files/{file:int}", file.page),
    _page("/studies", study.listing),
    _page("/studies/{study:int}", study.page),
    _page("/studies/{study:int}/{section:path}", study.part),
    _page("/studies/{section}", study.listing_part),
    _page("/claims", claim.listing),
    _page("/claims/{claim:int}", claim.page),
    _page("/claims/{claim:int}/{section:path}", claim.part),
    _page("/claims/{section}", claim.listing_part),
    _page("/materials/{material:int}", material.page),
    _page("/materials/{material:int}/{section:path}", material.part),
    _page("/substances/{substance}", material.substance),
    _page("/processes/{process:int}", material.process),
    _page("/upload", upload.page),
    _live("/upload/{key}/columns", column.page, "POST"),
    _live("/jobs", job.listing),
    _live("/jobs/now", job.now),
    _live("/jobs/{job:int}", job.page, "POST"),
    _live("/watch", watch.page),
    _page("/docs", documentation.page),
    _page("/docs/{name}", documentation.page),
    Route("/docs/pictures/{name}", documentation.picture),
    _page("/spectra", spectra.page),
    _page("/spectra.csv", spectra.download),
    _page("/spectra/{spectrum:int}", spectrum.page),
    _live("/spectra/{spectrum:int}/circuits", circuit.page, "POST"),
    _page("/spectra/{spectrum:int}/circuits/nyquist.{form:str}", circuit.figure),
    _page("/spectra/{spectrum:int}/{section:path}", spectrum.part),
    _page("/spectra/{section:path}", spectra.part),
    _page("/diffraction/{scan:int}", diffraction.page),
    _page("/diffraction/{scan:int}/{section:path}", diffraction.part),
    _page("/images/{image:int}", image.page),
    _page("/images/{image:int}.png", image.pixels),
    _page("/images/{image:int}/{section:path}", image.part),
    _page("/graphql", console.page),
    Route("/assets/{digest}/{name:path}", asset.answer, middleware=_GZIP),
)
