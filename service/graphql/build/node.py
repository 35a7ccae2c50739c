"""A thing by an id of its own among all things, as Relay and caches of clients want it.

The keys of tables go on as ``id``: 31 is a cell and a test. ``globalId`` says which.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Annotated, Any, Final, cast

import strawberry

from schema import catalog
from schema.catalog import Table
from schema.error import InvalidArgument
from service.graphql.build.context import Info
from service.living import alive, is_id

KINDS: Final[Mapping[str, type[Table]]] = {
    "Arrival": catalog.Arrival,
    "Cell": catalog.Cell,
    "Claim": catalog.Claim,
    "DiffractionScan": catalog.DiffractionScan,
    "File": catalog.RawFile,
    "Finding": catalog.Finding,
    "Image": catalog.Image,
    "Job": catalog.Job,
    "Material": catalog.Material,
    "PhotoemissionRegion": catalog.PhotoemissionRegion,
    "Process": catalog.Process,
    "Protocol": catalog.Protocol,
    "ReferencePhase": catalog.ReferencePhase,
    "SensitivitySet": catalog.SensitivitySet,
    "Spectrum": catalog.Sweep,
    "Study": catalog.Study,
    "Substance": catalog.Substance,
    "Test": catalog.Test,
}
"""The types that are nodes, each with its table."""
_TYPE_OF: Final = {model: name for name, model in KINDS.items()}


def global_id(row: Any) -> strawberry.ID:  # noqa: ANN401 # a row of the catalog
    """Return the id of a row among all things."""
    text = f"{_TYPE_OF[type(row)]}:{row.id}"
    return strawberry.ID(b64encode(text.encode()).decode())


def _global_id(root: strawberry.Parent[Any]) -> strawberry.ID:
    return global_id(root)


@strawberry.interface(description="A thing that `node` finds again by its `globalId`.")
class Node:
    """A thing that is found again by an id among all things."""

    global_id: strawberry.ID = strawberry.field(
        resolver=_global_id,
        description="Its id among all things, for `node(id:)` and the caches of clients; `id` is "
        "its key among those of its kind.",
    )


async def node(
    info: Info,
    id: Annotated[strawberry.ID, strawberry.argument(description="A `globalId`.")],  # noqa: A002 # the argument's name
) -> Node | None:
    """Return the thing of a global id; None where there is none any more.

    Raises:
        InvalidArgument: when it is no global id.
    """
    name, key = _parted(id)
    model = cast("Any", KINDS[name])
    rows = alive(model).where(model.id == key)
    found: Any = await info.context.loaders.look(lambda session: session.scalar(rows))
    return cast("Node | None", found)


def _parted(text: str) -> tuple[str, int]:
    """Return the type and the key that a global id holds."""
    try:
        name, _, key = b64decode(text, validate=True).decode("ascii").partition(":")
    except ValueError:
        name = key = ""
    if name not in KINDS or not is_id(key):
        raise InvalidArgument("id", text, "the globalId of a thing, which `id` is not")
    return name, int(key)
