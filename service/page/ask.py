"""A page asks as everybody asks: one GraphQL document, in process."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import numpy as np
from numpy.typing import NDArray
from starlette.requests import Request

from service.graphql.request.endpoint import Endpoint, address_of

_QUERIES: Final = Path(__file__).parent / "queries"


@dataclass(frozen=True, slots=True)
class Asked:
    """What was answered, what was amiss by its path in the answer, and the question itself."""

    data: Mapping[str, Any]
    faults: Mapping[str, str]
    document: str
    variables: Mapping[str, Any]

    @property
    def query(self) -> str:
        """Return the address that opens the question in the console."""
        given = {"query": self.document}
        if self.variables:
            given["variables"] = json.dumps(self.variables, ensure_ascii=False)
        return f"/graphql?{urlencode(given)}"

    def fault(self, *path: str) -> str | None:
        """Return what was amiss with a field or with what it stands in, None where nothing was."""
        for end in range(1, len(path) + 1):
            if message := self.faults.get(".".join(path[:end])):
                return message
        return None


async def ask(request: Request, name: str, /, **variables: object) -> Asked:
    """Return the answer to queries/NAME.graphql.

    Columns are NumPy arrays or lists. A field that failed is null, and ``faults`` says why.

    Raises:
        Refused: when the document may not run: a fault of the page, not of who looks.
    """
    return await ask_text(request, document(name), variables)


async def ask_text(request: Request, text: str, variables: Mapping[str, object]) -> Asked:
    """Return the answer to a document that was made for an address, as ``ask`` does.

    Whoever only looks is answered once: sections of a page may ask what the page asks.

    Raises:
        Refused: when the document may not run: a fault of the page, not of who looks.
    """
    given = {name: value for name, value in variables.items() if value is not None}
    if request.method not in {"GET", "HEAD"}:
        return await _answered(request, text, given)
    known: dict[tuple[str, str], Asked] = request.scope.setdefault("leyden.asked", {})
    key = text, json.dumps(given, sort_keys=True, default=str)
    if key not in known:
        known[key] = await _answered(request, text, given)
    return known[key]


async def _answered(request: Request, text: str, given: Mapping[str, Any]) -> Asked:
    endpoint: Endpoint = request.app.state.graphql
    data, errors = await endpoint.data(text, given, request.state.request_id, address_of(request))
    faults = {_path(each.get("path") or ()): str(each["message"]) for each in errors}
    return Asked(data, faults, text, given)


def floats(column: Any) -> NDArray[np.float64]:  # noqa: ANN401 # as the answer has it
    """Return a column of an answer as numbers, NaN for null."""
    if isinstance(column, np.ndarray):
        return column.astype(float)
    return np.array([np.nan if each is None else each for each in column], float)


@cache
def document(name: str) -> str:
    """Return the text of queries/NAME.graphql."""
    return (_QUERIES / f"{name}.graphql").read_text("utf-8")


def _path(path: Sequence[str | int]) -> str:
    """Return where in an answer something is amiss; the same for all rows of a list."""
    return ".".join(each for each in path if isinstance(each, str))
