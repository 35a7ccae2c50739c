"""Who holds a lease: a process by a name that no other ever has, so that its death can be known."""

import os
import socket
from functools import cache
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_PROCESSES = Path("/proc/self/ns/pid")


def this_machine() -> str:
    """Return the name of this machine among those that share the work."""
    return socket.gethostname()


def this_worker() -> str:
    """Return the name of this process: machine, number, its start, and where numbers count."""
    number = os.getpid()
    return f"{this_machine()}/{number}/{_start(number) or os.urandom(4).hex()}/{_numbering()}"


def is_dead(worker: str) -> bool:
    """Return whether a process of this very machine is known to live no more.

    Of other machines, and of other containers, nothing is known: their leases lapse in time.
    """
    machine, number, start, numbering = worker.rsplit("/", 3)
    known = numbering and machine == this_machine() and numbering == _numbering()
    return bool(known) and _start(int(number)) != start


@cache
def _numbering() -> str:
    """Return by what the numbers of processes are told apart; empty where that is not known."""
    try:
        return f"{_BOOT.read_text().strip()[:8]}-{_PROCESSES.stat().st_ino}"
    except OSError:
        return ""


def _start(number: int) -> str:
    """Return when a process began, in ticks since boot; empty where it is not or is a zombie."""
    try:
        state, *fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if state in {"Z", "X"} else fields[18]
