"""What a cell descends from, in generations from the left: materials, and what was done to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

_MOST: Final = 40
"""Generations that are followed; a catalog has no circle, and this ends one all the same."""


@dataclass(frozen=True, slots=True)
class Generation:
    """Materials that are as far from the cell, and the processes by which they became others."""

    materials: Sequence[Mapping[str, Any]]
    processes: Sequence[Mapping[str, Any]]
    """Each with ``outputs``, the materials of the next generation it led to."""


def generations(layers: Sequence[Mapping[str, Any]]) -> list[Generation]:
    """Return all that the layers of a cell were made of, the first on the left.

    A material stands as far to the left as the longest way from it to the cell is.
    """
    known: dict[str, Mapping[str, Any]] = {}
    for layer in layers:
        if layer["material"]:
            for each in (layer["material"], *layer["material"]["ancestors"]):
                known.setdefault(each["id"], each)
    away = {layer["material"]["id"]: 0 for layer in layers if layer["material"]}
    waiting = list(away)
    while waiting:
        material = waiting.pop()
        made_by = known[material]["madeBy"]
        for each in made_by["inputs"] if made_by else ():
            farther = away[material] + 1
            if each["id"] in known and away.get(each["id"], -1) < farther <= _MOST:
                away[each["id"]] = farther
                waiting.append(each["id"])
    farthest = max(away.values(), default=0)
    return [_generation(known, away, depth) for depth in range(farthest, -1, -1)] if away else []


def _generation(
    known: Mapping[str, Mapping[str, Any]], away: Mapping[str, int], depth: int
) -> Generation:
    materials = [known[each] for each, distance in away.items() if distance == depth]
    processes: dict[str, dict[str, Any]] = {}
    for each, distance in away.items():
        made_by = known[each]["madeBy"]
        if made_by and distance == depth - 1:
            process = processes.setdefault(made_by["id"], {**made_by, "outputs": []})
            process["outputs"].append(known[each])
    return Generation(materials, list(processes.values()))
