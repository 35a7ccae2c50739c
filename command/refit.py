"""``leyden refit``: impedance sweeps computed again."""

from dataclasses import replace
from typing import Annotated

import typer

from command.terminal import bar, echo
from ingest.analysis.impedance.analysis import SWEEPS, AnalysisSettings
from ingest.analysis.impedance.grid import RelaxationSettings
from ingest.analysis.impedance.solution import Weighting
from ingest.analysis.refit import analyzable
from ingest.analysis.refit import refit as refit_tests
from schema.analysis import LAYOUTS
from schema.error import UnknownName
from schema.settings import Settings
from schema.warehouse import open_warehouse

app = typer.Typer()


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
    with bar("fitting") as advance:
        for done, each in enumerate(refit_tests(warehouse, found, settings, methods), 1):
            told = ", ".join(each.added) or "nothing new"
            advance(done, len(found), each.name)
            echo([f"{each.name}: {each.parts} sweeps, {told}"])
