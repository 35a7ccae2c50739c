"""Files of a multipart form, handed on as they come: none is in memory, whatever its size."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email.message import Message
from typing import TYPE_CHECKING, Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser
from starlette.exceptions import HTTPException

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

KIND: Final = "multipart/form-data"
_MOST_HEADER_BYTES: Final = 8 << 10
_MOST_FIELD_BYTES: Final = 4 << 10


@dataclass(frozen=True, slots=True)
class Begun:
    """A file begins, of this name."""

    name: str


@dataclass(frozen=True, slots=True)
class Block:
    """Bytes of the file that began last."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Ended:
    """The file that began last ends."""


@dataclass(frozen=True, slots=True)
class Said:
    """A field of the form that is no file."""

    name: str
    text: str


Event = Begun | Block | Ended | Said


async def events(content_type: str, chunks: AsyncIterator[bytes]) -> AsyncIterator[Event]:
    """Yield what a form holds, in its order.

    Raises:
        HTTPException: when it is no such form, or ends too early.
    """
    header = Message()
    header["content-type"] = content_type
    boundary = header.get_param("boundary")
    if header.get_content_type() != KIND or not isinstance(boundary, str) or not boundary:
        raise HTTPException(415, f"Files are sent as {KIND}, or one alone as its bytes.")
    form = _Form()
    try:
        parser = MultipartParser(boundary.encode("latin-1"), form.callbacks())
        async for chunk in chunks:
            parser.write(chunk)
            for each in form.waiting:
                yield each
            form.waiting.clear()
        parser.finalize()
    except (FormParserError, UnicodeError) as fault:
        raise HTTPException(400, f"The form cannot be read: {fault}.") from fault
    if not form.has_ended:
        raise HTTPException(400, "The form ends too early: send it again.")


@dataclass(slots=True)
class _Form:
    """The state of a form between two chunks."""

    waiting: list[Event] = field(default_factory=list)
    has_ended: bool = False
    _name: bytearray = field(default_factory=bytearray)
    _value: bytearray = field(default_factory=bytearray)
    _headers: Message = field(default_factory=Message)
    _text: bytearray | None = None

    def callbacks(self) -> "MultipartCallbacks":
        """Return what the parser calls."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: _grow(self._name, data[start:end]),
            "on_header_value": lambda data, start, end: _grow(self._value, data[start:end]),
            "on_header_end": self._header,
            "on_headers_finished": self._headed,
            "on_part_data": self._data,
            "on_part_end": self._part_end,
            "on_end": self._end,
        }

    def _begin(self) -> None:
        self._headers, self._text = Message(), None

    def _header(self) -> None:
        self._headers[self._name.decode("latin-1")] = self._value.decode("utf-8")
        self._name.clear()
        self._value.clear()

    def _headed(self) -> None:
        name = self._headers.get_param("filename", header="content-disposition")
        if isinstance(name, str):
            # browsers write so what would end the name
            self.waiting.append(Begun(name.replace("%22", '"').replace("%0D%0A", " ")))
        else:
            self._text = bytearray()

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._text is None:
            self.waiting.append(Block(data[start:end]))
            return
        self._text += data[start:end]
        if len(self._text) > _MOST_FIELD_BYTES:
            raise HTTPException(413, "A field of the form is too long.")

    def _part_end(self) -> None:
        if self._text is None:
            self.waiting.append(Ended())
            return
        name = self._headers.get_param("name", header="content-disposition")
        self.waiting.append(Said(str(name), self._text.decode("utf-8")))

    def _end(self) -> None:
        self.has_ended = True


def _grow(into: bytearray, data: bytes) -> None:
    into += data
    if len(into) > _MOST_HEADER_BYTES:
        raise HTTPException(413, "A heading in the form is too long.")
