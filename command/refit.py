"""``leyden refit``: sweeps, scans and regions computed again."""

from collections import Counter
from typing import Annotated, Final, Literal

import typer

from command.door import PLAIN, AsJson
from command.start import lasting
from command.terminal import bar, counted, echo, echo_document, summary

app = typer.Typer(**PLAIN)

Weighting = Literal["modulus", "admittance", "unit"]
METHODS: Final = ("fit", "kramers_kronig", "relaxation", "pattern", "emission")


@app.command()
def refit(
    tests: Annotated[
        list[str] | None, typer.Argument(help="Names of tests; none means all.")
    ] = None,
    *,
    method: Annotated[
        list[str] | None,
        typer.Option(help=f"What to compute: {', '.join(METHODS)}; none means everything."),
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
    as_json: AsJson = False,
) -> None:
    """Compute sweeps, scans and regions again, by what is known now.

    Reference phases and sensitivity factors entered since then count from now on; of impedance the
    old stays beside the new. Options of circuits are of impedance alone.
    """
    with lasting():
        from dataclasses import asdict

        from command.opening import existing
        from ingest.analysis.refit import Refitted
        from ingest.analysis.refit import refit as refit_tests
        from ingest.refitting import impedance_settings, shares
        from schema.error import UnknownName
        from schema.settings import Settings
    for name in method or ():
        if name not in METHODS:
            raise UnknownName("method", name, METHODS)
    settings = impedance_settings(circuit or (), weighting, resamples)
    own = circuit or resamples or weighting != "modulus"
    wanted = method or (["fit"] if own else METHODS)
    warehouse = existing(Settings())
    work = list(shares(warehouse, wanted, settings, names=tests or ()))
    found = [test for share in work for test in share.tests]
    done: list[Refitted] = []
    parts: Counter[str] = Counter()
    try:
        with bar("fitting") as advance:
            for share in work:
                kind = share.analysis.subject.name.split()[-1]
                for each in refit_tests(
                    warehouse,
                    share.tests,
                    share.analysis,
                    share.methods,
                    foremost=share.foremost,
                ):
                    done.append(each)
                    parts[kind] += each.parts
                    advance(len(done), len(found), each.name)
                    if not as_json:
                        new = ", ".join(each.added) or "nothing new"
                        echo([f"{each.name}: {counted(each.parts, kind.removesuffix('s'))}, {new}"])
    finally:
        warehouse.engine.dispose()
        left = len(found) - len(done)
        if as_json:
            echo_document({"tests": [asdict(each) for each in done], "left": left})
        else:
            summary(
                "refit",
                counted(len(done), "test"),
                *(counted(many, kind.removesuffix("s")) for kind, many in parts.items()),
                f"{sum(bool(each.added) for each in done):,} with something new",
                *([f"{left:,} not done"] if left else []),
            )
