"""Claims: what was reported, and whether it holds."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from starlette.requests import Request
from starlette.responses import Response

from service.page.address import Address, Field, choice, read_address
from service.page.answer import NotThere
from service.page.ask import Asked, ask
from service.page.drawing import Drawing
from service.page.figures.forest import Ratios, forest
from service.page.number import interval
from service.page.render import page as rendered
from service.page.section import Content, Section, placed
from service.page.status import Value
from service.page.table import Column, Table

ORDERS: Final = ("told", "name", "verdict", "-ratio", "ratio")
FIELDS: Final[Sequence[Field]] = (
    choice("verdict", "", "supported", "contradicted", "untestable"),
    choice("sort", *ORDERS),
)
Claim = Mapping[str, Any]


async def page(request: Request) -> Response:
    """Answer with one claim as it was written, and a person's judgement; its verdict follows."""
    claim = request.path_params["claim"]
    address = read_address(f"/claims/{claim}", request.query_params, ())
    asked = await ask(request, "claim", id=claim)
    found = asked.data.get("claim")
    if found is None:
        raise NotThere("claim")
    sections = await placed(request, claim, address, OF_ONE)
    return rendered(request, "claim.html", claim=found, sections=sections, query=asked.query)


async def part(request: Request) -> Response:
    """Answer with the verdict on a claim alone."""
    claim = request.path_params["claim"]
    address = read_address(f"/claims/{claim}", request.query_params, ())
    sections = await placed(request, claim, address, OF_ONE, request.path_params["section"])
    above = ("Claim", f"/claims/{claim}")
    return rendered(request, "section.html", above=above, sections=sections)


async def listing(request: Request) -> Response:
    """Answer with all claims, the first five hundred; their verdicts follow."""
    address = read_address("/claims", request.query_params, FIELDS)
    asked = await ask(request, "claims_written")
    sections = await placed(request, 0, address, OF_ALL)
    return rendered(request, "claims.html", sections=sections, address=address, query=asked.query)


async def listing_part(request: Request) -> Response:
    """Answer with all claims and their verdicts."""
    address = read_address("/claims", request.query_params, FIELDS)
    sections = await placed(request, 0, address, OF_ALL, request.path_params["section"])
    return rendered(request, "section.html", above=("Claims", "/claims"), sections=sections)


async def _verdict(request: Request, claim: int, _address: Address) -> Content:
    asked = await ask(request, "claim_verdict", id=claim)
    found = asked.data.get("claim")
    if found is None:
        raise NotThere("claim")
    if fault := asked.fault("claim", "verdict"):
        return Content(asked.query, fault=fault)
    context = {
        "claim": found,
        "recomputed": recomputed(found),
        "evidence": _evidence(found["evidence"] or ()),
    }
    return Content(asked.query, context=context)


async def _written(request: Request, _subject: int, address: Address) -> Content:
    return as_written(await ask(request, "claims_written"), address)


async def _judged(request: Request, _subject: int, address: Address) -> Content:
    return judged(await ask(request, "claims"), address)


def as_written(asked: Asked, address: Address) -> Content:
    """Return the claims of an answer as they were written: none where verdicts choose them."""
    claims = asked.data["claims"]
    chosen = () if address["verdict"] else claims["nodes"]
    return _listed(asked, chosen, None)


def judged(asked: Asked, address: Address) -> Content:
    """Return the claims of an answer with their verdicts, chosen and in an order."""
    if fault := asked.fault("claims", "nodes", "verdict"):
        return Content(asked.query, fault=fault)
    claims = asked.data["claims"]["nodes"]
    return _listed(asked, ordered(claims, address["sort"], address["verdict"]), counts(claims))


def _listed(asked: Asked, chosen: Sequence[Claim], verdicts: Mapping[str, int] | None) -> Content:
    claims = asked.data["claims"]
    context = {
        "claims": chosen,
        "counts": verdicts,
        "count": len(claims["nodes"]),
        "total": claims["totalCount"],
        "of_several": any("study" in each for each in chosen),
    }
    return Content(asked.query, context=context)


