"""A disk that is full, fails or may only be read: one clear line, and whole when it is mended.

Every victim is tried on both databases where LEYDEN_KILLS is set, as ``make endure`` does; a sample
on SQLite else: it takes a minute or four each.
"""

import os
from typing import Final

import pytest

from schema.settings import Settings
from tests.kill.program import CALLS, Fault, calls_of
from tests.kill.trial import Trial
from tests.kill.victim import victims

FAULTS: Final = (
    ("pwrite64", "ENOSPC"),
    ("fsync", "EIO"),
    ("fsync", "ENOSPC"),
    ("fdatasync", "EIO"),
    ("rename", "EROFS"),
    ("mkdir", "EROFS"),
)
SAID: Final = (
    *("No space left on device", "Input/output error", "Read-only file system"),
    *("disk I/O error", "database or disk is full", "fsync failed"),
)

_SAMPLE: Final = {"ingest", "init", "upload"}


@pytest.fixture(autouse=True)
def sampled(request: pytest.FixtureRequest, settings: Settings) -> None:
    """Skip what is not in the sample, where nobody wants all."""
    is_sample = request.node.callspec.params["trial"] in _SAMPLE and not settings.database_url
    if not is_sample and "LEYDEN_KILLS" not in os.environ:
        pytest.skip("LEYDEN_KILLS is unset: make endure sets it")


@pytest.mark.endure
@pytest.mark.slow
@pytest.mark.parametrize("trial", [*victims()], indirect=True)
def test_a_disk_that_fails_is_said_in_a_line_and_all_is_whole_when_it_is_mended(
    trial: Trial,
) -> None:
    before, after, _ = trial.undisturbed()
    *_, traced = trial.undisturbed("-e", f"trace={','.join(CALLS)}", "-e", "signal=none")
    assert traced.first
    count = {each.call: each.when for each in calls_of(traced.first.traced)}
    for call, error in FAULTS:
        if call not in count:
            continue
        fault = Fault(call, error, (count[call] + 1) // 2, is_lasting=not trial.victim.goes_on)
        said = trial.disturbed(fault, before, after).said
        assert said is None or any(each in said for each in SAID), (fault, said)
