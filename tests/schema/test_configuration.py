"""A stack is read from the lab's notation and written back the same."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.configuration import Layer, Role, parse_configuration, print_configuration, symmetric
from schema.error import InvalidArgument

NAMES = st.text(st.characters(exclude_characters="/@"), min_size=1).map(str.strip).filter(bool)
COATED = st.lists(NAMES, min_size=1, max_size=4)
PIECES = st.lists(COATED, min_size=2, max_size=5)


@st.composite
def stacks(draw: st.DrawFn) -> tuple[Layer, ...]:
    pieces = draw(PIECES)
    middle: list[Role] = ["electrolyte" for _ in pieces[2:]]
    cores: list[Role] = ["negative", *middle, "positive"]
    layers: list[Layer] = []
    for names, core in zip(pieces, cores, strict=True):
        roles: list[Role] = ["interlayer" for _ in names[1:]]
        for name, role in zip(names, [*roles, core], strict=True):
            layers.append(Layer(name, role, len(layers) + 1))
    return tuple(layers)


@given(PIECES)
def test_a_stack_is_printed_as_it_was_written(pieces: list[list[str]]) -> None:
    text = "/".join("@".join(names) for names in pieces)
    assert print_configuration(parse_configuration(text)) == text


@given(stacks())
def test_a_stack_is_read_as_it_was_built(layers: tuple[Layer, ...]) -> None:
    assert parse_configuration(print_configuration(layers)) == layers


@given(stacks(), st.randoms())
def test_the_order_layers_come_in_does_not_matter(
    layers: tuple[Layer, ...], random: Random
) -> None:
    mixed = list(layers)
    random.shuffle(mixed)
    assert print_configuration(mixed) == print_configuration(layers)


@given(PIECES)
def test_a_stack_and_its_mirror_are_alike_in_symmetry(pieces: list[list[str]]) -> None:
    texts = ["/".join("@".join(names) for names in order) for order in (pieces, pieces[::-1])]
    first, second = (symmetric(parse_configuration(text)) for text in texts)
    assert first == second == (pieces[0] == pieces[-1])


def test_the_outermost_of_a_coated_layer_is_written_first() -> None:
    assert parse_configuration("Li/IL@PB@LATP/LFP") == (
        Layer("Li", "negative", 1),
        Layer("IL", "interlayer", 2),
        Layer("PB", "interlayer", 3),
        Layer("LATP", "electrolyte", 4),
        Layer("LFP", "positive", 5),
    )


def test_a_wetting_agent_is_written_as_a_coating() -> None:
    layers = parse_configuration("Li/IL@LATP/Li")
    wetted = [replace(each, role="wetting") if each.substance == "IL" else each for each in layers]
    assert print_configuration(wetted) == "Li/IL@LATP/Li"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Li/LATP/Li", True), ("Li/IL@PB@LATP/LFP", False), ("Li/LATP/PB@Li", False)],
)
def test_a_cell_with_the_same_electrode_on_both_sides_is_symmetric(
    text: str, *, expected: bool
) -> None:
    assert symmetric(parse_configuration(text)) is expected


@pytest.mark.parametrize(
    ("text", "place"),
    [("Li//Li", 4), ("/LATP/Li", 1), ("Li/LATP/", 9), ("Li/ @LATP/Li", 4), ("Li/IL@@LATP/Li", 7)],
)
def test_a_layer_without_a_substance_is_refused_with_its_place(text: str, place: int) -> None:
    with pytest.raises(InvalidArgument, match=f"character {place}$"):
        parse_configuration(text)


@pytest.mark.parametrize("text", ["", "LATP", "IL@LATP"])
def test_a_stack_without_two_electrodes_is_refused(text: str) -> None:
    with pytest.raises(InvalidArgument, match="between two electrodes"):
        parse_configuration(text)


@pytest.mark.parametrize("name", ["", "a/b", "a@b", " a"])
def test_a_name_that_would_be_read_as_something_else_is_not_printed(name: str) -> None:
    with pytest.raises(InvalidArgument, match="layer 2"):
        print_configuration([Layer("Li", "negative", 1), Layer(name, "positive", 2)])


def test_a_coating_on_nothing_is_not_printed() -> None:
    layers = [*parse_configuration("Li/LATP/Li"), Layer("PB", "interlayer", 4)]
    with pytest.raises(InvalidArgument, match="between two electrodes"):
        print_configuration(layers)
