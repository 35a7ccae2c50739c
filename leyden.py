"""The front door: one command line that wires ingest and service together.

Every process of an ingest begins with this file: what only some commands need they import.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread
from time import sleep
from typing import TYPE_CHECKING, Annotated

import orjson
import typer
import uvicorn
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from sqlalchemy import func, select

from demo import write_study
from demo.client import HEADINGS, QUESTION, ask
from ingest.analysis.impedance.analysis import SWEEPS, AnalysisSettings
from ingest.analysis.impedance.grid import RelaxationSettings
from ingest.analysis.impedance.solution import Weighting
from ingest.analysis.refit import analyzable
from ingest.analysis.refit import refit as refit_tests
from ingest.crew import ingest as take_all_in
from ingest.intake import Outcome, outdated
from ingest.reader import all_readers
from ingest.reader_page import readers_page
from ingest.report import as_json, as_line
from ingest.study.document import Document, read_study
from ingest.study.entry import enter
from ingest.study.template import write_template
from ingest.walk import walk
from schema.analysis import LAYOUTS
from schema.catalog import Cell, RawFile, Test
from schema.catalog.connection import current_snapshot, look
from schema.error import InvalidArgument, LeydenError, UnknownName
from schema.inspection import inspect, sweep
from schema.recount import recounted
from schema.settings import Settings
from schema.warehouse import open_warehouse

if TYPE_CHECKING:
    from service.publish.postgres.login_role import Reader
    from service.publish.publication import Publication

app = typer.Typer(
    help="Leyden: instrument exports in, derived metrics out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
studies = typer.Typer(help="What cells are made of, and what is claimed.", no_args_is_help=True)
app.add_typer(studies, name="study")
stores = typer.Typer(help="What questions are answered from.", no_args_is_help=True)
app.add_typer(stores, name="store")
_notes = Console(stderr=True)


@app.command()
def demo(
    *,
    serve: Annotated[bool, typer.Option(help="Go on serving after the first answer.")] = True,
) -> None:
    """Ingest a whole SYNTHETIC study, hold what it claims against its raw files, and serve."""
    settings = Settings()
    *exports, document = write_study(settings.home / "demo")
    outcomes = _ingest(exports)
    points = sum(outcome.points for outcome in outcomes)
    typer.echo(f"{len(outcomes)} exports, {points:,} points, in {exports[0].parent}")
    _enter(read_study(document))
    quiet = {"log_level": "warning"} if serve else {"log_level": "warning", "port": 0}
    server = uvicorn.Server(_config(settings.model_copy(update=quiet)))
    asking = Thread(target=_ask, args=(server, serve), daemon=True)
    asking.start()
    server.run()
    if not server.started:
        raise typer.Exit(1)
    asking.join()


@app.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders of instrument exports.")],
    *,
    study: Annotated[
        Path | None, typer.Option(help="A study of these tests, .yaml or .xlsx, to enter after.")
    ] = None,
    as_document: Annotated[
        bool, typer.Option("--json", help="Print one JSON document instead of lines.")
    ] = False,
) -> None:
    """Take exports in: every file is ingested, already there, or refused with the reason."""
    document = read_study(study) if study else None
    outcomes = _ingest(paths, but=study)
    if as_document:
        sys.stdout.buffer.write(orjson.dumps(as_json(outcomes), option=orjson.OPT_INDENT_2) + b"\n")
    else:
        _echo(as_line(outcome) for outcome in outcomes)
    if document is not None:
        _enter(document)
    if any(outcome.status == "refused" for outcome in outcomes):
        raise typer.Exit(1)


@studies.command()
def template(
    path: Annotated[Path, typer.Argument(help="The file to write, .yaml or .xlsx.")],
) -> None:
    """Write a commented example of a study to fill in."""
    write_template(path)
    typer.echo(f"wrote {path}")


@app.command()
def serve() -> None:
    """Serve GraphQL, Arrow and the console."""
    _read_again()
    uvicorn.Server(_config(Settings())).run()


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
    from service import command  # noqa: PLC0415 # see above

    if create_reader is not None:
        if every:
            raise InvalidArgument("--every", every, "nothing beside --create-reader")
        reader, place = command.create_reader(target, create_reader, project or [])
        _tell_of_reader(reader, place.name)
        return
    if project:
        raise InvalidArgument("--project", ", ".join(project), "a reader: add --create-reader NAME")
    _read_again()
    done = command.publish(target, every, _bar, _tell)
    if done is not None:
        _tell(done)
        if done.failed:
            raise typer.Exit(1)


@stores.command()
def rebuild() -> None:
    """Make the base of relations and metrics anew out of the lake."""
    from service import command  # noqa: PLC0415 # see above

    typer.echo(command.rebuild(_bar))


@app.command()
def refit(
    tests: Annotated[
        list[str] | None, typer.Argument(help="Names of tests; none means all with sweeps.")
    ] = None,
    *,
    method: Annotated[
        list[str] | None,
        typer.Option(help=f"What to compute: {', '.join(LAYOUTS)}; none means everything."),
    ] = None,
    circuit: Annotated[
        list[str] | None,
        typer.Option(
            help="Circuits to fit and choose among, e.g. R0-p(R1,CPE1)-W2; what is given stands "
            "behind: 'R0-p(R1,CPE1) where R0 = 5; CPE1.n = 0.8..1'."
        ),
    ] = None,
    weighting: Annotated[
        Weighting, typer.Option(help="What a residual counts: over |Z|, over |Z|², or itself.")
    ] = "modulus",
    resamples: Annotated[
        int,
        typer.Option(
            help="Spectra, 25 to 2000, drawn anew of the residuals of each sweep: relaxation times "
            "are computed of each again, beside the circuits told here, and the scatter tells the "
            "errors and 95 % intervals of their processes; 0 takes the covariance, and no interval."
        ),
    ] = 0,
) -> None:
    """Compute impedance sweeps again, by other circuits or a later version; the old stays."""
    settings = replace(
        AnalysisSettings.with_circuits(circuit or (), weighting),
        relaxation=RelaxationSettings(resamples=resamples),
    )
    own = circuit or resamples or weighting != "modulus"
    wanted = method or (["fit"] if own else list(LAYOUTS))
    for name in wanted:
        if name not in LAYOUTS:
            raise UnknownName("method", name, LAYOUTS)
    methods = [name for name in LAYOUTS if name in wanted]
    warehouse = open_warehouse(Settings())
    found = analyzable(warehouse, SWEEPS, tests or ())
    for name in set(tests or ()) - {name for _, name in found}:
        raise UnknownName("test with impedance sweeps", name, [name for _, name in found])
    with _bar("fitting") as advance:
        for done, each in enumerate(refit_tests(warehouse, found, settings, methods), 1):
            told = ", ".join(each.added) or "nothing new"
            advance(done, len(found), each.name)
            typer.echo(f"{each.name}: {each.parts} sweeps, {told}")


@app.command()
def recount(
    cycles: Annotated[
        str | None,
        typer.Argument(
            help="turns (of the charge) or instrument; left out, what was said is taken back."
        ),
    ] = None,
    *,
    test: Annotated[list[str] | None, typer.Option(help="Names of tests it is said of.")] = None,
    cell: Annotated[list[str] | None, typer.Option(help="Names of cells it is said of.")] = None,
) -> None:
    """Say how the cycles of tests or cells are counted; no export is read again."""
    for line in recounted(open_warehouse(Settings()).engine, cycles, test or (), cell or ()):
        typer.echo(line)


@app.command()
def status() -> None:
    """Tell what is in the warehouse, and what questions are answered from."""
    from service import command  # noqa: PLC0415 # see above

    settings = Settings()
    warehouse = open_warehouse(settings)
    with look(warehouse.engine) as session:
        files, size = session.execute(
            select(func.count(), func.coalesce(func.sum(RawFile.bytes), 0)).where(
                RawFile.removed_snapshot.is_(None)
            )
        ).one()
        tests, points = session.execute(
            select(func.count(), func.coalesce(func.sum(Test.point_count), 0)).where(
                Test.removed_snapshot.is_(None)
            )
        ).one()
        cells = session.scalar(select(func.count()).select_from(Cell))
        _echo(
            (
                f"catalog   {warehouse.engine.url.render_as_string()}",
                f"lake      {warehouse.lake.folder}",
                f"snapshot  {current_snapshot(session)}",
                f"exports   {files:,} ({size:,} bytes)",
                f"tests     {tests:,} ({points:,} points)",
                f"cells     {cells:,}",
                *command.status(),
            )
        )


@app.command()
def check(
    *,
    clean: Annotated[
        bool, typer.Option("--sweep", help="Delete files that nothing refers to any more.")
    ] = False,
) -> None:
    """Hash every file again and compare lake and catalog."""
    settings = Settings()
    warehouse = open_warehouse(settings)
    if clean:
        swept = sweep(warehouse.engine, warehouse.lake, settings.orphan_grace_second)
        _echo(f"swept: {path}" for path in swept)
    found = inspect(warehouse.engine, warehouse.lake)
    _echo(found.lines)
    if not found.sound:
        raise typer.Exit(1)


@app.command()
def docs() -> None:
    """Write the generated pages and the SDL of this checkout."""
    from service.graphql.schema import sdl  # noqa: PLC0415 # see above
    from service.metric.library import read_metrics  # noqa: PLC0415 # see above
    from service.metric.page import metrics_page  # noqa: PLC0415 # see above

    here, metrics = Path(__file__).parent, read_metrics()
    pages = {
        "docs/metrics.md": metrics_page(metrics),
        "docs/readers.md": readers_page(all_readers()),
        "service/graphql/schema.graphql": sdl(metrics),
    }
    for name, text in pages.items():
        (here / name).write_text(text, encoding="utf-8")
        typer.echo(f"wrote {name}")


def _config(settings: Settings) -> uvicorn.Config:
    from service.app import create_app  # noqa: PLC0415 # see above

    return uvicorn.Config(
        create_app(settings), host=settings.host, port=settings.port, log_level="warning"
    )


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
        typer.echo(f"\nPOST {url}/graphql\n{QUESTION}")
        Console().print(table)
        _echo(("", *notes))
        if stay:
            typer.echo(f"Serving. Open {url}/graphql in a browser; Ctrl-C ends it.")
    finally:
        server.should_exit = not stay


def _tell(done: "Publication | Exception") -> None:
    """Tell of a publication, and of every table that failed."""
    if isinstance(done, Exception):
        _notes.print(f"leyden: {done}", style="red", highlight=False, soft_wrap=True)
        return
    typer.echo(done.told())
    for each in done.failed:
        typer.echo(f"failed  {each.table.name}: {each.reason}")


def _tell_of_reader(reader: "Reader", target: str) -> None:
    """Tell of a reader, of its password if it has a new one, and of what it may do all the same."""
    typer.echo(f"{reader.name} reads schema {reader.schema} of {target}")
    if reader.password is not None:
        typer.echo(f"password {reader.password} (not kept anywhere, and not shown again)")
    for statement in reader.left_open:
        _notes.print(f"the owner of the database has to run: {statement}", soft_wrap=True)


def _enter(document: Document) -> None:
    entered = enter(open_warehouse(Settings()).engine, document)
    _notes.print(f"study {entered.name}: {entered.told()}", highlight=False, soft_wrap=True)


def _ingest(paths: Iterable[Path], but: Path | None = None) -> list[Outcome]:
    """Ingest with a progress bar; return the outcomes in the order of the files."""
    files = [file for file in walk(paths) if but is None or file.resolve() != but.resolve()]
    place = {file: number for number, file in enumerate(files)}
    _read_again()
    outcomes: list[Outcome] = []
    with _bar("ingesting") as advance:
        for outcome in take_all_in(Settings(), files):
            outcomes.append(outcome)
            advance(len(outcomes), len(files), outcome.path.name)
    return sorted(outcomes, key=lambda outcome: place[outcome.path])


def _read_again() -> None:
    """Bring a home of a former version to the numbers of this one, and say so."""
    settings = Settings()
    old = outdated(open_warehouse(settings))
    if not old:
        return
    _notes.print(
        f"{len(old)} exports were read by a former version: reading them again", highlight=False
    )
    refused = 0
    with _bar("reading again") as advance:
        for done, outcome in enumerate(take_all_in(settings, old), 1):
            advance(done, len(old), outcome.path.name)
            if outcome.status == "refused":
                refused += 1
                _notes.print(f"{as_line(outcome)}; its old numbers stay", highlight=False)
    _notes.print(f"read again: {len(old) - refused} of {len(old)}", highlight=False)


@contextmanager
def _bar(doing: str) -> Iterator[Callable[[int, int, str], None]]:
    """Show how far something is; what it gives is told: done, of how many, and a name."""
    columns = (
        TextColumn(doing),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=_notes, transient=True) as progress:
        bar = progress.add_task("", total=None)
        yield lambda done, total, name: progress.update(
            bar, completed=done, total=total, description=name
        )


def _echo(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(line)


def main() -> None:
    """Run the command line; an expected fault is one line, not a traceback."""
    try:
        app()
    except LeydenError as fault:
        _notes.print(f"leyden: {fault}", style="red", highlight=False)
        sys.exit(2)


if __name__ == "__main__":
    main()
