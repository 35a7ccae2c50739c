"""``leyden serve``: questions are answered."""

import typer
import uvicorn

from command.ingest import read_again
from schema.settings import Settings
from service.app import create_app

app = typer.Typer()


@app.command()
def serve() -> None:
    """Serve GraphQL, Arrow and the console."""
    read_again()
    uvicorn.Server(config(Settings())).run()


def config(settings: Settings) -> uvicorn.Config:
    """Return how a server of these settings runs."""
    return uvicorn.Config(
        create_app(settings), host=settings.host, port=settings.port, log_level="warning"
    )
