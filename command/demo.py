"""``leyden demo``: a study taken in, asked and served."""

import os
import shlex
import sys
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from command.door import PLAIN, names_home
from command.fault import FAILED, STOPPED
from command.serve import Browser, Port, open_browser
from command.start import lasting
from command.terminal import echo, note, summary

if TYPE_CHECKING:
    from command.listening import Server
    from schema.settings import Settings

app = typer.Typer(**PLAIN)
_STUDY: Final = "demo"
_BESIDE_A_TERMINAL_COLUMNS: Final = 1000


@app.command()
def demo(
    context: typer.Context,
    *,
    serve: Annotated[bool, typer.Option(help="Go on serving after the first answer.")] = True,
    port: Port = None,
    browse: Browser = False,
) -> None:
    """Ingest a SYNTHETIC study, judge its claims, and serve.

    All in a home of its own: the one that --home names, else one beside yours.
    """
    with lasting():
        from contextlib import nullcontext

        from command.listening import hold
        from command.listening import serve as serve_at
        from command.taking_in import enter_study, take_in
        from command.working import working
        from demo import write_study
        from ingest.study.document import read_study
        from schema.settings import Settings
    wanted: dict[str, Any] = {} if port is None else {"port": port}
    if not serve:
        wanted = {"host": "127.0.0.1", "port": 0}
    _choose_home(named=names_home(context))
    settings = Settings(**wanted, log_level="warning")
    listener = hold(settings)
    note("making a SYNTHETIC study")
    folder = settings.home / _STUDY
    *exports, document = write_study(folder)
    note("taking its exports in")
    taken = take_in(exports)
    echo([f"{len(taken.outcomes)} exports in {exports[0].parent}"])
    if taken.stopped:
        raise typer.Exit(STOPPED)
    entered = enter_study(read_study(document))
    echo([f"study {entered.name}: {entered.summary()}"])
    _enter_more(settings, folder)
    note("asking what the raw files say to its claims")
    answered: list[str] = []

    def tell(server: "Server") -> None:
        Thread(target=ask, args=(server,), daemon=True).start()

    def ask(server: "Server") -> None:
        try:
            _answer(server.url)
            answered.append(server.url)
            summary("demo", *taken.facts())
            home = shlex.quote(str(settings.home))
            note(f"its warehouse is {home}: leyden serve --home {home}")
            if serve:
                echo([f"serving {server.url}/ (open it in a browser; Ctrl-C ends it)"])
            if serve and browse:
                open_browser(server.url)
        finally:
            server.should_exit = not serve

    with working(settings) if serve else nullcontext():
        code = serve_at(settings, listener, tell)
    raise typer.Exit(code or (0 if answered else FAILED))


def _choose_home(*, named: bool) -> None:
    """Let all that follows find a home of the demo's own: the one named, else beside that of here.

    Raises:
        InvalidArgument: when the one named is somebody's warehouse.
    """
    from command.opening import is_there
    from schema.error import InvalidArgument
    from schema.settings import Settings

    home = Settings().home.resolve()
    if not named:
        home = home.parent / f"{home.name}-demo"
    # the catalog, the lake and what is published of somebody's warehouse are not to be touched
    own = {"home": str(home), "database_url": "", "lake_url": "", "publish_target": ""}
    os.environ.update({f"LEYDEN_{name.upper()}": value for name, value in own.items()})
    if is_there(Settings()) and not (home / _STUDY).is_dir():
        takes = "a folder without a warehouse, or that of a demo"
        raise InvalidArgument("--home", str(home), takes)


def _enter_more(settings: "Settings", folder: Path) -> None:
    """Enter what is measured in the images, and compute what is stated of a carrier."""
    from command.measuring import enter_objects
    from command.opening import existing
    from command.stating import run_stated
    from demo.microscopy import MEASURED, METHOD
    from demo.study import COATED_NAME, STACK_LAYERS, STACK_RUN

    warehouse = existing(settings)
    for each in MEASURED:
        stated = {"preparation": each.preparation, "method": METHOD}
        table = folder / "measured" / each.file
        enter_objects(warehouse, table, each.image, each.kind, "pixel", **stated)
    run_stated(warehouse, COATED_NAME, STACK_RUN, STACK_LAYERS)
    warehouse.engine.dispose()


def _answer(url: str) -> None:
    """Ask a server the question of the demo, print the answer."""
    from rich.console import Console
    from rich.table import Table

    from demo.client import HEADINGS, QUESTION, ask

    rows, notes = ask(url)
    table = Table(*HEADINGS, caption="SYNTHETIC: computed to resemble the study, never measured")
    for row in rows:
        table.add_row(*row)
    width = None if sys.stdout.isatty() else _BESIDE_A_TERMINAL_COLUMNS
    console = Console(width=width)
    with console.capture() as drawn:
        console.print(table)
    echo([f"\nPOST {url}/graphql\n{QUESTION}", drawn.get(), *notes])
