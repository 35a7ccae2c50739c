"""Templates into HTML: the only place, with service/page/figure, where text becomes markup."""

from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from service.page.asset import asset
from service.page.drawing import Drawing
from service.page.figure import mark
from service.page.figure.palette import color
from service.page.number import count, entered, interval, number
from service.page.since import link_at
from service.page.status import SIGNS, VERDICTS, WORDS, Value

_TEMPLATES: Final = Path(__file__).parent / "templates"
_KEY_PIXEL: Final = 12


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "asset": asset,
        "picture": picture,
        "readings": readings,
        "key": key,
        "SIGNS": SIGNS,
        "WORDS": WORDS,
        "VERDICTS": VERDICTS,
    }
    environment.filters |= {
        "entered": entered,
        "counted": count,
        "in_script": in_script,
        "number": number,
        "interval": interval,
    }
    environment.tests |= {"value": lambda each: isinstance(each, Value)}
    return environment


def page(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:  # noqa: ANN401 # what a template shows
    """Return a template as a response; ``context`` is what it shows."""
    state = request.app.state.leyden
    address = context.get("address")
    seen = address.link() if address else f"{request.url.path}?{request.url.query}"
    frame = {
        "path": request.url.path,
        "here": link_at(seen, state.store.state.snapshot),
        "snapshot": state.store.state.snapshot,
        "since": getattr(request.state, "since", ""),
        "itself": str(request.url.replace(scheme="", netloc="")),
        "tag": getattr(request.state, "tag", ""),
    }
    text = _environment().get_template(template).render(**frame | context)
    return HTMLResponse(text, status)


def picture(drawing: Drawing) -> Markup:
    """Return the SVG of a drawing as it stands in a page."""
    return Markup(drawing.figure.svg())  # noqa: S704 # made by service/page/figure, which escapes


def readings(drawing: Drawing) -> Markup:
    """Return what is read off a drawing, as JSON for a script element."""
    return Markup(drawing.figure.readings())  # noqa: S704 # no "<" is in it


def trusted(html: str) -> Markup:
    """Return HTML that was made of our own documentation."""
    return Markup(html)  # noqa: S704 # docs/ ships with the program; nobody's input is in it


def in_script(data: object) -> Markup:
    """Return something as JSON for a script element."""
    text = orjson.dumps(data).decode().replace("<", "\\u003c")
    return Markup(text)  # noqa: S704 # no "<" is in it


def key(kind: str, shape: str, hollow: bool = False) -> Markup:  # noqa: FBT001, FBT002 # called by templates
    """Return the sign of a legend: a mark, or a line."""
    middle = np.array([_KEY_PIXEL / 2])
    line = shape == "line"
    data = f"M0,6H{_KEY_PIXEL}" if line else mark.marks(shape, middle, middle, 3.5)
    fill = "none" if line or hollow else color(kind)
    look = f'fill="{fill}" stroke="{color(kind)}" stroke-width="{2 if line else 1.3}"'
    classes = f"{kind} {'line' if line else 'hollow' if hollow else 'mark'}"
    return Markup(  # noqa: S704 # of our own parts
        f'<svg class="key" width="{_KEY_PIXEL}" height="{_KEY_PIXEL}" aria-hidden="true">'
        f'<path class="{classes}" {look} d="{data}"/></svg>'
    )
