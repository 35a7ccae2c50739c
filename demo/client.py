"""What a newcomer does next, over HTTP: say what the cells are, then ask a question."""

import json
from typing import Any, Final
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from demo.cells import CELLS, PELLETS, Cell

QUESTION: Final = """\
{
  cells(where: {name: {contains: "lfp"}}) {
    nodes {
      name
      configuration
      dischargeCapacity { cycleCount specificDischargeCapacityMahPerG }
      coulombicEfficiency { coulombicEfficiency }
      capacityRetention(reference: 1) { capacityRetention }
    }
  }
}"""
_SHOWN_CYCLES: Final = (1, 2, 10, 20, 30)

_CREATE_CELL: Final = """\
mutation ($input: CellInput!) {
  createCell(input: $input) { ... on Cell { id } ... on InvalidInput { field reason } }
}"""
_CREATE_MATERIAL: Final = """\
mutation ($input: MaterialInput!) {
  createMaterial(input: $input) { ... on Material { id } ... on InvalidInput { field reason } }
}"""
_FIND_TESTS: Final = "query ($names: [String!]) { tests(names: $names) { nodes { id } } }"
_ASSIGN: Final = """\
mutation ($tests: [ID!]!, $cell: ID!) {
  assignTests(tests: $tests, cell: $cell) { __typename }
}"""


def introduce(url: str) -> None:
    """Create the cells and the pellets and say which tests ran on which cell.

    Those already there are left as they are.
    """
    for pellet in PELLETS:
        _create(
            url,
            _CREATE_MATERIAL,
            {
                "name": pellet.name,
                "kind": "pellet",
                "thicknessUm": pellet.thickness_um,
                "areaCm2": pellet.area_cm2,
                "note": pellet.note,
            },
        )
    for cell in CELLS:
        cell_id = _create(url, _CREATE_CELL, _input(cell))
        if cell_id is not None:
            names = [file.split(".")[0] for file in cell.files]
            found = post(url, _FIND_TESTS, {"names": names})
            tests = [node["id"] for node in found["tests"]["nodes"]]
            post(url, _ASSIGN, {"tests": tests, "cell": cell_id})


def ask(url: str) -> list[tuple[str, ...]]:
    """Ask the question; return the answer as a table, headings first."""
    rows: list[tuple[str, ...]] = [("cell", "configuration", "cycle", "mAh/g", "CE", "retention")]
    for cell in post(url, QUESTION)["cells"]["nodes"]:
        columns = (
            cell["dischargeCapacity"]["cycleCount"],
            cell["dischargeCapacity"]["specificDischargeCapacityMahPerG"],
            cell["coulombicEfficiency"]["coulombicEfficiency"],
            cell["capacityRetention"]["capacityRetention"],
        )
        rows += (
            (cell["name"], cell["configuration"], str(cycle), *map(_shown, values))
            for cycle, *values in zip(*columns, strict=True)
            if cycle in _SHOWN_CYCLES
        )
    return rows


def post(url: str, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
    """Post a GraphQL request; return its data.

    Raises:
        RuntimeError: with the messages when the service answers with errors.
    """
    body = json.dumps({"query": query, "variables": variables or {}}).encode()
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


def _create(url: str, mutation: str, given: dict[str, Any]) -> str | None:
    """Return the id of what was created, None when the name was taken."""
    (result,) = post(url, mutation, {"input": given}).values()
    if "reason" in result:
        raise RuntimeError(f"{result['field']}: {result['reason']}")
    created: str | None = result.get("id")
    return created


def _input(cell: Cell) -> dict[str, Any]:
    return {
        "name": cell.name,
        "configuration": cell.configuration,
        "symmetric": cell.symmetric,
        "areaCm2": cell.area_cm2,
        "activeMassGram": cell.active_mass_gram,
        "massBasis": cell.mass_basis,
        "note": cell.note,
    }


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"
