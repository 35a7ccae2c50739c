"""A number that a reader gave and the lake does not hold is found."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ingest.conformance import storage as room
from ingest.conformance.storage import storage_faults
from ingest.draft import Draft, draft
from ingest.reading import RawColumn, Reading
from ingest.series import Values

COUNT = 20


def reading(**more: np.ndarray[Any, np.dtype[np.float64]]) -> Reading:
    """Return a charge of a cell, with a column of no canonical name."""
    time = np.arange(float(COUNT))
    columns = (
        RawColumn("t/min", time, "test_time_second", 60.0),
        RawColumn("I/mA", np.linspace(1.0, 2.0, COUNT), "current_ampere", 1e-3),
        RawColumn("U/V", 3.0 + time / 10, "voltage_volt"),
        RawColumn("odd", more.get("odd", time**2)),
    )
    return Reading(columns)


def spoiling(change: Callable[[dict[str, Values]], Mapping[str, Values]]) -> Callable[..., Draft]:
    """Return what drafts a reading with a change in its points."""

    def drafted(given: Reading) -> Draft:
        whole = draft(given)
        return replace(whole, points=whole.points.having(change(dict(whole.points.columns))))

    return drafted


def without(columns: dict[str, Values]) -> Mapping[str, Values]:
    del columns["odd"]
    return columns


def rounded(columns: dict[str, Values]) -> Mapping[str, Values]:
    return columns | {"current_ampere": np.round(np.asarray(columns["current_ampere"]), 4)}


def by_chance(columns: dict[str, Values]) -> Mapping[str, Values]:
    chance = np.random.default_rng().random(COUNT)
    return columns | {"chance": chance}


def test_what_is_kept_is_as_it_should_be() -> None:
    assert list(storage_faults([reading()])) == []
    odd = np.where(np.arange(COUNT) % 3 == 0, np.nan, 7.0)
    assert list(storage_faults([reading(odd=odd)])) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (without, "odd is not among the points"),
        (rounded, "I/mA (current_ampere) is not among the points"),
        (by_chance, "its points have another hash when they are written twice"),
    ],
)
def test_what_is_lost_is_told(
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[dict[str, Values]], Mapping[str, Values]],
    expected: str,
) -> None:
    monkeypatch.setattr(room, "draft", spoiling(change))
    (fault,) = storage_faults([reading()])
    assert fault.startswith(expected)


def test_a_sensor_that_was_none_is_told_and_no_loss() -> None:
    column = RawColumn("T/°C", np.zeros(COUNT), "temperature_t1_celsius")
    whole = reading()
    assert list(storage_faults([replace(whole, columns=(*whole.columns, column))])) == []