def counts(claims: Sequence[Claim]) -> dict[str, int]:
    """Return how many claims came to each verdict."""
    verdicts = [str(each["verdict"]).lower() for each in claims if each["verdict"]]
    return {word: verdicts.count(word) for word in ("supported", "contradicted", "untestable")}


def ordered(claims: Sequence[Claim], sort: str, verdict: str = "") -> list[dict[str, Any]]:
    """Return claims in an order, those of a verdict, with what is written of each."""
    listed = [
        {**each, "verdict": str(each["verdict"] or "").lower(), "again": recomputed(each)}
        for each in claims
    ]
    listed = [each for each in listed if not verdict or each["verdict"] == verdict]
    if sort == "name":
        listed.sort(key=lambda each: str(each["name"]))
    elif sort == "verdict":
        listed.sort(key=lambda each: str(each["verdict"]))
    elif sort.endswith("ratio"):
        down = sort.startswith("-")
        listed.sort(key=lambda each: _sortable(ratio(each)[0], down=down))
    return listed


def _sortable(value: float, *, down: bool) -> tuple[bool, float]:
    return bool(np.isnan(value)), -value if down else value


def recomputed(claim: Claim) -> Value:
    """Return what the warehouse computes in the place of a claim."""
    if claim["recomputed"] is None:
        return Value("", "", "not_computable", claim["reason"] or claim["why"] or "")
    low, high = claim["recomputedLow"], claim["recomputedHigh"]
    middle = claim["recomputed"]
    text = interval(middle, low, high, "span")
    status = "ok" if claim["status"] == "censored" else claim["status"]
    return Value(text, claim["recomputedUnit"] or "", status or "ok", claim["reason"] or "")


def ratio(claim: Claim) -> tuple[float, float, float]:
    """Return recomputed over reported, and its least and most; NaN where there is none."""
    ends = [claim["reportedLow"], claim["reportedHigh"]]
    known = [each for each in ends if each is not None and each > 0]
    if not known or not claim["recomputed"] or claim["recomputed"] <= 0:
        return np.nan, np.nan, np.nan
    reported = float(np.mean(known))
    values = [claim[each] for each in ("recomputed", "recomputedLow", "recomputedHigh")]
    middle, low, high = (np.nan if each is None else float(each) / reported for each in values)
    return middle, low, high


def drawn(claims: Sequence[Claim], width: str = "half") -> Drawing | None:
    """Return what was recomputed over what was reported of all that have both."""
    ratios = [ratio(each) for each in claims]
    both = [number for number, each in enumerate(ratios) if not np.isnan(each[0])]
    if not both:
        return None
    columns = np.array([ratios[each] for each in both], float)
    chosen = [claims[each] for each in both]
    per = Ratios(
        [str(each["name"]) for each in chosen],
        [str(each["verdict"]).lower() for each in chosen],
        [str(each["status"]) for each in chosen],
        columns[:, 0],
        columns[:, 1],
        columns[:, 2],
    )
    return forest(per, len(claims) - len(both), width=width)


def _evidence(rows: Sequence[Mapping[str, Any]]) -> Table:
    values = [
        Value(
            interval(each["value"], each["lowest"], each["highest"], "span"),
            each["unit"] or "",
            "ok" if each["status"] == "censored" else each["status"],
            each["reason"] or "",
        )
        for each in rows
    ]
    return Table(
        (
            Column(
                "basis",
                "Basis",
                [each["basis"] for each in rows],
                [each["basis"] for each in rows],
                numeric=False,
            ),
            Column("value", "Value", [each["value"] for each in rows], values),
            Column(
                "method",
                "How",
                [each["method"] for each in rows],
                [each["method"] for each in rows],
                numeric=False,
            ),
        )
    )


COMPUTED: Final = "What the warehouse computes in their place follows."
OF_ONE: Final = (
    Section(
        "verdict", "Verdict", _verdict, "section/claim_verdict.html", width="whole", waits=COMPUTED
    ),
)
OF_ALL: Final = (
    Section(
        "verdicts",
        "As written, and recomputed",
        _judged,
        "section/claims.html",
        width="whole",
        first=_written,
        waits=COMPUTED,
    ),
)
