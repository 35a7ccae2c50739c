"""``leyden erase``: what was removed, gone for good."""

from typing import Annotated

import typer

from command.door import PLAIN, AsJson
from command.fault import FAILED
from command.start import lasting
from command.terminal import counted, echo, echo_document, note, summary, warn

app = typer.Typer(**PLAIN)


@app.command()
def erase(
    kind: Annotated[
        str,
        typer.Argument(help="test, file, cell, material, study, substance, process, claim …"),
    ],
    name: Annotated[str, typer.Argument(help="Its id or name; digits are an id.")],
    *,
    really: Annotated[
        bool, typer.Option("--really", help="Nothing brings it back: say that you mean it.")
    ] = False,
    with_all: Annotated[
        bool, typer.Option("--with-all", help="Erase what was removed together with it too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Delete a removed entry for good, with its files and its bytes."""
    if not really:
        warn(
            f"leyden: erase deletes the {kind} {name} for good, with its bytes: "
            "add --really; nothing was erased"
        )
        raise typer.Exit(FAILED)
    with lasting():
        from command.opening import existing
        from command.removing import erased
        from schema.record.called import words
        from schema.settings import Settings
    warehouse = existing(Settings())
    done = erased(warehouse, kind, name, with_all=with_all)
    warehouse.engine.dispose()
    if as_json:
        entries = [{"kind": of, "id": key, "name": called} for of, key, called in done.entries]
        overwritten = done.overwritten
        echo_document({"erased": entries, "files": done.paths, "overwritten": overwritten})
        return
    echo(f"erased: {words(of)} {called}" for of, _, called in done.entries)
    summary(
        "erase", counted(len(done.entries), "entry", "entries"), counted(len(done.paths), "file")
    )
    if not done.overwritten:
        warn(
            "leyden: the catalog is being read, or its disk is full: its file holds the deleted "
            "values until something else is erased while nobody reads"
        )
    note("backups and the present base hold it still: leyden store rebuild makes the base anew")
