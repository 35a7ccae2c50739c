"""``leyden check``: whether the lake holds what the catalog says, and that is whole."""

import re
from dataclasses import asdict
from typing import Annotated

import typer

from command.door import PLAIN, AsJson
from command.fault import DAMAGED
from command.start import lasting
from command.terminal import bar, counted, echo, echo_document, summary, warn
from schema.error import InvalidArgument

app = typer.Typer(**PLAIN)


@app.command()
def check(
    *,
    clean: Annotated[
        bool, typer.Option("--sweep", help="Delete files that nothing refers to any more.")
    ] = False,
    subset: Annotated[
        str,
        typer.Option(help="Share of the files, e.g. 5%: those that were checked longest ago."),
    ] = "100%",
    as_json: AsJson = False,
) -> None:
    """Hash every file again, check catalog and base.

    Ends with 3 where something is damaged or missing.
    """
    share = _share(subset)
    with lasting():
        from sqlalchemy.exc import DatabaseError

        from command.opening import existing
        from schema.catalog.integrity import is_corrupt
        from schema.inspection import sweep
        from schema.settings import Settings
        from service.checking import checked
    settings = Settings()
    try:
        warehouse = existing(settings)
        engine, lake = warehouse.engine, warehouse.lake
        swept = sweep(engine, lake, settings.orphan_grace_second) if clean else []
        with bar("hashing") as advance:
            found = checked(warehouse, settings.store_folder, share, advance=advance)
    except DatabaseError as fault:
        if not is_corrupt(fault):
            raise
        warn(f"damaged: catalog: {fault.orig}; `leyden restore` brings one back, in another home")
        raise typer.Exit(DAMAGED) from fault
    engine.dispose()
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
        raise typer.Exit(DAMAGED)


def _share(written: str) -> float:
    """Return a share as a part of one.

    Raises:
        InvalidArgument: when it is none.
    """
    share = float(written[:-1]) / 100 if re.fullmatch(r"\d+(\.\d+)?%", written) else 0.0
    if not 0.0 < share <= 1.0:
        raise InvalidArgument("subset", written, "a share such as 5%, above 0% and up to 100%")
    return share
