"""Bringing a home of a former version to the numbers of this one."""

from command.interruption import ending_workers
from command.terminal import bar, note, warn
from ingest.outdated import outdated
from schema.settings import Settings
from schema.warehouse import Warehouse


def read_again(warehouse: Warehouse) -> None:
    """Bring a home of a former version to the numbers of this one, and say so."""
    old = outdated(warehouse)
    if not old:
        return
    from ingest.crew import ingest  # almost never is there anything to do
    from ingest.report import as_line

    note(f"{len(old)} exports were read by a former version: reading them again")
    done = refused = 0
    try:
        with bar("reading again") as advance, ending_workers():
            for outcome in ingest(Settings(), old):
                done += 1
                advance(done, len(old), outcome.path.name)
                if outcome.status == "refused":
                    refused += 1
                    warn(f"{as_line(outcome)}; its old numbers stay")
    finally:
        note(f"read again: {done - refused} of {len(old)}")
