"""Fields whose arguments are known only when the service starts."""

from collections.abc import Callable, Mapping
from inspect import Parameter, Signature
from typing import Any, Final, cast

import strawberry

ROW: Final[Any] = strawberry.Parent[Any]  # type: ignore[misc] # a type alias, used at run time
"""The annotation of a parameter that takes the row a field hangs on."""
_NONE: Final[Mapping[str, object]] = {}


def field(
    resolve: Callable[..., Any],
    arguments: Mapping[str, Any],
    returns: Any,  # noqa: ANN401 # an annotation
    meaning: str,
    *,
    name: str | None = None,
    defaults: Mapping[str, object] = _NONE,
) -> Any:  # noqa: ANN401 # a field, which type checkers take for its value
    """Return a field with these annotated arguments, handed to the resolver by their names."""
    parameters = [
        Parameter(
            each,
            Parameter.POSITIONAL_OR_KEYWORD,
            default=defaults.get(each, Parameter.empty),
            annotation=annotation,
        )
        for each, annotation in arguments.items()
    ]
    # those without a default come first, as Python wants it
    parameters.sort(key=lambda each: each.default is not Parameter.empty)
    signed = cast("Any", resolve)
    signed.__signature__ = Signature(parameters, return_annotation=returns)
    signed.__annotations__ = {**arguments, "return": returns}
    signed.__name__ = name or resolve.__name__
    return strawberry.field(resolver=resolve, description=meaning)
