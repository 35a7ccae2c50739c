"""``leyden demo``: a study taken in, asked and served."""

from threading import Thread
from time import sleep
from typing import Annotated

import typer
import uvicorn
from rich.console import Console
from rich.table import Table

from command.ingest import enter_study, take_in
from command.serve import config
from command.terminal import echo
from demo import write_study
from demo.client import HEADINGS, QUESTION, ask
from ingest.study.document import read_study
from schema.settings import Settings

app = typer.Typer()


@app.command()
def demo(
    *,
    serve: Annotated[bool, typer.Option(help="Go on serving after the first answer.")] = True,
) -> None:
    """Ingest a whole SYNTHETIC study, hold what it claims against its raw files, and serve."""
    settings = Settings()
    *exports, document = write_study(settings.home / "demo")
    outcomes = take_in(exports)
    points = sum(outcome.points for outcome in outcomes)
    echo([f"{len(outcomes)} exports, {points:,} points, in {exports[0].parent}"])
    enter_study(read_study(document))
    quiet = {"log_level": "warning"} if serve else {"log_level": "warning", "port": 0}
    server = uvicorn.Server(config(settings.model_copy(update=quiet)))
    asking = Thread(target=_ask, args=(server, serve), daemon=True)
    asking.start()
    server.run()
    if not server.started:
        raise typer.Exit(1)
    asking.join()


def _ask(server: uvicorn.Server, stay: bool) -> None:  # noqa: FBT001 — called by a thread
    """Wait for the server, ask it the question of the demo, print the answer."""
    while not server.started:
        if server.should_exit:
            return
        sleep(0.05)
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    url = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104 — compared, not bound
    try:
        rows, notes = ask(url)
        caption = "SYNTHETIC: computed to resemble the study, never measured"
        table = Table(*HEADINGS, caption=caption)
        for row in rows:
            table.add_row(*row)
        echo([f"\nPOST {url}/graphql\n{QUESTION}"])
        Console().print(table)
        echo(("", *notes))
        if stay:
            echo([f"Serving. Open {url}/graphql in a browser; Ctrl-C ends it."])
    finally:
        server.should_exit = not stay
