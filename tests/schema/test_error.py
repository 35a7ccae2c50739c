"""Errors travel between processes as they are."""

import pickle
from pathlib import Path

import pytest

from schema.error import (
    EmptyExport,
    InvalidSetting,
    LeydenError,
    UnknownName,
    UnknownUnit,
    UnreadableExport,
)


@pytest.mark.parametrize(
    "error",
    [
        InvalidSetting("LEYDEN_DATABASE_URL", "x", "it is not a URL"),
        UnreadableExport(Path("a.csv"), "pec", "line 3", "no number"),
        EmptyExport(Path("a.csv"), "pec"),
        UnknownName("metric", "fad", ["fade_rate"]),
        UnknownUnit("furlong", {"m": 1}),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_travels_with_its_words_and_facts(error: LeydenError) -> None:
    arrived = pickle.loads(pickle.dumps(error))  # noqa: S301 — our own
    assert type(arrived) is type(error)
    assert (str(arrived), arrived.__dict__) == (str(error), error.__dict__)
