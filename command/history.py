"""``leyden history``: what people changed of entries."""

from typing import Annotated

import typer

from command.door import PLAIN, AsJson
from command.start import lasting
from command.terminal import counted, echo, echo_document, summary

app = typer.Typer(**PLAIN)


@app.command()
def history(
    kind: Annotated[
        str | None,
        typer.Argument(help="test, file, cell, material, study …; left out, all that changed."),
    ] = None,
    name: Annotated[str | None, typer.Argument(help="Its id or name; digits are an id.")] = None,
    *,
    most: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Tell what people changed of entries."""
    with lasting():
        from command.opening import existing
        from command.removing import changes_of, difference
        from schema.record.called import words
        from schema.settings import Settings
    warehouse = existing(Settings())
    found = changes_of(warehouse, kind, name, most)
    warehouse.engine.dispose()
    if as_json:
        columns = (
            *("id", "snapshot_id", "kind", "entry_id", "name", "action", "before", "after"),
            *("person", "address"),
        )
        changes = [
            {
                "changed_at": each.changed_at.isoformat(),
                **{column: getattr(each, column) for column in columns},
            }
            for each in found
        ]
        echo_document({"changes": changes})
        return
    for each in found:
        what = f"{each.action} {words(each.kind)} {each.name}"
        made_another = difference(each)
        line = f"{each.id:>6}  {each.changed_at:%Y-%m-%d %H:%M}  {what}"
        echo([f"{line}: {made_another}" if made_another else line])
    summary("history", counted(len(found), "change"))
