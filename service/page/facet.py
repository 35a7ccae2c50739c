"""A facet as a page shows it: choices that are links, and the range that numbers lie in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from service.page.address import Address
from service.page.bounds import NOT_STATED, Bounds
from service.page.cell_facet import CellFacet, choice_text, choice_value
from service.page.number import entered
from service.page.status import SIGNS

_FEW: Final = 10
_TRUTHS: Final = {"true": "yes", "false": "no"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice: its words, how many rows have it, the address with it or without, whether it is."""

    words: str
    count: int | None
    link: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet: its choices, and where its numbers lie."""

    name: str
    title: str
    unit: str
    choices: Sequence[Choice]
    more: int = 0
    span: str = ""
    """From the least to the greatest number; empty where it has none."""
    hint: str = ""
    """What may be typed; empty where nothing may."""

    @property
    def open(self) -> bool:
        """Return whether it shows itself at once: something of it is chosen, or it is short."""
        return self.chosen or (len(self.choices) <= _FEW and "." not in self.name)

    @property
    def chosen(self) -> bool:
        """Return whether anything of it is chosen."""
        return any(each.chosen for each in self.choices)


def facet(address: Address, known: CellFacet, answer: Mapping[str, Any]) -> Facet:
    """Return a facet of the cells of an address."""
    chosen = address[known.name]

    def choice(words: str, count: int | None, value: Any) -> Choice:  # noqa: ANN401 # as the field reads it
        has = value in chosen
        left = tuple(each for each in chosen if each != value)
        changed = left if has else (*chosen, value)
        return Choice(words, count, address.but(**{known.name: changed, "after": None}).link(), has)

    of_layers = known.name == "layer_thickness_um"
    typed = known.part == "value" or of_layers or known.name in {"area_cm2", "active_mass_gram"}
    choices = []
    if of_layers:
        for each in answer["choices"]:
            span = Bounds(each["least"], each["greatest"], each["value"])
            words = f"{each['value']} {_span(each['least'], each['greatest'])}"
            choices.append(choice(words, each["count"], span))
    elif not typed:
        found = {each["value"]: each["count"] for each in answer["choices"]}
        found |= {
            choice_value(each): found.get(choice_value(each), 0)
            for each in chosen
            if each != NOT_STATED
        }
        choices = [
            choice(_words(known, value), count, choice_text(value))
            for value, count in found.items()
        ]
    seen = {each.link for each in choices}
    typed_in = [
        choice(str(each).replace(":", " ").replace("..", " to "), None, each)
        for each in chosen
        if isinstance(each, Bounds)
    ]
    choices += [each for each in typed_in if each.link not in seen]
    if answer["notTold"] or NOT_STATED in chosen:
        words = "no value" if known.part == "value" else "not stated"
        choices.append(choice(words, answer["notTold"], NOT_STATED))
    least, greatest = answer["least"], answer["greatest"]
    return Facet(
        known.name,
        known.title,
        "" if answer["unit"] == "1" else answer["unit"],
        choices,
        answer["more"],
        "" if least is None or of_layers else _span(least, greatest),
        ("PB:0.5..1" if of_layers else _hint(least, greatest)) if typed else "",
    )


def _words(known: CellFacet, value: str) -> str:
    """Return a choice in words."""
    if known.name == "symmetric":
        return _TRUTHS[value]
    if known.part == "status":
        return f"{SIGNS.get(value, '')} {value.replace('_', ' ')}".strip()
    return value.replace("_", " ") if known.part else value


def _span(least: float, greatest: float) -> str:
    first, last = entered(least), entered(greatest)
    return first if first == last else f"{first} to {last}"


def _hint(least: float | None, greatest: float | None) -> str:
    if least is None or greatest is None:
        return "0.5..1"
    return f"{least:.4g}..{greatest:.4g}"
