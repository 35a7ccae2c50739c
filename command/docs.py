"""``leyden docs``: what is written of the code."""

from pathlib import Path

import typer

from command.door import PLAIN
from command.start import lasting
from command.terminal import counted, echo, summary

app = typer.Typer(**PLAIN)


@app.command()
def docs() -> None:
    """Write the generated pages and the SDL of this checkout."""
    with lasting():
        from ingest.reader_page import readers_page
        from ingest.recognize import all_readers
        from ingest.release import releases_page
        from schema.settings_page import settings_page
        from service.graphql.schema import sdl
        from service.metric.kind import kinds_page
        from service.metric.library import described
        from service.metric.page import metrics_page
        from service.page.concept import pictures
    here, metrics = Path(__file__).parents[1], described()
    pages = {
        "docs/metrics.md": metrics_page(metrics),
        "docs/readers.md": readers_page(all_readers()),
        "docs/settings.md": settings_page(),
        "service/graphql/schema.graphql": sdl(metrics),
        "service/metric/kind.json": kinds_page(metrics),
        "ingest/release.json": releases_page({each.name: each.release for each in all_readers()}),
    }
    pages |= {f"docs/{name}": drawn for name, drawn in pictures().items()}
    for name, text in pages.items():
        (here / name).write_text(text, encoding="utf-8")
        echo([f"wrote {name}"])
    summary("docs", counted(len(pages), "file"))
