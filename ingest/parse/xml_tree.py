"""XML that an instrument wrote: bounded, without DOCTYPE and entities, names without namespaces."""

from math import isfinite
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ingest.reading import Export, Fact
from schema.error import UnreadableExport

_MOST_ELEMENTS: Final = 500_000
"""Some are one for each point."""


def xml_tree(export: Export, reader: str, content: bytes, member: str = "") -> Element:
    """Return the root of a document; its elements are called as they are without a namespace.

    Raises:
        UnreadableExport: naming line and reason, when it is no XML, holds more than any export, or
            declares what would be taken from elsewhere.
    """
    place = f"{member}, " if member else ""
    if content.count(b"<") > 2 * _MOST_ELEMENTS:
        reason = f"more than {_MOST_ELEMENTS} elements: no export has so many"
        raise UnreadableExport(export.origin, reader, f"{place}XML", reason)
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except ParseError as fault:
        line, _ = fault.position
        raise UnreadableExport(export.origin, reader, f"{place}line {line}", str(fault)) from fault
    except (DefusedXmlException, ValueError, LookupError) as fault:
        reason = f"not read: {type(fault).__name__}"
        raise UnreadableExport(export.origin, reader, f"{place}XML", reason) from fault
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def text_at(root: Element, path: str) -> str | None:
    """Return the text of the first element of a path, None where there is none or nothing in it."""
    text = (root.findtext(path) or "").strip()
    return text or None


def number_of(text: str | None) -> float | None:
    """Return the number that a text is, None where it is none or infinite."""
    try:
        number = float(text) if text is not None else None
    except ValueError:
        return None
    return number if number is not None and isfinite(number) else None


def number_at(root: Element, path: str) -> float | None:
    """Return the number of the first element of a path, None where there is none."""
    return number_of(text_at(root, path))


def leaves(root: Element, most: int = 500) -> dict[str, Fact]:
    """Return the texts and attributes of elements that hold nothing else, by their path."""
    found: dict[str, Fact] = {}
    waiting = [("", root)]
    while waiting and len(found) < most:
        path, element = waiting.pop(0)
        for name, value in element.attrib.items():
            found.setdefault(f"{path}@{name.rpartition('}')[2]}", value)
        text = (element.text or "").strip()
        if text and not len(element):
            found.setdefault(path, text)
        waiting += [(f"{path}/{child.tag}".lstrip("/"), child) for child in element]
    return found
