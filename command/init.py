"""``leyden init``: an empty warehouse."""

import typer

from command.door import PLAIN
from command.start import lasting
from command.terminal import note

app = typer.Typer(**PLAIN)


@app.command()
def init() -> None:
    """Make an empty warehouse: .leyden of this folder, or as stated."""
    with lasting():
        from command.opening import existing_or_new, is_there, location
        from schema.settings import Settings
    stated = Settings.sources()
    settings = Settings() if stated.names_home else Settings(home=stated.new_home)
    if is_there(settings):
        note(f"a warehouse is there already: {location(settings)}")
    existing_or_new(settings).engine.dispose()
