"""``leyden remove``: what is hidden from every answer, and can be had back."""

from dataclasses import asdict
from typing import Annotated

import typer

from command.door import PLAIN, AsJson
from command.start import lasting
from command.terminal import counted, echo, echo_document, note, summary

app = typer.Typer(**PLAIN)


@app.command()
def remove(
    kind: Annotated[
        str,
        typer.Argument(help="test, file, cell, material, study, substance, process, claim …"),
    ],
    names: Annotated[list[str], typer.Argument(help="Ids or names; digits are an id.")],
    *,
    with_all: Annotated[
        bool, typer.Option("--with-all", help="Remove what hangs on them too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Hide entries from every answer; leyden revert brings them back."""
    with lasting():
        from command.opening import existing
        from command.removing import line_of, removed
        from schema.settings import Settings
    warehouse = existing(Settings())
    done = removed(warehouse, kind, names, with_all=with_all)
    warehouse.engine.dispose()
    if as_json:
        echo_document({"removed": [asdict(each) for each in done]})
        return
    echo(line_of(each) for each in done)
    gone = sum(each.effect == "removed" for each in done)
    summary("remove", counted(gone, "entry", "entries"))
    back = " --with-all" if gone > 1 else ""
    note(f"leyden revert {kind} {done[-1].id}{back} brings it back")
