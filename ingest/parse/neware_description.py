"""What a .ndax says of its test, its program and its instrument, in XML beside the records."""

import zipfile
from typing import Final

from defusedxml import ElementTree

from ingest.parse.neware_auxiliary import document
from ingest.reading import Export, Fact, Finding
from schema.error import UnreadableExport

_MOST_XML_BYTES: Final = 1_000_000
_FACTS_AT: Final = (
    ("VersionInfo.xml", "config/ZwjVersion"),
    ("Step.xml", "config/Head_Info"),
    ("TestInfo.xml", "config/TestInfo"),
)


def described_in_bounds(export: Export, reader: str, members: zipfile.ZipFile) -> None:
    """Refuse metadata that take a thousand times their size in memory: a test's are some kB.

    Raises:
        UnreadableExport: naming the member.
    """
    for member in members.infolist():
        if member.filename.lower().endswith(".xml") and member.file_size > _MOST_XML_BYTES:
            reason = f"{member.file_size / 1e6:.0f} MB of XML: no test is described at such length"
            raise UnreadableExport(export.origin, reader, member.filename, reason)


def facts_of(members: zipfile.ZipFile) -> tuple[dict[str, Fact], tuple[Finding, ...]]:
    """Return what is stated of a test and its instrument, and what of that cannot be read."""
    facts: dict[str, Fact] = {}
    findings = []
    for member, path in _FACTS_AT:
        try:
            found = document(members, member).find(path)
        except KeyError:
            continue
        except ElementTree.ParseError as fault:
            findings.append(Finding("unreadable_metadata", str(fault), member))
            continue
        for element in [] if found is None else [found, *found]:
            value = element.attrib.get("Value")
            entries = {element.tag: value} if value is not None else element.attrib
            if element is found or value is not None:
                facts |= {name: text for name, text in entries.items() if text}
    return facts, tuple(findings)
