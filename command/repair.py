"""``leyden repair``: what is damaged brought back or made again, and the rest named."""

from pathlib import Path
from typing import Annotated

import typer

from command.door import PLAIN, AsJson
from command.fault import LOST
from command.start import lasting
from command.terminal import bar, counted, echo, echo_document, summary

app = typer.Typer(**PLAIN)


@app.command()
def repair(
    *,
    backups: Annotated[
        list[Path] | None,
        typer.Option("--from", metavar="FOLDER", help="A folder of backups to take files from."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Bring back or make again what is damaged.

    Files come from backups, raw exports also from where they were read; points, steps, spectra and
    what is computed of them is read again; a base is made anew. What is lost is named, and it ends
    with 4.
    """
    with lasting():
        from command.mending import mended
        from command.opening import existing
        from schema.settings import Settings
        from service.checking import checked
    settings = Settings()
    warehouse = existing(settings)
    try:
        with bar("hashing") as advance:
            found = checked(warehouse, settings.store_folder, 1.0, advance=advance)
        with bar("repairing") as advance:
            fates = mended(warehouse, settings, found, backups or (), advance)
    finally:
        warehouse.engine.dispose()
    lost = [each for each in fates if each.reason]
    if as_json:
        echo_document(
            {
                "sound": not lost,
                "files": found.file_count,
                "repaired": [{"path": e.subject, "how": e.how} for e in fates if not e.reason],
                "lost": [{"path": e.subject, "reason": e.reason} for e in lost],
            }
        )
    else:
        echo(f"repaired: {each.subject}: {each.how}" for each in fates if not each.reason)
        echo((f"LOST: {each.subject}: {each.reason}" for each in lost), amiss=True)
        summary(
            "repair",
            counted(found.file_count, "file"),
            f"{len(fates) - len(lost):,} repaired",
            f"{len(lost):,} lost",
        )
    if lost:
        raise typer.Exit(LOST)
