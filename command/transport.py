"""``leyden transport``: one carrier in layers of a cell, computed and kept."""

from typing import Annotated

import typer

from command.door import PLAIN
from command.start import lasting
from command.terminal import echo, summary

app = typer.Typer(**PLAIN)


@app.command()
def transport(
    cell: Annotated[str, typer.Argument(help="Name of the cell.")],
    *,
    carrier: Annotated[str, typer.Option(help="Ion with its charge, e.g. Li+; e- for electrons.")],
    charge: Annotated[int, typer.Option(help="Its charge number with its sign, e.g. 1.")],
    temperature: Annotated[str, typer.Option(help="E.g. '60 °C'.")],
    negative: Annotated[str, typer.Option(help="Concentration held at the negative side.")],
    positive: Annotated[str, typer.Option(help="Concentration held at the positive side.")],
    initial: Annotated[str, typer.Option(help="Concentration between them at the start.")],
    layer: Annotated[
        list[str],
        typer.Option(
            help="A layer: its position in the cell, its thickness, the diffusion coefficient in "
            "it, and the potential of its positive side less that of its negative one, "
            "e.g. '3: 1 µm, 1e-10 cm²/s, -5 mV'."
        ),
    ],
    duration: Annotated[str, typer.Option(help="How long, e.g. '3 h'.")],
    steps: Annotated[int, typer.Option(help="Steps of time, all alike.")] = 60,
    intervals: Annotated[int, typer.Option(help="Intervals that each layer is cut into.")] = 40,
) -> None:
    """Compute one carrier in layers of a cell by Nernst-Planck."""
    with lasting():
        from command.opening import existing
        from command.stating import run_stated
        from schema.settings import Settings
    warehouse = existing(Settings())
    run, is_new = run_stated(
        warehouse,
        cell,
        {
            "carrier": carrier,
            "charge_number": charge,
            "temperature_celsius": temperature,
            "negative_concentration_mol_per_cm3": negative,
            "positive_concentration_mol_per_cm3": positive,
            "initial_concentration_mol_per_cm3": initial,
            "duration_second": duration,
            "step_count": steps,
            "interval_count": intervals,
        },
        layer,
    )
    warehouse.engine.dispose()
    echo([f"run {run}: " + ("computed and kept" if is_new else "was there")])
    summary("transport", f"{carrier} in {len(layer)} layers of {cell}")
