"""A form is saved by the mutation that everybody has; what it is declined for goes to its field."""

from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request

from service.graphql.request.endpoint import Refused
from service.page.ask import ask
from service.page.entry.form import Fault, Form

_ENTERED_AT: Final = {"substance": "/substances/new", "material": "/materials/new"}
"""Where what is not there yet is entered."""


async def save(
    request: Request, form: Form, document: str, /, **variables: object
) -> tuple[Form, Any]:
    """Run a mutation whose answer is called ``done``; return the form, and what was entered.

    What is declined has its faults in the form, and nothing was entered.
    """
    try:
        asked = await ask(request, document, **variables)
    except Refused as refused:
        return form.but({"": Fault(str(refused.errors[0].message))}), None
    done: Any = asked.data.get("done")
    if done is None:
        message = next(iter(asked.faults.values()), "nothing was saved")
        return form.but({"": Fault(message)}), None
    match done["__typename"]:
        case "NameTaken":
            return form.declined("name", Fault(done["message"])), None
        case "NotFound":
            mend = ""
            if place := _ENTERED_AT.get(done["kind"]):
                mend = f"{place}?{urlencode({'name': done['name']})}"
            return form.declined(done["field"], Fault(done["message"], mend)), None
        case "InvalidInput":
            return form.declined(done["field"], Fault(done["reason"])), None
    return form, done
