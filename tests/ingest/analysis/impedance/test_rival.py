"""Which choices are doubted for a circuit that is not ruled out."""

from typing import Any

import numpy as np
import pytest

from ingest.analysis.impedance.rival import Compared, doubts


def _compared(**other: Any) -> Compared:  # noqa: ANN401 - whatever an array has
    """Return a chosen circuit of 100 ± 1 Ω, and another of 110 ± 1 Ω that fits as well."""
    known: dict[str, Any] = {
        "size": [4.0, 5.0],
        "nested": [[True, False], [False, True]],
        "point_count": [[50.0], [50.0]],
        "square_sum": [[1.0], [0.99]],
        "aicc": [[0.0], [1.0]],
        "whole_ohm": [[100.0], [110.0]],
        "error_ohm": [[1.0], [1.0]],
        "ok": [[True], [True]],
        "open": [[True], [True]],
    }
    return Compared(
        ["R0", "R0-W1"], **{name: np.array(value) for name, value in {**known, **other}.items()}
    )


_LARGER = [[True, False], [True, True]]


@pytest.mark.parametrize(
    ("other", "doubted"),
    [
        ({}, "fits as well, with 110 Ω in all instead of 100 Ω"),
        ({"whole_ohm": [[100.0], [104.0]]}, ""),
        ({"whole_ohm": [[100.0], [100.4]], "error_ohm": [[0.01], [0.01]]}, ""),
        ({"aicc": [[0.0], [11.0]]}, ""),
        ({"aicc": [[0.0], [9.0]]}, "fits as well"),
        ({"aicc": [[0.0], [9.0]], "ok": [[True], [False]]}, ""),
        ({"aicc": [[0.0], [5.0]], "ok": [[True], [False]]}, "fits as well"),
        ({"open": [[True], [False]]}, ""),
        ({"error_ohm": [[1.0], [np.nan]]}, ""),
        # what has the chosen for a limit is asked for by an F-test, not by AICc
        ({"nested": _LARGER}, ""),
        ({"nested": _LARGER, "square_sum": [[1.0], [0.95]]}, ""),
        ({"nested": _LARGER, "square_sum": [[1.0], [0.9]]}, "fits better, with 110 Ω"),
        ({"nested": _LARGER, "square_sum": [[1.0], [0.9]], "error_ohm": [[1.0], [9.0]]}, "better"),
    ],
)
def test_a_choice_is_doubted_where_another_is_not_ruled_out(
    other: dict[str, Any], doubted: str
) -> None:
    told = doubts(_compared(**other), np.array([0])).get(0, "")
    assert doubted in told
    assert bool(doubted) == bool(told)


def test_of_what_was_not_chosen_nothing_is_doubted() -> None:
    assert not doubts(_compared(), np.array([-1]))
