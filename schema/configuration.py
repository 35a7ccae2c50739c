"""The layer stack as the lab writes it: ``Li/IL@PB@LATP/Li``.

``/`` stands between layers, from the negative side to the positive; ``A@B@C`` is one of them with
its coatings, A outermost on C.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from schema.error import InvalidArgument

Role = Literal["negative", "electrolyte", "interlayer", "wetting", "positive"]
_COATINGS: Final = frozenset[Role]({"interlayer", "wetting"})
_TAKES: Final = "a stack between two electrodes, e.g. Li/IL@PB@LATP/Li"


@dataclass(frozen=True, slots=True)
class Layer:
    """One place in a stack; the notation calls every coating an interlayer."""

    substance: str
    role: Role
    position: int
    """Place as written, from 1."""


def parse_configuration(text: str) -> tuple[Layer, ...]:
    """Return the layers of a stack in the order written.

    Raises:
        InvalidArgument: when a layer has no substance or an electrode is wanting; it names the
            place.
    """
    layers: list[Layer] = []
    pieces = text.split("/")
    if len(pieces) < 2:
        raise InvalidArgument("configuration", text, _TAKES)
    place = 1
    for index, piece in enumerate(pieces):
        names = piece.split("@")
        core: Role = "electrolyte"
        if index in {0, len(pieces) - 1}:
            core = "positive" if index else "negative"
        for name in names:
            if not name.strip():
                wanting = f"{_TAKES}; no substance is named at character {place}"
                raise InvalidArgument("configuration", text, wanting)
            place += len(name) + 1
            layers.append(Layer(name.strip(), "interlayer", len(layers) + 1))
        layers[-1] = Layer(names[-1].strip(), core, len(layers))
    return tuple(layers)


def print_configuration(layers: Sequence[Layer]) -> str:
    """Return the notation of a stack, whose layers may come in any order.

    Raises:
        InvalidArgument: when a name would be read as something else, or a coating is on nothing.
    """
    stack = sorted(layers, key=lambda layer: layer.position)
    for layer in stack:
        name = layer.substance
        if not name or name != name.strip() or "/" in name or "@" in name:
            raise InvalidArgument(f"layer {layer.position}", name, "a substance without / and @")
    text = "".join(layer.substance + ("@" if layer.role in _COATINGS else "/") for layer in stack)
    if text.count("/") < 2 or text.endswith("@"):
        raise InvalidArgument("configuration", text, _TAKES)
    return text.removesuffix("/")


def rename_substance(text: str, before: str, name: str) -> str:
    """Return a stack with another name of a substance, otherwise as it is written.

    Raises:
        InvalidArgument: when it has the substance, and the name would be read as several.
    """
    pieces = re.split("([/@])", text)
    if before not in (piece.strip() for piece in pieces):
        return text
    if "/" in name or "@" in name:
        raise InvalidArgument("name", name, "a substance without / and @")
    return "".join(
        piece.replace(before, name) if piece.strip() == before else piece for piece in pieces
    )


def symmetric(layers: Sequence[Layer]) -> bool:
    """Return whether both electrodes, with their coatings, are of the same substances."""
    pieces = print_configuration(layers).split("/")
    return pieces[0] == pieces[-1]
