"""Studies: what was reported together, and how much of it holds."""

from collections.abc import Sequence
from typing import Any, Final

import yaml
from starlette.requests import Request
from starlette.responses import Response

from service.page import claim
from service.page.address import Address, Field, choice, read_address
from service.page.answer import NotThere
from service.page.ask import ask
from service.page.render import page as rendered
from service.page.section import Content, Section, as_file, placed

FIELDS: Final[Sequence[Field]] = (*claim.FIELDS, choice("width", "", "narrow", "half", "wide"))


async def listing(request: Request) -> Response:
    """Answer with all studies; how many claims of each hold follows."""
    asked = await ask(request, "studies")
    address = read_address("/studies", request.query_params, ())
    studies = asked.data["studies"]["nodes"]
    sections = await placed(request, 0, address, OF_ALL if studies else ())
    return rendered(request, "studies.html", studies=studies, sections=sections, query=asked.query)


async def listing_part(request: Request) -> Response:
    """Answer with all studies and how many claims of each hold."""
    address = read_address("/studies", request.query_params, ())
    sections = await placed(request, 0, address, OF_ALL, request.path_params["section"])
    return rendered(request, "section.html", above=("Studies", "/studies"), sections=sections)


async def page(request: Request) -> Response:
    """Answer with a study: where it is from, its claims, and what it is about."""
    study = request.path_params["study"]
    address = read_address(f"/studies/{study}", request.query_params, FIELDS)
    asked = await ask(request, "study", id=study)
    found = asked.data.get("study")
    if found is None:
        raise NotThere("study")
    return rendered(
        request,
        "study.html",
        study=found,
        sections=await placed(request, study, address, SECTIONS),
        address=address,
        query=asked.query,
    )


async def part(request: Request) -> Response:
    """Answer with one section of a study, a figure as a file, or its document."""
    study, name = request.path_params["study"], request.path_params["section"]
    if name == "document.yaml":
        return await _document(request, study)
    address = read_address(f"/studies/{study}", request.query_params, FIELDS)
    if (file := await as_file(request, study, address, SECTIONS, name)) is not None:
        return file
    sections = await placed(request, study, address, SECTIONS, name)
    above = ("Study", f"/studies/{study}")
    return rendered(request, "section.html", above=above, sections=sections)


async def _document(request: Request, study: int) -> Response:
    asked = await ask(request, "study_document", id=study)
    found: Any = asked.data.get("study")
    if found is None:
        raise NotThere("study")
    text = yaml.safe_dump(found["document"], allow_unicode=True, sort_keys=False)
    disposition = f'attachment; filename="study-{study}.yaml"'
    return Response(
        text, media_type="application/yaml", headers={"Content-Disposition": disposition}
    )


async def _named(request: Request, _subject: int, _address: Address) -> Content:
    asked = await ask(request, "studies")
    return Content(
        asked.query, context={"studies": [(each, None) for each in asked.data["studies"]["nodes"]]}
    )


async def _counted(request: Request, _subject: int, _address: Address) -> Content:
    asked = await ask(request, "studies_verdicts")
    if fault := asked.fault("claims", "nodes", "verdict"):
        return Content(asked.query, fault=fault)
    claims = asked.data["claims"]["nodes"]
    studies = [
        (each, claim.counts([one for one in claims if one["studyId"] == each["id"]]))
        for each in asked.data["studies"]["nodes"]
    ]
    return Content(asked.query, context={"studies": studies})


async def _written(request: Request, study: int, address: Address) -> Content:
    return claim.as_written(await ask(request, "study", id=study), address)


async def _judged(request: Request, study: int, address: Address) -> Content:
    return claim.judged(await ask(request, "study_claims", id=study), address)


async def _forest(request: Request, study: int, address: Address) -> Content:
    asked = await ask(request, "study_claims", id=study)
    drawn = claim.drawn(asked.data["claims"]["nodes"], address["width"] or "half")
    if drawn is None:
        return Content(asked.query, empty="No claim of it has a number on both sides.")
    return Content(asked.query, (drawn,))


async def _entities(request: Request, study: int, _address: Address) -> Content:
    """Show what the document names, from what things were made of to what was run on cells."""
    asked = await ask(request, "study_document", id=study)
    found = asked.data.get("study")
    if found is None:
        raise NotThere("study")
    document: dict[str, Any] = found["document"]
    names = {
        of: [str(each) for each in document.get(of) or ()][:_MOST]
        for of in ("substances", "materials", "processes", "cells")
    }
    again = await ask(request, "study_entities", **names)
    return Content(
        again.query, context=dict(again.data), fault=next(iter(again.faults.values()), None)
    )


_MOST: Final = 500
"""Things of a kind that are listed: as many as the API gives at once."""

OF_ALL: Final = (
    Section(
        "verdicts",
        "How much of them holds",
        _counted,
        "section/studies.html",
        width="whole",
        first=_named,
        waits=claim.COMPUTED,
    ),
)
SECTIONS: Final = (
    Section(
        "claims",
        "Claims",
        _judged,
        "section/claims.html",
        width="whole",
        first=_written,
        waits=claim.COMPUTED,
    ),
    Section("forest", "Recomputed over reported", _forest),
    Section("entities", "What it is about", _entities, "section/study_entities.html", eager=True),
)
