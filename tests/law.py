"""How often a law is tried: each ring of tests is a profile of Hypothesis, see tests/conftest.py.

A law with no number of its own takes the profile's. One that is dear, or worth more, says how many
examples it draws where Hypothesis would draw 100, and the profile scales that: ``@law(20)`` draws 4
on every change, 20 in .ci/run.
"""

from typing import Any, Final

from hypothesis import settings

FEWEST: Final = 3
"""A law of fewer examples would hardly be one."""
_USUAL: Final = 100
"""What Hypothesis draws where nobody says anything."""


def law(examples: int, **more: Any) -> settings:  # noqa: ANN401 # as Hypothesis takes it
    """Return the settings of a law: so many examples, as the profile scales them."""
    scaled = examples * settings().max_examples // _USUAL
    more = {"deadline": None} | more
    return settings(max_examples=max(scaled, min(FEWEST, examples)), **more)
