"""Which auxiliary channel of a Neware .ndax a member holds, for fastnda.

A member is called by its channel: ``data_AUX_144_3_1.ndc`` is channel 144 of kind 103, a
temperature. fastnda takes members and channels for as many in the same order, which they are not.
"""

import re
import zipfile
from typing import Any, Final

from defusedxml import ElementTree

_MEMBER: Final = re.compile(r"data_AUX_(\d+)_(\d+)_(\d+)\.ndc")
_DECLARATION: Final = re.compile(r"^\s*<\?xml.*?\?>")
_KIND_OFFSET: Final = 100
"""What the kind of a channel is above that in the name of its member."""


def document(members: zipfile.ZipFile, member: str) -> Any:  # noqa: ANN401 # an element
    """Return what an XML member holds; the parser knows no GB2312, so its declaration goes.

    Raises:
        KeyError: when there is no such member.
        ElementTree.ParseError: when it is damaged.
    """
    text = members.read(member).decode("gb18030", errors="replace")
    return ElementTree.fromstring(_DECLARATION.sub("", text))


def paired(members: zipfile.ZipFile) -> dict[str, dict[str, Any]]:
    """Return what TestInfo.xml states of the channel of each member; others are left out."""
    named: dict[tuple[object, ...], str] = {
        tuple(map(int, found.groups())): name
        for name in members.namelist()
        if (found := _MEMBER.search(name))
    }
    if not named or "TestInfo.xml" not in members.namelist():
        return {}
    try:
        info = document(members, "TestInfo.xml").find("config/TestInfo")
    except ElementTree.ParseError:
        return {}  # reported where its other facts are read
    channels: dict[str, dict[str, Any]] = {}
    for child in [] if info is None else info:
        if "aux" not in child.tag.lower():
            continue
        attributes = {
            key: int(text) if text.isdecimal() else text for key, text in child.attrib.items()
        }
        channel, kind, place = (attributes.get(key) for key in ("RealChlID", "ChlType", "TypeID"))
        if isinstance(kind, int) and (member := named.get((channel, kind - _KIND_OFFSET, place))):
            channels[member] = attributes
    return channels
