"""How a process begins."""

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import current_process
from signal import SIG_IGN, SIGINT, signal

# at its end a process lets go of everything, else libraries complain of what they leaked
atexit.register(gc.unfreeze)

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
