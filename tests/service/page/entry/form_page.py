"""The page of a form: what it holds, what it sends, and of which thing."""

from collections.abc import Mapping
from html.parser import HTMLParser

import httpx

from tests.service.asker import Asker


class Page(HTMLParser):
    """The fields of a form, and what hangs on them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fields: dict[str, dict[str, str | None]] = {}
        self.texts: dict[str, str] = {}
        self.texts_of_lines: dict[str, str] = {}
        self._lines = ""
        self._within: list[str] = []
        self._select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Hold a field, and begin a text."""
        attributes = dict(attrs)
        if tag in {"input", "select", "textarea"} and attributes.get("name"):
            self.fields[str(attributes["name"])] = attributes | {"tag": tag}
            self._select = str(attributes["name"]) if tag == "select" else self._select
        if tag == "textarea":
            self._lines = str(attributes["name"])
            self.texts_of_lines[self._lines] = ""
        if tag == "option" and "selected" in attributes and self._select:
            self.fields[self._select]["value"] = attributes.get("value")
        if (identity := attributes.get("id")) and tag == "span":
            self._within.append(identity)
            self.texts[identity] = ""

    def handle_endtag(self, tag: str) -> None:
        """End a field or a text."""
        if tag == "select":
            self._select = ""
        if tag == "textarea":
            self.texts_of_lines[self._lines] = self.texts_of_lines[self._lines].removeprefix("\n")
            self._lines = ""
        if tag == "span" and self._within:
            self._within.pop()

    def handle_data(self, data: str) -> None:
        """Hold a text."""
        if self._lines:
            self.texts_of_lines[self._lines] += data
        if self._within:
            self.texts[self._within[-1]] += data

    def sent(self, **changes: str) -> dict[str, str]:
        """Return what the form sends as it stands."""
        own = {name: field.get("value") or "" for name, field in self.fields.items() if name != "q"}
        return own | changes


def post(asker: Asker, path: str, fields: Mapping[str, str]) -> httpx.Response:
    return asker.request("POST", path, data=dict(fields), headers={"Origin": "http://leyden"})


def of(asker: Asker, kind: str, name: str) -> str:
    query = f"query ($name: String!) {{ found: {kind}s(names: [$name]) {{ nodes {{ id }} }} }}"
    return str(asker.data(query, name=name)["found"]["nodes"][0]["id"])
