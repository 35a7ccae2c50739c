"""``leyden status``: what is in the warehouse."""

import typer

from command.door import PLAIN, AsJson, names_home
from command.start import lasting
from command.terminal import echo, echo_document

app = typer.Typer(**PLAIN)


@app.command()
def status(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Tell what is in the warehouse and what answers come from."""
    with lasting():
        from command.opening import opened
        from command.standing import lines, standing
        from schema.settings import Settings
    origin = "by --home" if names_home(context) else Settings.sources().home_origin
    with opened() as (warehouse, store):
        home = {"folder": str(Settings().home.absolute()), "origin": origin}
        state = {"home": home, **standing(warehouse, store)}
    if as_json:
        echo_document(state)
    else:
        echo(lines(state))
