"""What a newcomer does next, over HTTP: ask what was claimed, and what the raw files say to it."""

import json
from collections import Counter
from typing import Any, Final
from urllib.error import HTTPError
from urllib.request import Request, urlopen

QUESTION: Final = """\
{
  claims(where: {quantity: {isNull: false}}, first: 100) {
    nodes {
      name
      text
      reported
      recomputed
      recomputedLow
      recomputedHigh
      recomputedUnit
      verdict
      why
      evidence { basis value }
      flags { flag why }
    }
  }
}"""
_TELLING: Final = ("activation_energy_disagrees", "exceeds_theory", "efficiency_against_retention")
"""The flags that are printed; the answer holds many more."""
HEADINGS: Final = ("claim", "reported", "recovered", "from", "verdict")


def ask(url: str) -> tuple[list[tuple[str, ...]], list[str]]:
    """Ask the question.

    Returns:
        The answer as rows under ``HEADINGS``, then what was contradicted and what was noticed.
    """
    claims = post(url, QUESTION)["claims"]["nodes"]
    rows: list[tuple[str, ...]] = [
        (
            claim["name"],
            claim["reported"],
            _recovered(claim),
            _bases([each["basis"] for each in claim["evidence"]]),
            claim["verdict"].lower(),
        )
        for claim in claims
    ]
    notes = [
        f"{claim['name']} is contradicted: “{claim['text']}”, but {claim['why']}"
        for claim in claims
        if claim["verdict"] == "CONTRADICTED"
    ]
    notes += [
        f"{claim['name']} {each['flag']}: {each['why']}"
        for claim in claims
        for each in claim["flags"]
        if each["flag"] in _TELLING
    ]
    return rows, notes


def post(url: str, query: str) -> dict[str, Any]:
    """Post a GraphQL request; return its data.

    Raises:
        RuntimeError: with the messages when the service answers with errors.
    """
    body = json.dumps({"query": query}).encode()
    request = Request(f"{url}/graphql", body, {"content-type": "application/json"})  # noqa: S310 — our own address
    try:
        with urlopen(request, timeout=60) as response:  # noqa: S310 — our own address
            answer: dict[str, Any] = json.load(response)
    except HTTPError as refused:
        answer = json.load(refused)
    if "errors" in answer:
        raise RuntimeError("; ".join(error["message"] for error in answer["errors"]))
    data: dict[str, Any] = answer["data"]
    return data


def _recovered(claim: dict[str, Any]) -> str:
    """Return the number with its unit; one that is open above is a bound."""
    if claim["recomputed"] is None:
        return ""
    bound = "" if claim["recomputedHigh"] is not None else "≥ "
    return f"{bound}{claim['recomputed']:.5g} {claim['recomputedUnit'] or ''}".strip()


def _bases(names: list[str]) -> str:
    """Return what a number rests on, "4 cells" for many of a kind; images of a piece are one."""
    names = [*dict.fromkeys(name.partition(", image ")[0] for name in names)]
    kinds = Counter(name.split()[0] for name in names)
    return " + ".join(
        f"{count} {kind.removesuffix('s')}s"
        if count > 1
        else next(name for name in names if name.startswith(kind)).removeprefix("cell ")
        for kind, count in kinds.items()
    )
