"""The documentation as pages: docs/*.md of this checkout, or as it was installed."""

import itertools
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from mimetypes import guess_type
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from markdown_it import MarkdownIt
from markdown_it.token import Token
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from service.page.address import read_address
from service.page.answer import NotThere
from service.page.render import page as rendered
from service.page.render import trusted

_CHECKOUT: Final = Path(__file__).parents[2] / "docs"
_INSTALLED: Final = Path(sys.prefix) / "share" / "leyden" / "docs"
_FIRST: Final = (
    "tutorial",
    "api",
    "entering",
    "arrow",
    "concepts",
    "metrics",
    "transport",
    "readers",
    "settings",
    "faq",
)
"""Pages in the order a newcomer wants them; others follow by name."""
_PICTURES: Final = {".png", ".svg"}
_ELSEWHERE: Final = re.compile(r"^(?:[a-z]+:|//|\.\./|/)")


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the documentation: its name in the address, title, parts, and text as HTML."""

    name: str
    title: str
    parts: Sequence[tuple[str, str]]
    """Anchor and title of each second heading."""
    html: str


async def page(request: Request) -> Response:
    """Answer with a page of the documentation, the first one where none is named."""
    name = request.path_params.get("name") or next(iter(names()), "")
    read_address(request.url.path, request.query_params, ())
    if name not in names():
        raise NotThere("page of the documentation")
    doc = _page(name)
    return rendered(
        request,
        "documentation.html",
        doc=doc,
        text=trusted(doc.html),
        pages=[(each, _page(each).title) for each in names()],
    )


async def picture(request: Request) -> Response:
    """Answer with a picture of the documentation."""
    name = request.path_params["name"]
    found = {path.name: path for path in folder().iterdir() if path.suffix in _PICTURES}
    if name not in found:
        raise HTTPException(404, "There is no such picture.")
    return FileResponse(found[name], media_type=guess_type(name)[0])


def folder() -> Path:
    """Return where the documentation lies."""
    return _CHECKOUT if _CHECKOUT.is_dir() else _INSTALLED


@cache
def names() -> tuple[str, ...]:
    """Return the names of the pages, in the order a newcomer wants them."""
    found = sorted(path.stem for path in folder().glob("*.md"))
    first = [each for each in _FIRST if each in found]
    return (*first, *(each for each in found if each not in first))


@cache
def _page(name: str) -> Page:
    text = (folder() / f"{name}.md").read_text("utf-8")
    tokens = _markdown().parse(text)
    title, parts = name, []
    for opening, inline in itertools.pairwise(tokens):
        if opening.type != "heading_open":
            continue
        words = _plain(inline)
        anchor = _anchor(words)
        opening.attrSet("id", anchor)
        if opening.tag == "h1":
            title = words
        elif opening.tag == "h2":
            parts.append((anchor, words))
    for token in tokens:
        for child in token.children or ():
            _lead(child)
    return Page(name, title, parts, _markdown().renderer.render(tokens, _markdown().options, {}))


@cache
def _markdown() -> MarkdownIt:
    # html is our own <details>; the documentation ships with the program
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    parser.add_render_rule("table_open", _open_table)
    parser.add_render_rule("table_close", _close_table)
    parser.add_render_rule("fence", _fence)
    return parser


def _open_table(*_given: Any) -> str:  # noqa: ANN401 # as markdown-it calls it
    return '<div class="wide" tabindex="0"><table>\n'


def _close_table(*_given: Any) -> str:  # noqa: ANN401 # as markdown-it calls it
    return "</table></div>\n"


def _fence(_renderer: Any, tokens: Sequence[Token], index: int, *_given: Any) -> str:  # noqa: ANN401 # as markdown-it calls it
    text = tokens[index].content
    # what is scrolled by pointer is scrolled by key too
    shown = f'<pre tabindex="0"><code>{escape(text)}</code></pre>\n'
    if tokens[index].info != "graphql":
        return shown
    return f'{shown}<p class="links"><a href="/graphql?query={quote(text)}">Ask it</a></p>\n'


def _plain(inline: Token) -> str:
    """Return the words of a heading without its marks."""
    return "".join(each.content for each in inline.children or () if each.content)


def _anchor(words: str) -> str:
    """Return the anchor of a heading, as code forges make it."""
    return re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")


def _lead(token: Token) -> None:
    """Let a link to a page beside lead to it here, and a picture be had from here."""
    if token.type == "image":
        source = str(token.attrGet("src"))
        if not _ELSEWHERE.match(source):
            token.attrSet("src", f"/docs/pictures/{source}")
    elif token.type == "link_open":
        target = str(token.attrGet("href"))
        beside = re.fullmatch(r"([\w-]+)\.md(#.*)?", target)
        if beside:
            token.attrSet("href", f"/docs/{beside[1]}{beside[2] or ''}")
        elif target.startswith("../"):
            # a file of the repository, which is not served
            token.attrs.pop("href")
