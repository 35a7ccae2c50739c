"""How sure a number is, in a sign and a word: a word always stands by the sign."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from service.page.number import ABSENT, interval, number

SIGNS: Final = {
    "ok": "",
    "low_quality": "○",
    "censored": "≥",
    "not_comparable": "◇",
    "not_computable": ABSENT,
}
WORDS: Final = {
    "ok": "ok",
    "low_quality": "low quality",
    "censored": "still alive at the end",
    "not_comparable": "not comparable",
    "not_computable": "not computable",
}
VERDICTS: Final = {"supported": "✓", "contradicted": "✗", "untestable": "?"}
COUNTED: Final = ("ok", "censored")
"""Statuses of numbers that nothing is to be said against."""


@dataclass(frozen=True, slots=True)
class Value:
    """A number for people: its text, how sure it is and why not surer, and where to mend that."""

    text: str
    unit: str = ""
    status: str = "ok"
    reason: str = ""
    mend: str = ""
    """Address at which a missing fact is entered."""

    @property
    def sign(self) -> str:
        """Return the sign of its status."""
        return SIGNS.get(self.status, "")

    @property
    def word(self) -> str:
        """Return its status in words."""
        return WORDS.get(self.status, self.status.replace("_", " "))


def valued(  # all that is known of a number
    value: float | None,
    *,
    error: float | None = None,
    low: float | None = None,
    high: float | None = None,
    unit: str = "",
    status: str | None = "ok",
    reason: str | None = "",
    factor: float = 1.0,
    level: str = "",
) -> Value:
    """Return a number for people, multiplied by a factor with all that goes along with it.

    ``level`` says what ``low`` and ``high`` are, e.g. 95 %; without it they are bounds.
    """
    shown_status = status or ("ok" if value is not None else "not_computable")
    if value is None:
        shown_status = "not_computable" if shown_status in COUNTED else shown_status
        return Value(ABSENT, "", shown_status, reason or "nothing is known of it")
    scaled = [None if each is None else each * factor for each in (value, error, low, high)]
    text = (
        interval(scaled[0], scaled[2], scaled[3], level)
        if scaled[1] is None
        and (low is not None or high is not None)
        and shown_status != "censored"
        else number(scaled[0], scaled[1])
    )
    return Value(text, unit, shown_status, reason or "")


def counted(statuses: Sequence[Any]) -> str:
    """Return how many of some numbers are not ok, in words; empty when all are."""
    others: dict[str, int] = {}
    for each in statuses:
        if each not in COUNTED and each is not None:
            others[each] = others.get(each, 0) + 1
    return ", ".join(f"{count} {WORDS.get(name, name)}" for name, count in others.items())
