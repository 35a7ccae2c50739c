"""``leyden store``: what questions are answered from."""

import typer

from command.door import PLAIN
from command.start import lasting
from command.terminal import bar, counted, echo, summary, warn

app = typer.Typer(no_args_is_help=True, **PLAIN)


@app.callback()
def store() -> None:
    """Look after what questions are answered from."""


@app.command()
def rebuild() -> None:
    """Make the base of relations and metrics anew out of the lake."""
    with lasting():
        from command.opening import opened
        from command.standing import store_lines, store_standing
    with opened() as (_, opened_store):
        with bar("computing") as advance:
            path = opened_store.make_base(lambda done, total: advance(done, total, ""), anew=True)
        if path is None:
            warn("leyden: another process makes a base now: `leyden status` tells how far it is")
            raise typer.Exit(1)
        state = store_standing(opened_store)
    echo(store_lines(state))
    base = state["base"]
    summary(
        "store rebuild",
        counted(base["subjects"], "cell or test of no cell", "cells and tests of no cell"),
        f"{counted(len(base['not_computed']), 'metric')} not computed",
    )
