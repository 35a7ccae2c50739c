"""What tests that kill share; at the end it is said how often what was killed."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from schema.settings import Settings
from tests.kill.program import Forker
from tests.kill.trial import Copied, NewDatabase, Trial
from tests.kill.victim import victims


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how often each victim was killed, at calls and at random moments, and how often all."""
    total = 0
    for report in terminalreporter.getreports("passed"):
        for name, killed in report.user_properties:
            if name == "killed":
                at_calls, at_moments = killed["at calls"], killed["at moments"]
                total += at_calls + at_moments
                _, _, victim = report.nodeid.partition("[")
                terminalreporter.write_line(
                    f"KILLED {victim.rstrip(']')}: {at_calls} at calls of {killed['of calls']}, "
                    f"{at_moments} at random moments: 0 lost, 0 twice, 0 half"
                )
    if total:
        terminalreporter.write_line(f"KILLED {total} times in all")


@pytest.fixture(scope="session")
def kills() -> int:
    """Return how many kills there are of all victims: one of each, or LEYDEN_KILLS."""
    return int(os.environ.get("LEYDEN_KILLS", "20"))


@pytest.fixture(scope="session")
def forker(strace: str) -> Iterator[Forker]:
    with Forker(strace) as forker:
        yield forker


@pytest.fixture
def trial(
    request: pytest.FixtureRequest,
    settings: Settings,
    tmp_path: Path,
    forker: Forker,
    copied: Copied,
    new_database: NewDatabase,
) -> Trial:
    victim = victims()[request.param]
    trial = Trial(victim, settings, tmp_path, forker, copied, new_database)
    trial.prepare()
    return trial
