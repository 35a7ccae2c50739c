"""Bringing a home of a former version to the numbers of this one."""

from command.terminal import bar, note
from ingest.outdated import outdated
from schema.settings import Settings
from schema.warehouse import open_warehouse


def read_again() -> None:
    """Bring a home of a former version to the numbers of this one, and say so."""
    settings = Settings()
    old = outdated(open_warehouse(settings))
    if not old:
        return
    from ingest.crew import ingest  # noqa: PLC0415 # almost never is there anything to do
    from ingest.report import as_line  # noqa: PLC0415 # the same

    note(f"{len(old)} exports were read by a former version: reading them again")
    refused = 0
    with bar("reading again") as advance:
        for done, outcome in enumerate(ingest(settings, old), 1):
            advance(done, len(old), outcome.path.name)
            if outcome.status == "refused":
                refused += 1
                note(f"{as_line(outcome)}; its old numbers stay")
    note(f"read again: {len(old) - refused} of {len(old)}")
