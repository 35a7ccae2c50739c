"""Another circuit is tried on a sweep, and a fit is chosen to count for it."""

from collections.abc import Callable
from typing import Annotated, Any, TypeAlias

import strawberry
from sqlalchemy.orm import Session

from schema import catalog
from schema.error import InvalidRecord, UnknownRecord
from schema.queue.ask import Wish
from schema.queue.subject import subject_of
from schema.record.fit_choice import choose_fit as put_choice
from schema.record.fit_choice import withdraw_choice
from service.graphql.build.context import Info
from service.graphql.mutations.entry import InvalidInput, NotFound, entered
from service.graphql.mutations.job import JobResult, asked, queued
from service.graphql.types.fit import analysis_of, fits_of
from service.graphql.types.spectrum import Spectrum
from service.living import is_id

FitResult: TypeAlias = Annotated[
    Spectrum | NotFound | InvalidInput,
    strawberry.union("FitResult", description="The sweep, or why not."),
]
OfSpectrum: TypeAlias = Annotated[
    strawberry.ID, strawberry.argument(description="The impedance sweep, by id.")
]


async def try_circuit(
    info: Info,
    spectrum: OfSpectrum,
    circuit: Annotated[
        str,
        strawberry.argument(
            description="A circuit, e.g. R0-p(R1,CPE1)-W2; what is given stands behind: "
            "'R0-p(R1,CPE1) where R0 = 5'."
        ),
    ],
    weighting: Annotated[
        str, strawberry.argument(description="What a residual counts: modulus, admittance, unit.")
    ] = "modulus",
) -> JobResult:
    """Have another circuit fitted to one sweep, beside the fit that counts."""

    def enter(session: Session) -> catalog.Job:
        sweep = _sweep(session, spectrum)
        subject = subject_of(
            "try_circuit",
            test_id=sweep.test_id,
            spectrum_count=sweep.spectrum_count,
            circuit=circuit,
            weighting=weighting,
        )
        return asked(session, Wish(subject, unique_key=f"try {subject.model_dump_json()}"))

    done: JobResult = await queued(info, enter)
    return done


async def choose_fit(
    info: Info,
    spectrum: OfSpectrum,
    analysis: Annotated[
        strawberry.ID,
        strawberry.argument(description="The analysis that kept it, as `Fit.analysis` says."),
    ],
) -> FitResult:
    """Let a fit of a sweep count for it until another is chosen, or none."""
    fits = await fits_of(int(spectrum), info) if is_id(spectrum) else []
    named = [fit for fit in fits if analysis_of(fit) == analysis]

    def enter(sweep: catalog.Sweep, session: Session) -> None:
        if not named:
            known = dict.fromkeys(map(analysis_of, fits))
            raise UnknownRecord(("analysis",), "analysis of this sweep", str(analysis), known)
        put_choice(session, sweep, next((fit for fit in named if fit["chosen"]), named[0]))

    return await _changed(info, "choose fit", spectrum, enter)


async def withdraw_fit_choice(info: Info, spectrum: OfSpectrum) -> FitResult:
    """Let the automatic fit of a sweep count again."""
    return await _changed(
        info,
        "withdraw choice of fit",
        spectrum,
        lambda sweep, session: withdraw_choice(session, sweep),
    )


async def _changed(
    info: Info,
    action: str,
    spectrum: str,
    change: Callable[[catalog.Sweep, Session], None],
) -> FitResult:
    def enter(session: Session) -> Any:  # noqa: ANN401 # a row
        sweep = _sweep(session, spectrum)
        change(sweep, session)
        return sweep

    done: FitResult = await entered(info, action, enter)
    return done


def _sweep(session: Session, called: str) -> Any:  # noqa: ANN401 # a row
    """Return the living sweep of an id."""
    if not is_id(called):
        raise InvalidRecord(("spectrum",), f"{called!r} is no id of a sweep")
    sweep = session.get(catalog.Sweep, int(called))
    test = None if sweep is None else session.get_one(catalog.Test, sweep.test_id)
    if test is None or test.removed_snapshot is not None:
        unknown = UnknownRecord(("spectrum",), "sweep", called)
        unknown.reason = f"no sweep has the id {called}"
        raise unknown
    return sweep
