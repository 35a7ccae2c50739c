"""What is entered of a layer goes along with it, and is never lost unsaid."""

from hypothesis import given
from hypothesis import strategies as st

from service.page.entry.stack import stacked

SUBSTANCES = st.sampled_from(["Li", "LATP", "PB", "IL", "LFP"])
STACKS = st.lists(SUBSTANCES, min_size=2, max_size=7)


def texts_of(stack: list[str]) -> dict[str, str]:
    texts = {}
    for number, substance in enumerate(stack, start=1):
        texts[f"layer-{number}-substance"] = substance
        texts[f"layer-{number}-thickness"] = f"{number} µm"
    return texts


@given(before=STACKS, after=STACKS)
def test_every_fact_is_in_the_new_stack_or_told_as_lost(
    before: list[str], after: list[str]
) -> None:
    given_texts = texts_of(before)
    found = stacked("/".join(after), given_texts)
    carried = {
        (found.texts[f"layer-{number}-substance"], text)
        for number in found.rows.numbers
        if (text := found.texts.get(f"layer-{number}-thickness"))
    }
    lost = {tuple(each.removesuffix(")").split(" (")) for each in found.lost}
    whole = {(substance, f"{number} µm") for number, substance in enumerate(before, start=1)}
    assert carried | lost == whole
    assert not carried & lost
    if before == after:
        assert not lost


def test_a_layer_put_between_others_moves_what_is_told_of_them() -> None:
    found = stacked("Li/PB@LATP/Li", texts_of(["Li", "LATP", "Li"]))
    assert [found.texts.get(f"layer-{n}-thickness") for n in (1, 2, 3, 4)] == [
        "1 µm",
        None,
        "2 µm",
        "3 µm",
    ]
    assert not found.lost


def test_a_configuration_that_cannot_be_read_keeps_the_rows() -> None:
    found = stacked("Li//Li", texts_of(["Li", "LATP", "Li"]))
    assert "character" in found.unread
    assert found.rows.numbers == [1, 2, 3]
    assert found.texts["layer-2-thickness"] == "2 µm"


def test_no_stack_is_drawn_beyond_what_a_form_shows() -> None:
    found = stacked("/".join(["Li"] * 1000), {})
    assert (found.layers, found.rows.numbers) == ((), [])
    assert "1000 layers" in found.unread
