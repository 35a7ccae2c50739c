"""What may become of a file: the same for the same seed and number, whoever asks.

Half of what a zip becomes is damage to a member, packed again: else its checksums would tell before
a reader looks. UTF-16 is damaged as text likewise.
"""

import io
import random
import re
import zipfile
from collections.abc import Callable
from typing import Final

from ingest.parse.zip_bound import DAMAGED
from ingest.reading import HEAD_BYTES

Pack = Callable[[bytes], bytes]
_NUMBER: Final = re.compile(rb"[0-9]+(?:[.,][0-9]+)?(?:[eE][-+]?[0-9]+)?")
_NUMBERS: Final = (
    *(b"", b"-", b"0", b"-1", b"1e308", b"1e999", b"nan", b"inf", b"2.7", b"1,5", b"00", b"+7"),
    *(
        b"2147483647",
        b"4294967296",
        b"9223372036854775808",
        b"9" * 400,
        b"9" * 5000,
        "²".encode(),
        b"1e-400",
        b"0x10",
    ),
)
_WORDS: Final = (
    *(b"", b" ", b"\t", b"\n", b"\r\n", b"\0", b'"', b"'", b",", b";", b".", b":", b"/", b"#"),
    *(b"[", b"{", b"}", b"<", b"&", b"null", b"true", b"\xff\xfe", b"\xef\xbb\xbf", b"\x1c"),
    *("µ".encode(), b"\xb5", "通".encode(), b"e", b"-", b"%", b"32/13/2026", b"25:61:61"),
)
_MANY: Final = 12
"""Bytes that become others at most."""


def damage(content: bytes, seed: int, number: int) -> tuple[str, bytes]:
    """Return how a file is damaged, and its content then; number 0 leaves it as it is."""
    if number == 0:
        return "as it is", content
    chance = random.Random(f"{seed}/{number}")  # noqa: S311 # damage needs no secret
    place, inner = "", content
    pack: Pack = _itself
    if chance.random() < 0.5:
        place, inner, pack = _inside(content, chance)
    how, spoilt = chance.choice(_WAYS)(inner, chance)
    if chance.random() < 0.2:
        more, spoilt = _cut(spoilt, chance)
        how = f"{how}, then {more}"
    return f"{place}{how}", pack(spoilt)


def _itself(content: bytes) -> bytes:
    return content


def _inside(content: bytes, chance: random.Random) -> tuple[str, bytes, Pack]:
    """Return the place and content of what a file holds, and how it is packed again."""
    if content.startswith(b"PK"):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as file:
                members = {each.filename: file.read(each) for each in file.infolist()}
        except DAMAGED:
            return "", content, _itself
        name = chance.choice(list(members))
        return f"{name}: ", members[name], lambda inner: _zipped(members | {name: inner})
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", errors="replace").encode(errors="replace")
        return "text: ", text, lambda inner: inner.decode(errors="replace").encode("utf-16")
    return "", content, _itself


def _zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, content in members.items():
            file.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def _place(content: bytes, chance: random.Random) -> int:
    """Return a place; half of them are where a file says what it is."""
    return chance.randrange(min(len(content), chance.choice((HEAD_BYTES, len(content)))) + 1)


def _range(content: bytes, chance: random.Random) -> tuple[int, int]:
    """Return where a piece begins and ends; short ones are as likely as long."""
    at = _place(content, chance)
    return at, min(len(content), at + round((len(content) + 1) ** chance.random()))


def _cut(content: bytes, chance: random.Random) -> tuple[str, bytes]:
    at = chance.randrange(len(content) + 1)
    return f"cut at byte {at}", content[:at]


def _others(content: bytes, chance: random.Random) -> tuple[str, bytes]:
    if not content:
        return _garbage(content, chance)
    spoilt, changes = bytearray(content), []
    for _ in range(chance.choice((1, 1, 2, _MANY))):
        at, byte = min(_place(content, chance), len(content) - 1), chance.randrange(256)
        spoilt[at] = byte
        changes.append(f"byte {at} is {byte:#04x}")
    return ", ".join(changes), bytes(spoilt)


def _twice(content: bytes, chance: random.Random) -> tuple[str, bytes]:
    at, to = _range(content, chance)
    return f"bytes {at} to {to} twice", content[:to] + content[at:]


def _without(content: bytes, chance: random.Random) -> tuple[str, bytes]:
    at, to = _range(content, chance)
    return f"without bytes {at} to {to}", content[:at] + content[to:]


def _moved(content: bytes, chance: random.Random) -> tuple[str, bytes]:
    at, to = _range(content, chance)
    piece, rest = content[at:to], content[:at] + content[to:]
    goes = _place(rest, chance)
    return f"bytes {at} to {to} move to {goes}", rest[:goes] + piece + rest[goes:]


def _reordered(content: bytes, chance: random.Random) -> tuple[str, bytes]:
    lines = content.split(b"\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return f"lines {one + 1} and {other + 1} change places", b"\n".join(lines)


def _garbage(content: bytes, chance: random.Random) -> tuple[str, bytes]:
    at, over = _place(content, chance), chance.choice((0, 0, 1, chance.randrange(25)))
    words = chance.choices(_WORDS, k=chance.randrange(1, 4))
    word = chance.choice((b"".join(words), chance.randbytes(chance.randrange(1, 25))))
    return f"{word!r} in place of {over} bytes at {at}", content[:at] + word + content[at + over :]


def _number(content: bytes, chance: random.Random) -> tuple[str, bytes]:
    """Return another number in a text."""
    found = _NUMBER.search(content, _place(content, chance))
    if found is None:
        return _garbage(content, chance)
    number = chance.choice(_NUMBERS)
    change = f"byte {found.start()}: {found[0][:40]!r} is {number[:20]!r}"
    return change, content[: found.start()] + number + content[found.end() :]


def _count(content: bytes, chance: random.Random) -> tuple[str, bytes]:
    """Return another count in a binary head."""
    at, width = _place(content, chance), chance.choice((1, 2, 4, 8))
    count = chance.choice(
        (0, 1, 2 ** (8 * width - 1) - 1, 2 ** (8 * width - 1), 2 ** (8 * width) - 1)
    )
    little = chance.random() < 0.5
    word = count.to_bytes(width, "little" if little else "big")
    change = f"byte {at}: {width} bytes are {count}, {'little' if little else 'big'} end first"
    return change, content[:at] + word + content[at + width :]


_WAYS: Final = (
    *(_cut, _others, _others, _twice, _without),
    *(_moved, _reordered, _garbage, _number, _count),
)
