"""Whether an impedance sweep can be that of a linear, steady, causal system."""

from collections.abc import Awaitable
from typing import Any, Final

import strawberry
from strawberry import scalars

from schema import catalog
from schema.analysis import LAYOUTS
from schema.analysis.impedance import KRAMERS_KRONIG, KRAMERS_KRONIG_RESIDUAL
from schema.relation import Column
from service.graphql.build.context import Info
from service.graphql.build.measurement import Columns, columns_of, listed, rows_of, settings_of
from service.graphql.build.row import of_relation, typed_row

_LAYOUT: Final = LAYOUTS["kramers_kronig"]
_RESIDUAL: Final = KRAMERS_KRONIG_RESIDUAL
_OUTLYING: Final = Column(
    "outlier_hertz", "DOUBLE", "Hz", "Frequencies of points that stand alone: a fit may do without."
)


def _residuals(test: Any, info: Info) -> Awaitable[Columns]:  # noqa: ANN401 # a row
    return columns_of(
        (catalog.Sweep, test.sweep_id), info, _RESIDUAL, "frequency_hertz DESC", "latest"
    )


async def _outlying(test: Any, info: Info) -> Columns:  # noqa: ANN401 # a row
    columns = await _residuals(test, info)
    # null, by a version that did not look for them, is none
    alone = columns["outlier"].astype(bool)
    return {"outlier_hertz": columns["frequency_hertz"][alone]}


async def _settings(root: strawberry.Parent["KramersKronig"], info: Info) -> scalars.JSON | None:
    test: Any = root
    return await settings_of(
        info, "kramers_kronig", test.test_id, test.version, test.parameter_hash
    )


@of_relation(KRAMERS_KRONIG)
class KramersKronig:
    """What the linear Kramers-Kronig test makes of a sweep; its points by falling frequency."""

    sweep_id: strawberry.Private[int]
    test_id: strawberry.Private[int]
    spectrum_count: strawberry.Private[int]
    parameter_hash: strawberry.Private[str]
    input_hash: strawberry.Private[str]
    settings: scalars.JSON | None = strawberry.field(
        resolver=_settings, description="Settings of the method."
    )
    frequency_hertz = listed(_RESIDUAL["frequency_hertz"], _residuals)
    real_residual = listed(_RESIDUAL["real_residual"], _residuals)
    imaginary_residual = listed(_RESIDUAL["imaginary_residual"], _residuals)
    outlier_hertz = listed(_OUTLYING, _outlying)


async def tested(sweep: int, info: Info) -> KramersKronig | None:
    """Return what the latest test of a sweep says, None where there was none."""
    rows = await rows_of(
        (catalog.Sweep, sweep), info, _LAYOUT.stored(KRAMERS_KRONIG), "version, parameter_hash"
    )
    return next((typed_row(KramersKronig, row) for row in rows if row["latest"]), None)
