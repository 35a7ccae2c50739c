"""``leyden ingest``: exports come in, and the study they belong to."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import orjson
import typer

from command.reading_again import read_again
from command.terminal import bar, echo, note
from ingest.crew import ingest as take_all_in
from ingest.file_name import legible
from ingest.intake import Outcome
from ingest.report import as_json, as_line
from ingest.study.document import Document, read_study
from ingest.study.entry import enter
from ingest.walk import walk
from schema.settings import Settings
from schema.warehouse import open_warehouse

app = typer.Typer()


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
    outcomes = take_in(paths, but=study)
    if as_document:
        sys.stdout.buffer.write(orjson.dumps(as_json(outcomes), option=orjson.OPT_INDENT_2) + b"\n")
    else:
        echo(as_line(outcome) for outcome in outcomes)
    if document is not None:
        enter_study(document)
    if any(outcome.status == "refused" for outcome in outcomes):
        raise typer.Exit(1)


def take_in(paths: Iterable[Path], but: Path | None = None) -> list[Outcome]:
    """Ingest with a progress bar; return the outcomes in the order of the files."""
    files = [file for file in walk(paths) if but is None or file.resolve() != but.resolve()]
    place = {file: number for number, file in enumerate(files)}
    read_again()
    outcomes: list[Outcome] = []
    with bar("ingesting") as advance:
        for outcome in take_all_in(Settings(), files):
            outcomes.append(outcome)
            advance(len(outcomes), len(files), legible(outcome.path).name)
    return sorted(outcomes, key=lambda outcome: place[outcome.path])


def enter_study(document: Document) -> None:
    """Enter a study and say what came of it."""
    entered = enter(open_warehouse(Settings()).engine, document)
    note(f"study {entered.name}: {entered.told()}")
