"""``leyden publish``: every metric as tables for BI tools, and who may read them."""

from typing import TYPE_CHECKING, Annotated

import typer

from command.door import PLAIN, AsJson
from command.fault import FAILED
from command.start import lasting
from command.terminal import echo, echo_document, note, summary, warn
from schema.error import InvalidArgument

if TYPE_CHECKING:
    from service.publish.publication import Publication
    from service.publish.target import Target

app = typer.Typer(**PLAIN)


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
    as_json: AsJson = False,
) -> None:
    """Publish every metric as tables for BI tools, what changed only."""
    with lasting():
        from command.publishing import keep_publishing_to, publish_to
        from service.publish.place import target_at
        from service.publish.schedule import seconds
    if create_reader is not None:
        if every:
            raise InvalidArgument("--every", every, "nothing beside --create-reader")
        _create_reader(target_at(target), create_reader, project or [])
        return
    if project:
        raise InvalidArgument("--project", ", ".join(project), "a reader: add --create-reader NAME")

    def tell(done: "Publication | Exception") -> None:
        _tell(done, as_json=as_json)

    if every:
        keep_publishing_to(target_at(target), seconds(every), tell)
        return
    done = publish_to(target_at(target))
    tell(done)
    if done.failed:
        raise typer.Exit(FAILED)


def _tell(done: "Publication | Exception", *, as_json: bool) -> None:
    """Report a publication, and every table that failed."""
    if isinstance(done, Exception):
        warn(f"leyden: {' '.join(str(done).split())}")
        return
    failed = {each.table.name: each.reason for each in done.failed}
    if as_json:
        document = {
            "snapshot": done.snapshot,
            "tests": done.tests,
            "tables": {each.table.name: each.row_count for each in done.outcomes},
            "failed": failed,
            "left_out": done.left_out,
        }
        echo_document(document, in_one_line=True)
        return
    echo((f"failed  {name}: {reason}" for name, reason in failed.items()), amiss=True)
    summary("publish", done.summary())


def _create_reader(target: "Target", name: str, projects: list[str]) -> None:
    """Make a login role; tell of its password if it is new, and of what it may do besides."""
    from schema.settings import Settings
    from service.metric.library import read_metrics
    from service.publish.postgres.login_role import make_reader
    from service.publish.star import star

    password = Settings().reader_password.get_secret_value()
    reader = make_reader(target, star(read_metrics()), name, projects, password)
    if reader.password is not None:
        echo([f"password {reader.password} (not kept anywhere, and not shown again)"], amiss=True)
    for statement in reader.left_open:
        note(f"the owner of the database has to run: {statement}")
    summary("publish", f"{reader.name} reads schema {reader.schema} of {target.name}")
