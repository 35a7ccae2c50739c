"""How often a law is tried: each ring of tests is a profile of Hypothesis, see tests/conftest.py.

A law that is tried case by case on what a table lists is thinned likewise: ``thinned(cases, 4)``.

A law with no number of its own takes the profile's. One that is dear, or worth more, says how many
examples it draws where Hypothesis would draw 100, and the profile scales that: ``@law(20)`` draws 4
on every change, 20 in .ci/run.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import pytest
from hypothesis import settings

FEWEST: Final = 3
"""A law of fewer examples would hardly be one."""
_USUAL: Final = 100
"""What Hypothesis draws where nobody says anything."""


def law(examples: int, **more: Any) -> settings:  # noqa: ANN401 # as Hypothesis takes it
    """Return the settings of a law: so many examples, as the profile scales them."""
    scaled = examples * settings().max_examples // _USUAL
    return settings(max_examples=max(scaled, min(FEWEST, examples)), **more)


def sparser(every: int) -> int:
    """Return one in how many is tried, of what .ci/run tries one in ``every`` of."""
    return every * max(_USUAL // (settings().max_examples or _USUAL), 1)


def thinned(cases: Iterable[object], every: int, ids: Sequence[str] | None = None) -> list[Any]:
    """Return cases to parametrize by: one in so many, from the first, is tried on every change.

    The rest are slow: .ci/run tries them all.
    """
    return [
        pytest.param(
            case,
            marks=[pytest.mark.slow] if place % every else [],
            id=ids[place] if ids else None,
        )
        for place, case in enumerate(cases)
    ]
