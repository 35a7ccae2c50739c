"""The layers of a cell: listed, or by its configuration, or both, that then agree."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Any, TypeAlias

from schema.configuration import Layer, parse_configuration, symmetric
from schema.error import InvalidArgument, InvalidRecord
from schema.record.column import Place, Said, refused

SubstanceOf: TypeAlias = Callable[[str, Place], str | None]


@dataclass(frozen=True, slots=True)
class Listed:
    """A layer as it is said.

    Attributes:
        substance: name of what it is made of; None: that of its material, or of the configuration.
        material: name of the very piece.
        role: negative, electrolyte, interlayer, wetting or positive.
        columns: what else is said of it.
    """

    substance: str | None = None
    material: str | None = None
    role: str | None = None
    columns: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def said(cls, layer: Said) -> "Listed":
        """Return a layer of what is said of it."""
        substance, material, role = (
            (layer.get(name) or "").strip() or None for name in ("substance", "material", "role")
        )
        rest = {name: layer[name] for name in layer.keys() - {"substance", "material", "role"}}
        return cls(substance, material, role, rest)


def stacked(
    configuration: str | None, listed: Sequence[Listed], substance_of: SubstanceOf
) -> tuple[Listed, ...]:
    """Return the layers of a cell from the negative side, with the substance and role of each.

    They are those of the configuration where none is listed. What neither states stays unknown.

    Args:
        configuration: the stack as the lab writes it.
        listed: its layers.
        substance_of: returns the substance of a material by its name, said at a place.

    Raises:
        InvalidRecord: when the configuration cannot be read, a layer is of nothing, or the two
            contradict each other.
    """
    stack = stack_of(configuration)
    for place, layer in enumerate(listed):
        if layer.substance is None and layer.material is None:
            reason = "a layer names its substance or the material that was used"
            raise InvalidRecord(("layers", place), reason)
    if not listed:
        return tuple(Listed(each.substance, role=each.role) for each in stack)
    whole = [_of_material(layer, place, substance_of) for place, layer in enumerate(listed)]
    if not stack:
        return tuple(whole)
    for place, (each, layer) in enumerate(zip_longest(stack, whole)):
        found = layer.substance if layer else "nothing"
        if each is None or layer is None or found not in {None, each.substance}:
            stated = f"{each.substance if each else 'nothing'} in place {place + 1}"
            reason = f"{configuration} has {stated}, the layers have {found or 'something'}"
            raise InvalidRecord(("layers", place), reason)
    return tuple(
        replace(layer, substance=each.substance, role=layer.role or each.role)
        for layer, each in zip(whole, stack, strict=True)
    )


def _of_material(layer: Listed, place: int, substance_of: SubstanceOf) -> Listed:
    """Return a layer with the substance of its material, where it states none itself.

    Raises:
        InvalidRecord: when it tells another.
    """
    if layer.material is None:
        return layer
    found = substance_of(layer.material, ("layers", place, "material"))
    if layer.substance is not None and found not in {None, layer.substance}:
        reason = f"{layer.material} is of {found}, not of {layer.substance}"
        raise InvalidRecord(("layers", place, "substance"), reason)
    return replace(layer, substance=layer.substance or found)


def equal_electrodes(configuration: str | None, *, said: bool | None) -> bool | None:
    """Return whether both electrodes are the same, by the configuration where nobody says it.

    Raises:
        InvalidRecord: when what is said is not so.
    """
    stack = stack_of(configuration)
    found = symmetric(stack) if stack else None
    if said is not None and found is not None and said != found:
        reason = f"{configuration} {'has' if found else 'has not'} equal electrodes"
        raise InvalidRecord(("symmetric",), reason)
    return found if said is None else said


def stack_of(configuration: str | None) -> tuple[Layer, ...]:
    """Return the layers of a configuration, none of none.

    Raises:
        InvalidRecord: when it cannot be read.
    """
    if configuration is None:
        return ()
    try:
        return parse_configuration(configuration)
    except InvalidArgument as fault:
        raise refused(fault, ("configuration",)) from fault
