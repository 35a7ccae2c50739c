"""How a process begins, and ends."""

import atexit
import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import current_process
from signal import SIG_IGN, SIGINT, signal
from typing import NoReturn

_codes: list[int] = []


@atexit.register
def _leave() -> None:
    """Leave at the very end: what is registered first is called last."""
    if not _codes:
        gc.unfreeze()  # else libraries complain of what they leaked
        return
    with suppress(OSError, ValueError):  # nobody reads on: Python says so
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(_codes[0])


def end(code: int) -> NoReturn:
    """End this process with a code, but do not let go of what is in memory one by one.

    That is a million objects: to take them down takes longer than all else that is to be ended.
    """
    _codes.append(code)
    sys.exit(code)


if current_process().name != "MainProcess":
    # Ctrl-C reaches a worker too: whoever started it ends it, and reports what was done
    signal(SIGINT, SIG_IGN)


@contextmanager
def lasting() -> Iterator[None]:
    """Make what lasts as long as the process: nobody looks through it for garbage, now or later.

    Modules and types are a million objects; to look through them again and again takes a fifth of
    a start.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
