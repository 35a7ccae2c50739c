"""``leyden status``: what is in the warehouse."""

import typer

from command.door import PLAIN, AsJson
from command.start import lasting
from command.terminal import echo, echo_document

app = typer.Typer(**PLAIN)


@app.command()
def status(*, as_json: AsJson = False) -> None:
    """Tell what is in the warehouse and what answers come from."""
    with lasting():
        from command.opening import opened
        from command.standing import lines, standing
    with opened() as (warehouse, store):
        state = standing(warehouse, store)
    if as_json:
        echo_document(state)
    else:
        echo(lines(state))
