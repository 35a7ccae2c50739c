"""The layers in the form of a cell: those of the configuration, with what is entered of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

from schema.configuration import Layer, parse_configuration, symmetric
from schema.error import InvalidArgument
from service.page.entry.field import Field, amount, choice, words
from service.page.entry.form import Rows

MOST_LAYERS: Final = 99
_ROLES: Final = tuple(
    (each, each) for each in ("negative", "electrolyte", "interlayer", "wetting", "positive")
)
FACTS: Final[Sequence[Field]] = (
    words("material", "Material", names="materials"),
    amount("thickness", "Thickness", "thicknessUm", "µm"),
    amount("loading", "Loading", "loadingMgPerCm2", "mg/cm²"),
    choice("role", "Role", "role", *_ROLES),
)
SUBSTANCE: Final = words("substance", "Substance", names="substances")


@dataclass(frozen=True, slots=True)
class Stack:
    """The rows of layers, their texts, and what was entered of layers that are there no more."""

    rows: Rows
    texts: Mapping[str, str]
    layers: Sequence[Layer]
    """As the configuration reads, none without one."""
    lost: Sequence[str] = ()
    unread: str = ""
    """Why the configuration cannot be read."""

    @property
    def symmetric(self) -> bool:
        """Return whether the electrodes of its configuration are the same."""
        return symmetric(self.layers)

    def role(self, number: int) -> str:
        """Return what the configuration takes a layer for, empty without one."""
        return next((each.role for each in self.layers if each.position == number), "")


def stacked(configuration: str, given: Mapping[str, str], more: int = 0) -> Stack:
    """Return the layers as they are read, each with what is entered of it; ``more`` are blank ones.

    What was entered of a layer goes along with it where layers are put between others.
    """
    numbers = sorted({int(each.split("-")[1]) for each in given if each.startswith("layer-")})
    layers, unread = _read(configuration)
    if not layers:
        fields = (SUBSTANCE, *FACTS)
        used = [n for n in numbers if any(given.get(_name(n, each.name)) for each in fields)]
        last = max(used, default=0)
        numbers = [*used, *range(last + 1, last + 1 + more)]
        texts = {name: text for name, text in given.items() if name.startswith("layer-")}
        return Stack(
            Rows("layers", "layer", fields, numbers[:MOST_LAYERS]), texts, (), unread=unread
        )
    before = [given.get(_name(n, "substance"), "") for n in numbers]
    place = _carried(before, layers) if any(before) else _by_number(numbers, len(layers))
    texts = {_name(each.position, "substance"): each.substance for each in layers}
    lost = []
    for index, number in enumerate(numbers):
        entered = {each.name: given.get(_name(number, each.name), "").strip() for each in FACTS}
        if index in place:
            texts |= {_name(place[index], name): text for name, text in entered.items()}
        elif facts := [text for name, text in entered.items() if text and name != "role"]:
            substance = given.get(_name(number, "substance"), "") or f"layer {number}"
            lost.append(f"{substance} ({', '.join(facts)})")
    rows = Rows("layers", "layer", FACTS, [each.position for each in layers])
    return Stack(rows, texts, layers, lost)


def _read(configuration: str) -> tuple[Sequence[Layer], str]:
    """Return the layers of a configuration, and why they cannot be read."""
    try:
        layers = parse_configuration(configuration) if configuration.strip() else ()
    except InvalidArgument as fault:
        return (), str(fault)
    if len(layers) > MOST_LAYERS:
        return (), f"it has {len(layers)} layers; a form shows {MOST_LAYERS}"
    return layers, ""


def _carried(before: Sequence[str], layers: Sequence[Layer]) -> dict[int, int]:
    """Return the place of each layer that was there before and is there still, by its index."""
    now = [each.substance for each in layers]
    blocks = SequenceMatcher(None, before, now, autojunk=False).get_matching_blocks()
    return {one.a + step: one.b + step + 1 for one in blocks for step in range(one.size)}


def _by_number(numbers: Sequence[int], count: int) -> dict[int, int]:
    """Return the place of rows that name no substance: the one they are numbered by."""
    return {index: number for index, number in enumerate(numbers) if number <= count}


def texts_of(layers: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the texts of the layers that a cell has."""
    texts = {}
    for number, layer in enumerate(layers, start=1):
        named = {name: (layer[name] or {}).get("name") for name in ("substance", "material")}
        for each in (SUBSTANCE, *FACTS):
            texts[_name(number, each.name)] = each.text_of({**layer, **named})
    return texts


def _name(number: int, name: str) -> str:
    return f"layer-{number}-{name}"
