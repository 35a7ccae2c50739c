"""``leyden measure``: what ImageJ measured in an image."""

from pathlib import Path
from typing import Annotated

import typer

from command.door import PLAIN
from command.start import lasting
from command.terminal import counted, summary

app = typer.Typer(**PLAIN)


@app.command()
def measure(
    table: Annotated[
        Path, typer.Argument(help="The table of results of ImageJ, .csv.", exists=True)
    ],
    *,
    image: Annotated[
        str, typer.Option(help="The image: its id, or the name of its test if that has one image.")
    ],
    kind: Annotated[str, typer.Option(help="grain, test_line, layer, crack or pore.")],
    unit: Annotated[str, typer.Option(help="um or pixel: what the table's lengths are in.")],
    region: Annotated[str | None, typer.Option(help="Which place of the specimen.")] = None,
    preparation: Annotated[
        str | None, typer.Option(help="How the surface was prepared, e.g. fractured.")
    ] = None,
    method: Annotated[
        str | None, typer.Option(help="How objects were told apart, e.g. threshold 87.")
    ] = None,
) -> None:
    """Enter what ImageJ measured in an image; what was there goes."""
    with lasting():
        from command.measuring import enter_objects
        from command.opening import existing
        from schema.settings import Settings
    count = enter_objects(
        existing(Settings()),
        table,
        image,
        kind,
        unit,
        region=region,
        preparation=preparation,
        method=method,
    )
    summary("measure", counted(count, f"object of kind {kind}", f"objects of kind {kind}"))
