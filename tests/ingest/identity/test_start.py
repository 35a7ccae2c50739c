"""Starts are compared as far as clocks name their zones and show their seconds."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.identity.start import compared, start_second, start_seconds
from tests.law import law

NOON = datetime(2026, 3, 1, 12, 0, 7, 250_000)  # noqa: DTZ001 # of a clock that names no zone


@pytest.mark.parametrize(
    ("other", "zones", "said"),
    [
        (NOON, (None, None), "same"),
        (NOON.replace(microsecond=0), (None, None), "same"),
        (NOON + timedelta(seconds=2), (None, None), "another"),
        (NOON + timedelta(hours=1), (None, None), "another"),
        (NOON + timedelta(hours=1), (None, "UTC+01:00"), "same"),
        (NOON - timedelta(hours=5, minutes=45), ("UTC", None), "same"),
        (NOON + timedelta(minutes=10), (None, "UTC"), "another"),
        (NOON + timedelta(days=2), (None, "UTC"), "another"),
        (NOON.replace(second=0, microsecond=0), (None, None), "same"),
        (NOON.replace(minute=1, second=0, microsecond=0), (None, None), "another"),
        (None, (None, None), "unknown"),
    ],
)
def test_two_starts_are_one_as_far_as_clocks_show(
    other: datetime | None, zones: tuple[str | None, str | None], said: str
) -> None:
    assert compared(NOON, zones[0], other, zones[1]) == said
    assert compared(other, zones[1], NOON, zones[0]) == said


@law(200)
@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)),  # noqa: DTZ001 # see above
    st.sampled_from(["seconds", "minutes", "milliseconds"]),
    st.integers(-56, 56),
)
def test_whatever_is_the_same_start_is_looked_up(
    began: datetime, shows: str, quarters: int
) -> None:
    other = datetime.fromisoformat(began.isoformat(timespec=shows)) + quarters * timedelta(
        minutes=15
    )
    zone = "UTC" if quarters else None
    for one, two in ((began, other), (other, began)):
        if compared(one, None, two, zone) == "same":
            assert start_second(one) in start_seconds(two)
