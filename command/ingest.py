"""``leyden ingest``: exports come in, and the study they belong to."""

from pathlib import Path
from typing import Annotated

import typer

from command.door import PLAIN, AsJson
from command.fault import FAILED, STOPPED
from command.start import lasting
from command.terminal import echo, echo_document, note, summary

app = typer.Typer(**PLAIN)


@app.command()
def ingest(
    paths: Annotated[
        list[Path], typer.Argument(readable=False, help="Files and folders of instrument exports.")
    ],
    *,
    study: Annotated[
        Path | None,
        typer.Option(help="Their study to enter after: .yaml, .xlsx or a folder of .csv."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take in exports: each is ingested, there already or refused."""
    with lasting():
        from command.taking_in import AMISS, enter_study, take_in
        from ingest.report import as_json as document_of
        from ingest.report import as_line
        from ingest.study.document import read_study
        from ingest.study.report import as_json as study_as_json
    document = read_study(study) if study else None
    taken = take_in(paths, but=study)
    for outcome in [] if as_json else taken.outcomes:
        echo([as_line(outcome)], amiss=outcome.status in AMISS)
    entered = enter_study(document) if document and not taken.stopped else None
    if as_json:
        of_study = {"study": study_as_json(entered)} if entered else {}
        echo_document({**document_of(taken.outcomes), "stopped": taken.stopped, **of_study})
    else:
        if entered:
            echo([f"study {entered.name}: {entered.summary()}"])
            for sentence in entered.idle:
                note(sentence)
        summary("ingest", *taken.facts())
    if taken.stopped:
        left = " and enter the study" if document else ""
        note(f"what is done stays: the same command again goes on with the rest{left}")
        raise typer.Exit(STOPPED)
    if any(outcome.status in AMISS for outcome in taken.outcomes):
        raise typer.Exit(FAILED)
