"""Work that takes too much, or its process down, is told, and the next is done."""

import os
import re
import signal
import time

import numpy as np
import pytest

from ingest.conformance.bound import Bounded


def work(how: str) -> list[str]:
    match how:
        case "sleep":
            time.sleep(60)
        case "abort":
            os.abort()
        case "segfault":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "exit":
            os._exit(3)
        case "much":
            return [f"{np.ones(30_000_000).size} numbers"]
    return [how]


@pytest.mark.parametrize(
    ("how", "fault"),
    [
        ("sleep", "it takes more than 2 s"),
        ("abort", "it ends the process: SIGABRT"),
        ("segfault", "it ends the process: SIGSEGV"),
        ("exit", "it ends the process with code 3"),
        ("much", r"30000000 numbers; it takes 2\d\d MB, and 100 at most"),
    ],
)
def test_what_is_out_of_bounds_is_told_and_no_end(how: str, fault: str) -> None:
    with Bounded(work) as read:
        for given, expected in [("a", "a"), (how, fault), ("b", "b")]:
            found = read(given, patience_second=2.0, most_bytes=100_000_000)
            assert re.fullmatch(expected, "; ".join(found))


def test_nothing_is_left_of_it() -> None:
    with Bounded(work) as read:
        assert read("a", patience_second=30.0, most_bytes=100_000_000) == ["a"]
        process = read._process  # noqa: SLF001 # whose end is looked for
    assert process is not None
    assert process.exitcode is not None
