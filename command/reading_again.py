"""Bringing a home of a former version to the numbers of this one."""

from contextlib import closing
from signal import SIGINT

from command.interruption import stopping
from command.terminal import bar, note, warn
from ingest.outdated import outdated
from schema.settings import Settings
from schema.warehouse import Warehouse


def read_again(warehouse: Warehouse) -> None:
    """Bring a home of a former version to the numbers of this one, and say so."""
    old = outdated(warehouse)
    if not old:
        return
    from ingest.lot import ingest, process_count  # almost never is there anything to do
    from ingest.report import as_line

    note(f"{len(old)} exports were read by a former version: reading them again")
    done = refused = 0
    try:
        with (
            bar("reading again") as advance,
            stopping(SIGINT, at_once=not process_count(Settings(), old)) as stop,
            closing(ingest(Settings(), old, stop)) as outcomes,
        ):
            for outcome in outcomes:
                done += 1
                advance(done, len(old), outcome.path.name)
                if outcome.status in {"refused", "failed"}:
                    refused += 1
                    warn(f"{as_line(outcome)}; its old numbers stay")
        if stop.is_set():
            raise KeyboardInterrupt
    finally:
        note(f"read again: {done - refused} of {len(old)}")
