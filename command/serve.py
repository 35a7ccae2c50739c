"""``leyden serve``: questions are answered."""

import typer
import uvicorn

from command.reading_again import read_again
from command.start import lasting
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
    with lasting():
        application = create_app(settings)
    return uvicorn.Config(application, host=settings.host, port=settings.port, log_level="warning")
