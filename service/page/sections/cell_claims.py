"""What was reported of a cell, and whether it holds."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.requests import Request

from service.page.address import Address
from service.page.ask import ask
from service.page.headline import rows
from service.page.section import Content, Section
from service.page.status import VERDICTS, Value, valued


async def _show(request: Request, cell: int, _address: Address) -> Content:
    asked = await ask(request, "cell_claims")
    for name in ("claimEvidence", "claimVerdict"):
        if fault := asked.fault(name):
            return Content(asked.query, fault=fault)
    evidence = [each for each in rows(asked.data["claimEvidence"]) if each["cellId"] == str(cell)]
    if not evidence:
        return Content(asked.query, empty="No claim rests on this cell.")
    ids = sorted({each["claimId"] for each in evidence})
    answer = await ask(request, "cell_claims_told", ids=[str(each) for each in ids])
    if fault := answer.fault("claims"):
        return Content(answer.query, fault=fault)
    named = {int(each["node"]["id"]): each["node"] for each in answer.data["claims"]["edges"]}
    verdicts = {each["claimId"]: each for each in rows(asked.data["claimVerdict"])}
    claims = [_claim(named[each], verdicts.get(each), evidence) for each in ids if each in named]
    traces = [asked.data[name]["trace"] for name in ("claimVerdict", "claimEvidence")]
    return Content(asked.query, context={"claims": claims}, traces=traces)


def _claim(
    claim: Mapping[str, Any],
    verdict: Mapping[str, Any] | None,
    evidence: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """Return a claim with its verdict, and what this very cell gives in its place."""
    name = (verdict["verdict"] or "").lower() if verdict else ""
    return {
        **claim,
        "verdict": name or "no verdict",
        "sign": VERDICTS.get(name, ""),
        "why": verdict["why"] if verdict else "",
        "bases": verdict["basisCount"] if verdict else 0,
        "recovered": _number(verdict, "recomputed", "recomputedLow", "recomputedHigh"),
        "here": [
            (each["method"], _number(each, "value", "lowest", "highest"))
            for each in evidence
            if each["claimId"] == int(claim["id"])
        ],
    }


def _number(row: Mapping[str, Any] | None, value: str, low: str, high: str) -> Value:
    if row is None or row[value] is None:
        reason = (row["reason"] if row else None) or "nothing is recomputed"
        return Value("", "", "not_computable", reason)
    return valued(
        row[value],
        low=row[low],
        high=row[high],
        level="bases",
        unit=row["unit"] or "",
        status=row["status"],
        reason=row["reason"],
    )


SECTION: Final = Section(
    "claims", "Claims about it", _show, "section/cell_claims.html", width="whole"
)
