"""Why a fit counts for a sweep: by itself, or because a person chose it."""

from enum import Enum

import strawberry

from schema import catalog
from service.graphql.build.context import Info
from service.graphql.types.fit import analysis_of, fits_of


@strawberry.enum(description="By what a fit counts for its sweep.")
class FitBy(Enum):
    """By what a fit counts for its sweep."""

    AUTOMATIC = strawberry.enum_value(
        "automatic", description="It was chosen among circuits by the latest analysis of its test."
    )
    PERSON = strawberry.enum_value("person", description="A person chose it.")


@strawberry.type(description="Why a fit counts for a sweep.")
class FitBasis:
    """Why a fit counts for a sweep."""

    by: FitBy = strawberry.field(description="By what it counts.")
    reason: str = strawberry.field(description="Why, in words.")
    chosen_circuit: str | None = strawberry.field(
        description="The circuit that a person chose, even where its fit is there no more."
    )


async def basis_of(sweep: catalog.Sweep, info: Info) -> FitBasis | None:
    """Return why the fit of a sweep counts, None where nothing was fitted."""
    choice = catalog.FitChoice
    loader = info.context.loaders.children(choice.test_id, choice.spectrum_count)
    chosen = next(
        (each for each in await loader.load(sweep.test_id) if _is_of(each, sweep.spectrum_count)),
        None,
    )
    rows = [row for row in await fits_of(sweep.id, info) if row["latest"]]
    if not rows:
        return None
    kept = next((row for row in rows if row["chosen"]), None)
    if chosen is not None and kept is not None and _names(chosen, kept):
        reason = "a person chose it: the history of the test says when"
        return FitBasis(by=FitBy.PERSON, reason=reason, chosen_circuit=chosen.circuit)
    reason = f"the latest analysis of the test, {analysis_of(rows[0])}, " + (
        f"chose it of {len(rows)} by AICc and F-test" if kept else f"kept none of {len(rows)}"
    )
    if chosen is not None:
        reason += f"; {chosen.circuit}, which a person chose, is there no more: try it again"
    circuit = None if chosen is None else chosen.circuit
    return FitBasis(by=FitBy.AUTOMATIC, reason=reason, chosen_circuit=circuit)


def _is_of(choice: catalog.FitChoice, spectrum_count: int) -> bool:
    return choice.spectrum_count == spectrum_count


def _names(choice: catalog.FitChoice, fit: dict[str, object]) -> bool:
    """Return whether it is this fit that was chosen."""
    names = ("input_hash", "version", "parameter_hash", "circuit")
    return all(getattr(choice, name) == fit[name] for name in names)
