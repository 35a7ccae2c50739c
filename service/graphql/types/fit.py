"""Circuits fitted to an impedance sweep: parameters, arcs, and which of them was chosen."""

from collections.abc import Awaitable, Sequence
from operator import itemgetter
from typing import Annotated, Any, Final

import strawberry
from strawberry import scalars

from schema import catalog
from schema.analysis import LAYOUTS
from schema.analysis.impedance import ARC, FIT, FIT_PARAMETER
from service.graphql.build.context import Info
from service.graphql.build.measurement import Row, rows_of, settings_of
from service.graphql.build.row import of_relation, typed_row
from service.graphql.types.fit_curve import MOST_A_DECADE, FitCurve, curve_of

_LAYOUT: Final = LAYOUTS["fit"]
_BEST_FIRST: Final = "latest DESC, version, parameter_hash, chosen DESC, aicc, circuit"


@of_relation(_LAYOUT.own(FIT_PARAMETER))
class FitParameter:
    """A parameter of a fitted circuit."""


@of_relation(_LAYOUT.own(ARC))
class Arc:
    """An arc of a fitted circuit, and what it is taken for."""


async def _parameters(root: strawberry.Parent["Fit"], info: Info) -> list[FitParameter]:
    relation = _LAYOUT.stored(FIT_PARAMETER)
    rows = await rows_of((catalog.Sweep, root.sweep_id), info, relation, "element, parameter")
    return [typed_row(FitParameter, row) for row in _rows_of_fit(root, rows)]


async def _arcs(root: strawberry.Parent["Fit"], info: Info) -> list[Arc]:
    rows = await rows_of((catalog.Sweep, root.sweep_id), info, _LAYOUT.stored(ARC), "arc_count")
    return [typed_row(Arc, row) for row in _rows_of_fit(root, rows)]


async def _curve(
    root: strawberry.Parent["Fit"],
    info: Info,
    per_decade: Annotated[
        int | None,
        strawberry.argument(
            description="Frequencies a decade of its band, evenly, "
            f"at most {MOST_A_DECADE}; without it those of the sweep."
        ),
    ] = None,
) -> FitCurve | None:
    return await curve_of(root, await _parameters(root, info), per_decade, info)


def _counts(root: strawberry.Parent["Fit"]) -> bool:
    fit: Any = root
    return bool(fit.latest and fit.chosen)


def _analysis(root: strawberry.Parent["Fit"]) -> strawberry.ID:
    return strawberry.ID(analysis_of(vars(root)))


def _rows_of_fit(fit: Any, rows: Sequence[Row]) -> list[Row]:  # noqa: ANN401 # a fit, whose columns are made at run time
    keys = itemgetter("version", "parameter_hash", "circuit")
    wanted = keys(vars(fit))
    return [row for row in rows if keys(row) == wanted]


async def _settings(root: strawberry.Parent["Fit"], info: Info) -> scalars.JSON | None:
    fit: Any = root
    return await settings_of(info, "fit", fit.test_id, fit.version, fit.parameter_hash)


@of_relation(_LAYOUT.stored(FIT))
class Fit:
    """A circuit fitted to an impedance sweep."""

    sweep_id: strawberry.Private[int]
    test_id: strawberry.Private[int]
    spectrum_count: strawberry.Private[int]
    parameter_hash: strawberry.Private[str]
    input_hash: strawberry.Private[str]
    counts: bool = strawberry.field(
        resolver=_counts, description="Whether numbers of its sweep rest on it."
    )
    analysis: strawberry.ID = strawberry.field(
        resolver=_analysis,
        description="What its analysis is called: version and hash of the settings.",
    )
    settings: scalars.JSON | None = strawberry.field(
        resolver=_settings, description="Settings of the method."
    )
    parameters: list[FitParameter] = strawberry.field(
        resolver=_parameters, description="Its parameters, by element."
    )
    arcs: list[Arc] = strawberry.field(
        resolver=_arcs, description="Its arcs, by rising time constant."
    )
    curve: FitCurve | None = strawberry.field(
        resolver=_curve,
        description="Its impedance by its parameters, and how far the points lie off it; null "
        "where it found no parameters.",
    )


def analysis_of(fit: Row) -> str:
    """Return what the analysis of a fit is called."""
    return f"{fit['version']}-{fit['parameter_hash']}"


def fits_of(sweep: int, info: Info) -> Awaitable[list[Row]]:
    """Return the circuits fitted to a sweep: the latest first, of these the chosen first."""
    return rows_of((catalog.Sweep, sweep), info, _LAYOUT.stored(FIT), _BEST_FIRST)
