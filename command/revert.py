"""``leyden revert``: an entry as it was, removed or changed since."""

from dataclasses import asdict
from typing import Annotated

import typer

from command.door import PLAIN, AsJson
from command.start import lasting
from command.terminal import counted, echo, echo_document, summary

app = typer.Typer(**PLAIN)


@app.command()
def revert(
    kind: Annotated[
        str,
        typer.Argument(help="test, file, cell, material, study, substance, process, claim …"),
    ],
    name: Annotated[str, typer.Argument(help="Its id or name; digits are an id.")],
    *,
    before: Annotated[
        int | None,
        typer.Option(help="The change, as leyden history numbers it; left out, the last one."),
    ] = None,
    with_all: Annotated[
        bool, typer.Option("--with-all", help="Bring back what was removed together with it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring an entry back to what it was before a change."""
    with lasting():
        from command.opening import existing
        from command.removing import reverted
        from schema.record.called import words
        from schema.settings import Settings
    warehouse = existing(Settings())
    done = reverted(warehouse, kind, name, before=before, with_all=with_all)
    warehouse.engine.dispose()
    if as_json:
        echo_document({"reverted": [asdict(each) for each in done]})
        return
    echo(
        f"{words(each.kind)} {each.name}: as it was before change {each.revision}" for each in done
    )
    summary("revert", counted(len(done), "entry", "entries"))
