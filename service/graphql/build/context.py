"""What a resolver has at hand during one request."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import strawberry

from service.graphql.build.loader import Loaders
from service.state import State


@dataclass(slots=True)
class Context:
    """One request: what answers it, its loaders, and what it may still ask for.

    ``loads`` is what loads a field of each row, by its place in the document: what it is asked
    with is the same for all rows, and is understood once. ``address`` is that of who asks, where it
    is another machine.
    """

    state: State
    loaders: Loaders
    request_id: str
    points_left: int
    address: str | None = None
    loads: dict[tuple[object, ...], Callable[..., Awaitable[Any]]] = field(default_factory=dict)

    def forget(self) -> None:
        """Load anew whatever is asked from here on: something was changed."""
        self.loaders = Loaders(self.state)
        self.loads.clear()


Info: TypeAlias = strawberry.Info[Context, None]
