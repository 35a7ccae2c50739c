"""What a caller is answered when something goes wrong.

Expected faults are reported as they stand, with a code; anything else is logged under the
request's id and reported by that id alone.
"""

import re
from typing import Any, Final

import structlog
from graphql import GraphQLError

from schema.error import LeydenError

log = structlog.get_logger()
_WORD_START: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


def code(error: LeydenError) -> str:
    """Return the code of an expected error: its name as in UNKNOWN_NAME."""
    return _WORD_START.sub("_", type(error).__name__).upper()


def formatted(error: GraphQLError, request_id: str) -> dict[str, Any]:
    """Return an error as the response carries it."""
    response_error = dict(error.formatted)
    fault = error.original_error
    while isinstance(fault, GraphQLError) and fault.original_error is not None:
        fault = fault.original_error
    if isinstance(fault, LeydenError):
        response_error["message"] = str(fault)
        response_error["extensions"] = {"code": code(fault)}
    elif fault is None or isinstance(fault, GraphQLError):
        response_error["extensions"] = {"code": "BAD_REQUEST"} | dict(error.extensions or {})
    else:
        log.error("unexpected", path=error.path, request_id=request_id, exc_info=fault)
        response_error["message"] = (
            f"Something unexpected happened; it is logged as request {request_id}."
        )
        response_error["extensions"] = {"code": "INTERNAL", "requestId": request_id}
    return response_error
