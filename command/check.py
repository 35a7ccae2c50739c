"""``leyden check``: whether the lake holds what the catalog says."""

from dataclasses import asdict
from typing import Annotated

import typer

from command.door import PLAIN, AsJson
from command.start import lasting
from command.terminal import counted, echo, echo_document, summary

app = typer.Typer(**PLAIN)


@app.command()
def check(
    *,
    clean: Annotated[
        bool, typer.Option("--sweep", help="Delete files that nothing refers to any more.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Hash every file again and compare lake and catalog."""
    with lasting():
        from command.opening import existing
        from schema.inspection import inspect, sweep
        from schema.settings import Settings
    settings = Settings()
    warehouse = existing(settings)
    swept = sweep(warehouse.engine, warehouse.lake, settings.orphan_grace_second) if clean else []
    found = inspect(warehouse.engine, warehouse.lake)
    warehouse.engine.dispose()
    if as_json:
        echo_document({"sound": found.sound, "swept": swept, **asdict(found)})
    else:
        echo(f"swept: {path}" for path in swept)
        *faults, _ = found.lines
        echo(faults, amiss=not found.sound)
        summary(
            "check",
            "sound" if found.sound else "NOT sound",
            counted(found.file_count, "file"),
            counted(found.byte_count, "byte"),
            counted(len(found.faults), "fault"),
            *([f"{len(swept):,} swept"] if clean else []),
        )
    if not found.sound:
        raise typer.Exit(1)
