"""``leyden backup``: a copy of everything elsewhere, taken while everything runs."""

from pathlib import Path
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from command.door import PLAIN, AsJson
from command.fault import DAMAGED
from command.start import lasting
from command.terminal import bar, counted, echo, echo_document, summary

_NAME: Final = "to"


class Backup(TyperGroup):
    """``leyden backup FOLDER`` is ``leyden backup to FOLDER``."""

    def resolve_command(self, ctx: typer.Context, args: list[str]) -> Any:  # type: ignore[override] # noqa: ANN401 # typer's own
        """Return the command that is called: that which takes a backup where none is named."""
        named = args[0] in self.commands or args[0].startswith("-")
        return super().resolve_command(ctx, args if named else [_NAME, *args])


app = typer.Typer(cls=Backup, no_args_is_help=True, **PLAIN)
Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder of backups.")]


@app.callback()
def backup() -> None:
    """Copy everything elsewhere, while it is in use.

    `leyden backup FOLDER` takes a backup; the others tell of those that are there.
    """


@app.command(_NAME)
def take(folder: Folder, *, as_json: AsJson = False) -> None:
    """Take a backup: what is new is copied."""
    with lasting():
        from command.opening import existing
        from schema.backup.backup import back_up
        from schema.settings import Settings
    warehouse = existing(Settings())
    try:
        with bar("copying") as advance:
            taken = back_up(warehouse.engine, warehouse.lake, folder, advance)
    finally:
        warehouse.engine.dispose()
    manifest = taken.manifest
    if as_json:
        echo_document(
            {
                "manifest": str(taken.path),
                "number": manifest.number,
                "snapshot": manifest.catalog.snapshot,
                "files": len(manifest.files),
                "bytes": manifest.bytes,
                "new_files": taken.new_files,
                "new_bytes": taken.new_bytes,
                "lacking": [each.model_dump() for each in manifest.lacking],
            }
        )
    else:
        echo((f"lacking: {each.path}: {each.reason}" for each in manifest.lacking), amiss=True)
        summary(
            f"backup {manifest.number}",
            f"snapshot {manifest.catalog.snapshot}",
            counted(len(manifest.files), "file"),
            f"{taken.new_files:,} of them new ({taken.new_bytes:,} bytes)",
            *([f"{len(manifest.lacking):,} LACKING"] if manifest.lacking else []),
        )
    if manifest.lacking:
        raise typer.Exit(DAMAGED)


@app.command("list")
def list_backups(folder: Folder, *, as_json: AsJson = False) -> None:
    """Tell which backups are there, the oldest first."""
    with lasting():
        from schema.backup.manifest import manifest_paths, read
        from schema.error import BackupUnusable
    rows, amiss = [], []
    for path in manifest_paths(folder):
        try:
            each = read(path)
        except BackupUnusable as fault:
            amiss.append(str(fault))
            continue
        rows.append(
            {
                "number": each.number,
                "made_at": f"{each.made_at:%Y-%m-%d %H:%M:%S} UTC",
                "database": each.catalog.database,
                "snapshot": each.catalog.snapshot,
                "files": len(each.files),
                "bytes": each.bytes,
                "lacking": len(each.lacking),
            }
        )
    if as_json:
        echo_document({"backups": rows, "damaged": amiss})
    else:
        for row in rows:
            lacking = f", {row['lacking']:,} LACKING" if row["lacking"] else ""
            about = f"snapshot {row['snapshot']}, {row['files']:,} files, {row['bytes']:,} bytes"
            echo([f"{row['number']:>6}  {row['made_at']}  {row['database']}, {about}{lacking}"])
        echo(amiss, amiss=True)
    if amiss:
        raise typer.Exit(DAMAGED)


@app.command()
def verify(
    folder: Folder,
    *,
    as_of: Annotated[
        str | None,
        typer.Option(help="The number of a backup, or a time: the last one made by then."),
    ] = None,
    every: Annotated[bool, typer.Option("--every", help="Verify every backup there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Hash every file of the last backup again."""
    with lasting():
        from schema.backup.manifest import chosen, manifest_paths
        from schema.backup.verification import verify as verified
        from schema.error import BackupUnusable
    paths = manifest_paths(folder) if every else [chosen(folder, as_of)]
    faults: list[str] = []
    files = size = 0
    with bar("hashing") as advance:
        for path in paths:
            try:
                found = verified(folder, path, advance)
            except BackupUnusable as fault:
                faults.append(str(fault))
                continue
            files, size = files + len(found.manifest.files) + 1, size + found.manifest.bytes
            faults += [f"{where}: {what}" for where, what in found.faults]
            faults += [f"lacking: {each.path}: {each.reason}" for each in found.manifest.lacking]
    faults = list(dict.fromkeys(faults))
    if as_json:
        echo_document({"sound": not faults, "files": files, "bytes": size, "faults": faults})
    else:
        echo(faults, amiss=True)
        verdict = "NOT sound" if faults else "sound"
        backups = counted(len(paths), "backup")
        summary("backup verify", verdict, backups, counted(files, "file"), f"{size:,} bytes")
    if faults:
        raise typer.Exit(DAMAGED)
