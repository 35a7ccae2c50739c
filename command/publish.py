"""``leyden publish``: every metric as tables for BI tools, and who may read them."""

from contextlib import suppress
from threading import Event
from typing import Annotated

import typer

from command.reading_again import read_again
from command.store import opened
from command.terminal import bar, echo, note
from schema.error import InvalidArgument
from schema.settings import Settings
from service.metric.library import read_metrics
from service.publish.place import target_at
from service.publish.postgres.login_role import make_reader
from service.publish.publication import Publication, Publisher
from service.publish.schedule import keep_publishing, seconds
from service.publish.star import star
from service.publish.target import Target
from service.store.upkeep import have_base

app = typer.Typer()


@app.command()
def publish(
    target: Annotated[
        str, typer.Argument(help="postgresql://user@host/database, or a path ending in .duckdb.")
    ],
    *,
    every: Annotated[
        str | None, typer.Option(help="Publish again and again at this pace, e.g. 60s.")
    ] = None,
    create_reader: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Make a login role that may read what is published; publish nothing.",
        ),
    ] = None,
    project: Annotated[
        list[str] | None, typer.Option(help="Projects this reader sees; none means everything.")
    ] = None,
) -> None:
    """Publish every metric as tables for BI tools, at once and only what has changed."""
    if create_reader is not None:
        if every:
            raise InvalidArgument("--every", every, "nothing beside --create-reader")
        _create_reader(target_at(target), create_reader, project or [])
        return
    if project:
        raise InvalidArgument("--project", ", ".join(project), "a reader: add --create-reader NAME")
    read_again()
    done = _publish(target_at(target), seconds(every) if every else None)
    if done is not None:
        _tell(done)
        if done.failed:
            raise typer.Exit(1)


def _publish(target: Target, pace: float | None) -> Publication | None:
    """Publish once and return what was done, or again and again at a pace until interrupted."""
    with opened() as (warehouse, store):
        publisher = Publisher(store, warehouse.engine, store.metrics)
        total = len(star(store.metrics))

        def once() -> Publication:
            store.refresh()
            if store.calls_for_base:
                with bar("computing") as advance:
                    have_base(store, lambda done, total: advance(done, total, ""))
            with bar("publishing") as advance:
                names: list[str] = []

                def done(name: str) -> None:
                    names.append(name)
                    advance(len(names), total, name)

                return publisher.publish(target, done)

        if pace is None:
            return once()
        with suppress(KeyboardInterrupt):
            keep_publishing(once, pace, Event(), _tell)
        return None


def _tell(done: Publication | Exception) -> None:
    """Tell of a publication, and of every table that failed."""
    if isinstance(done, Exception):
        note(f"leyden: {done}", color="red")
        return
    echo([done.told(), *(f"failed  {each.table.name}: {each.reason}" for each in done.failed)])


def _create_reader(target: Target, name: str, projects: list[str]) -> None:
    """Make a login role; tell of its password if it is new, and of what it may do besides."""
    password = Settings().reader_password.get_secret_value()
    reader = make_reader(target, star(read_metrics()), name, projects, password)
    echo([f"{reader.name} reads schema {reader.schema} of {target.name}"])
    if reader.password is not None:
        echo([f"password {reader.password} (not kept anywhere, and not shown again)"])
    for statement in reader.left_open:
        note(f"the owner of the database has to run: {statement}")
