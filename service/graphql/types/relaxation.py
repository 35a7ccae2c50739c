"""The distribution of relaxation times of an impedance sweep."""

from collections.abc import Awaitable
from enum import Enum
from typing import Any, Final

import strawberry
from strawberry import scalars

from schema import catalog
from schema.analysis import LAYOUTS
from schema.analysis.impedance import RELAXATION, RELAXATION_DENSITY, RELAXATION_PEAK
from service.graphql.build.context import Info
from service.graphql.build.measurement import Columns, columns_of, listed, rows_of, settings_of
from service.graphql.build.row import of_relation, typed_row

_LAYOUT: Final = LAYOUTS["relaxation"]


@strawberry.enum(description="How a distribution of relaxation times is kept from oscillating.")
class Way(Enum):
    """How a distribution is regularized."""

    RIDGE = strawberry.enum_value(
        "ridge", description="By its roughness alone; it may fall below zero."
    )
    NON_NEGATIVE = strawberry.enum_value(
        "non_negative", description="By its roughness, and never below zero."
    )


@strawberry.enum(description="How the weight of roughness of a distribution was chosen.")
class Selection(Enum):
    """How the weight of roughness is chosen."""

    FIXED = strawberry.enum_value("fixed", description="The same for every sweep.")
    CROSS_VALIDATION = strawberry.enum_value(
        "cross_validation",
        description="For each sweep, the one of least generalized cross-validation.",
    )


@of_relation(_LAYOUT.own(RELAXATION_PEAK))
class RelaxationPeak:
    """A peak of a distribution of relaxation times."""


def _density(root: Any, info: Info) -> Awaitable[Columns]:  # noqa: ANN401 # a row
    way, selected_by = Way(root.way).value, Selection(root.selected_by).value
    where = f"latest AND way = '{way}' AND selected_by = '{selected_by}'"
    return columns_of(
        (catalog.Sweep, root.sweep_id), info, RELAXATION_DENSITY, "time_constant_second", where
    )


async def _peaks(root: strawberry.Parent["Relaxation"], info: Info) -> list[RelaxationPeak]:
    relation = _LAYOUT.stored(RELAXATION_PEAK)
    rows = await rows_of((catalog.Sweep, root.sweep_id), info, relation, "peak_count")
    own = True, root.way, root.selected_by
    return [
        typed_row(RelaxationPeak, row)
        for row in rows
        if (row["latest"], row["way"], row["selected_by"]) == own
    ]


async def _settings(root: strawberry.Parent["Relaxation"], info: Info) -> scalars.JSON | None:
    row: Any = root
    return await settings_of(info, "relaxation", row.test_id, row.version, row.parameter_hash)


@of_relation(RELAXATION)
class Relaxation:
    """The distribution of relaxation times of a sweep, by rising time constant."""

    sweep_id: strawberry.Private[int]
    test_id: strawberry.Private[int]
    spectrum_count: strawberry.Private[int]
    parameter_hash: strawberry.Private[str]
    input_hash: strawberry.Private[str]
    way: strawberry.Private[str]
    selected_by: strawberry.Private[str]
    settings: scalars.JSON | None = strawberry.field(
        resolver=_settings, description="Settings of the method."
    )
    time_constant_second = listed(RELAXATION_DENSITY["time_constant_second"], _density)
    density_ohm = listed(RELAXATION_DENSITY["density_ohm"], _density)
    peaks: list[RelaxationPeak] = strawberry.field(
        resolver=_peaks, description="Its peaks, by rising time constant; none at its ends."
    )


async def relaxed(sweep: int, info: Info, way: Way, selected_by: Selection) -> Relaxation | None:
    """Return the latest distribution of a sweep, None where none was computed."""
    order = "version, parameter_hash, way, selected_by"
    rows = await rows_of((catalog.Sweep, sweep), info, _LAYOUT.stored(RELAXATION), order)
    asked_for = True, way.value, selected_by.value
    own = (row for row in rows if (row["latest"], row["way"], row["selected_by"]) == asked_for)
    return next((typed_row(Relaxation, row) for row in own), None)
