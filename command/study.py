"""``leyden study``: what cells are made of, and what is claimed."""

from pathlib import Path
from typing import Annotated, Final

import typer

from command.door import PLAIN, AsJson
from command.fault import FAILED
from command.start import lasting
from command.terminal import echo, echo_document, note, summary

app = typer.Typer(no_args_is_help=True, **PLAIN)
_WHOLE_CATALOG: Final = "whole catalog"


@app.callback()
def study() -> None:
    """Say what cells are made of, and what is claimed."""


@app.command()
def enter(
    path: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="The study: .yaml, .xlsx, or a folder of .csv."),
    ],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be entered; change nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Enter a study whole, or refuse it with all that is amiss."""
    with lasting():
        from command.opening import existing
        from ingest.study.document import read_document
        from ingest.study.entry import enter as enter_document
        from ingest.study.report import as_json as document_of
        from ingest.study.report import as_lines, refusal_as_json
        from schema.error import InvalidStudy
        from schema.settings import Settings
    warehouse = existing(Settings())
    try:
        entered = enter_document(warehouse.engine, read_document(path), dry=dry_run)
    except InvalidStudy as refusal:
        if not as_json:
            raise
        echo_document(refusal_as_json(refusal))
        raise typer.Exit(FAILED) from refusal
    finally:
        warehouse.engine.dispose()
    if as_json:
        echo_document(document_of(entered, dry=dry_run))
        return
    if dry_run:
        echo(as_lines(entered))
    for sentence in entered.idle:
        note(sentence)
    done = "dry run, nothing was changed" if dry_run else entered.summary()
    summary(f"study {entered.name}", done)


@app.command()
def export(
    name: Annotated[
        str | None, typer.Argument(help="The study; left out, everything in the catalog as one.")
    ] = None,
    *,
    to: Annotated[
        Path,
        typer.Option(help="What to write: .yaml, .xlsx, or a folder of .csv (no ending)."),
    ],
    named: Annotated[
        str, typer.Option("--as", help="Name of the study that everything is written as.")
    ] = _WHOLE_CATALOG,
) -> None:
    """Write a study as it stands now, with all that was changed since."""
    with lasting():
        from command.opening import existing
        from ingest.study.export import export_catalog, export_study
        from ingest.study.write import write_study
        from schema.settings import Settings
    warehouse = existing(Settings())
    try:
        if name is None:
            exported = export_catalog(warehouse.engine, named)
        else:
            exported = export_study(warehouse.engine, name)
    finally:
        warehouse.engine.dispose()
    write_study(exported.document.content, to)
    for sentence in exported.notes:
        note(sentence)
    summary("study export", f"wrote {to}")


@app.command()
def template(
    path: Annotated[
        Path,
        typer.Argument(
            help="What to write: .yaml, .xlsx, or a folder of .csv (without an ending)."
        ),
    ],
) -> None:
    """Write a commented example of a study to fill in."""
    with lasting():
        from ingest.study.template import write_template
    write_template(path)
    echo([f"study template: wrote {path}; once filled in: leyden study enter {path}"])
