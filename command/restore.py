"""``leyden restore``: a backup into a home where nothing is."""

from pathlib import Path
from typing import Annotated

import typer

from command.door import PLAIN, AsJson
from command.fault import DAMAGED
from command.start import lasting
from command.terminal import bar, counted, echo, echo_document, summary

app = typer.Typer(**PLAIN)


@app.command()
def restore(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder of backups.")],
    *,
    as_of: Annotated[
        str | None,
        typer.Option(
            help="The number of a backup, or a time in UTC: the last one made by then. Without it "
            "the last of all."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Restore a backup where nothing is yet.

    That is LEYDEN_HOME, and LEYDEN_DATABASE_URL where the catalog was in PostgreSQL. Every file is
    hashed on its way.
    """
    with lasting():
        from schema.backup.manifest import chosen
        from schema.backup.restore import restore as restored
        from schema.settings import Settings
    settings = Settings()
    with bar("restoring") as advance:
        done = restored(settings, folder, chosen(folder, as_of), advance)
    manifest = done.manifest
    if as_json:
        echo_document(
            {
                "number": manifest.number,
                "snapshot": manifest.catalog.snapshot,
                "files": len(manifest.files),
                "bytes": manifest.bytes,
                "lost": [{"path": path, "reason": why} for path, why in done.lost],
            }
        )
    else:
        echo((f"lost: {path}: {why}" for path, why in done.lost), amiss=True)
        summary(
            f"restore of backup {manifest.number}",
            f"snapshot {manifest.catalog.snapshot} of {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC",
            counted(len(manifest.files), "file"),
            f"{manifest.bytes:,} bytes",
            *([f"{len(done.lost):,} LOST: `leyden repair` tells more"] if done.lost else []),
        )
    if done.lost:
        raise typer.Exit(DAMAGED)
