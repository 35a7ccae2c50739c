"""What a resolver has at hand during one request."""

from dataclasses import dataclass
from typing import TypeAlias

import strawberry

from service.graphql.build.loader import Loaders
from service.state import State


@dataclass(slots=True)
class Context:
    """One request: what answers it, its loaders, and what it may still ask for."""

    state: State
    loaders: Loaders
    request_id: str
    points_left: int


Info: TypeAlias = strawberry.Info[Context, None]
