"""``leyden serve``: questions are answered."""

from typing import Annotated, Any

import typer

from command.door import PLAIN
from command.start import lasting
from command.terminal import echo, note

app = typer.Typer(**PLAIN)

Host = Annotated[
    str | None,
    typer.Option(help="Address to listen on; else LEYDEN_HOST, else 127.0.0.1."),
]
Port = Annotated[
    int | None,
    typer.Option(
        min=0,
        max=65535,
        help="Port to listen on, 0 for any that is free; else LEYDEN_PORT, else 8000.",
    ),
]
Browser = Annotated[bool, typer.Option("--open", help="Open a browser once it listens.")]


@app.command()
def serve(*, host: Host = None, port: Port = None, browse: Browser = False) -> None:
    """Serve GraphQL, Arrow and the pages, and read what is uploaded."""
    with lasting():
        from command.listening import Server, hold
        from command.listening import serve as serve_at
        from command.opening import existing
        from command.reading_again import read_again
        from command.working import working
        from schema.settings import Settings

    def tell(server: Server) -> None:
        echo([f"serving {server.url}/ (Ctrl-C ends it)"])
        if browse:
            open_browser(server.url)

    given: dict[str, Any] = {"host": host, "port": port}
    settings = Settings(**{name: value for name, value in given.items() if value is not None})
    with hold(settings) as listener:
        warehouse = existing(settings)
        read_again(warehouse)
        warehouse.engine.dispose()
        with working(settings):
            code = serve_at(settings, listener, tell)
    raise typer.Exit(code)


def open_browser(url: str) -> None:
    """Open a browser at an address, beside what goes on; say so where none can be."""
    import webbrowser
    from threading import Thread

    def opening() -> None:
        if not webbrowser.open(f"{url}/"):
            note(f"no browser could be opened: open {url}/ in yours")

    Thread(target=opening, daemon=True).start()
