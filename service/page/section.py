"""A section of a page: it has an address of its own, and its figures have theirs."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from service.page.address import Address
from service.page.answer import FORMS, NotThere, formed, listed
from service.page.drawing import Drawing
from service.page.table import Table


@dataclass(frozen=True, slots=True)
class Content:
    """What a section shows: figures, what its template takes, or why there is nothing."""

    query: str
    drawings: Sequence[Drawing] = ()
    context: Mapping[str, Any] = field(default_factory=dict)
    table: Table | None = None
    """What it lists besides its figures; a file of its own."""
    empty: str = ""
    mend: tuple[str, str] | None = None
    """Words and address of where the missing fact is entered."""
    fault: str | None = None
    traces: Sequence[Mapping[str, Any]] = ()
    """Of each metric in it: its version, its arguments, the exports it rests on."""


Show = Callable[[Request, int, Address], Awaitable[Content]]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of an object's page: its name in the address, its title, and how it is made."""

    name: str
    title: str
    show: Show
    template: str = ""
    """What it shows besides its figures."""
    eager: bool = False
    """Whether it comes with the page; others come when they are scrolled to."""
    width: str = "half"
    first: Show | None = None
    """What it shows, by the same template, until it is fetched."""
    waits: str = "Drawn when you get here."


@dataclass(frozen=True, slots=True)
class Placed:
    """A section on its page: with its content, or still to be fetched."""

    section: Section
    page: Address
    content: Content | None
    first: Content | None = None

    @property
    def name(self) -> str:
        """Return its name."""
        return self.section.name

    @property
    def title(self) -> str:
        """Return its title."""
        return self.section.title

    @property
    def template(self) -> str:
        """Return the template of what it shows besides figures."""
        return self.section.template

    @property
    def waits(self) -> str:
        """Return what is said until it is fetched."""
        return self.section.waits

    @property
    def width(self) -> str:
        """Return its class: half or whole."""
        return self.section.width

    def address(self, form: str = "", **changes: object) -> str:
        """Return its address, with a form that of its first figure as a file."""
        ending = f".{form}" if form else ""
        return self.page.link(f"{self.page.path}/{self.name}{ending}", **changes)

    def listed(self, form: str) -> str:
        """Return the address of what it lists as a file."""
        return self.page.link(f"{self.page.path}/{self.name}/{TABLE}.{form}")

    def form(self, drawing: Drawing) -> Callable[[str], str]:
        """Return the address of a figure of it for each form."""
        name = drawing.figure.name
        path = self.name if name == self.name else f"{self.name}/{name}"
        return lambda form: self.page.link(f"{self.page.path}/{path}.{form}")


async def placed(
    request: Request, subject: int, page: Address, sections: Sequence[Section], only: str = ""
) -> list[Placed]:
    """Return the sections of a page: those that come with it, and one that is asked for by name."""
    wanted = {only} if only else _wanted(request)
    found = []
    for each in sections:
        if only and each.name != only:
            continue
        there = each.eager or each.name in wanted
        content = await each.show(request, subject, page) if there else None
        first = None if there or each.first is None else await each.first(request, subject, page)
        found.append(Placed(each, page, content, first))
    if only and not found:
        raise NotThere(f"section {only}")
    return found


async def as_file(
    request: Request, subject: int, page: Address, sections: Sequence[Section], path: str
) -> Response | None:
    """Return a figure as a file where a path asks for one: ``capacity.csv``, ``drt/peaks.svg``.

    Raises:
        NotThere: when there is no such section or figure, or there is nothing to draw.
    """
    stem, dot, form = path.rpartition(".")
    if not dot or form not in FORMS:
        return None
    name, slash, figure = stem.partition("/")
    (part,) = await placed(request, subject, page, sections, name)
    where = page.path.strip("/").replace("/", "-")
    drawings = part.content.drawings if part.content else ()
    for drawing in drawings:
        if drawing.figure.name == (figure if slash else name):
            return formed(drawing, form, f"{where}-{drawing.figure.name}")
    if figure == TABLE and part.content and part.content.table and form != "svg":
        return listed(part.content.table, form, f"{where}-{name}")
    raise NotThere(f"figure {stem}")


_IDENTIFIER: Final = "#"
FETCHED: Final = "Leyden-Fetched"
TABLE: Final = "table"
"""The name of what a section lists, in the address of its file."""


def _wanted(request: Request) -> set[str]:
    """Return the sections that htmx is about to replace, as in ``section#capacity``.

    A page that asks whether it is still so names those that it has fetched.
    """
    target = request.headers.get("HX-Target", "").rpartition(_IDENTIFIER)[2]
    return {target, *request.headers.get(FETCHED, "").split(",")} - {""}
