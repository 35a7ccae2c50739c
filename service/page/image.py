"""One image: as it was taken, with a bar of its scale."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any, Final

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from schema.error import LakeFileUnreadable
from schema.verification import damage
from service.page.address import Address, Field, read_address
from service.page.answer import NotThere
from service.page.ask import Asked, ask
from service.page.number import entered
from service.page.picture import MOST_PIXELS, picture
from service.page.render import page as rendered
from service.page.section import as_file, placed
from service.page.sections.image import SECTIONS
from service.page.status import Value

FIELDS: Final[Sequence[Field]] = ()
_BAR_SHARE: Final = 0.25
"""A bar is at most this part of the image."""
_UNITS: Final = ((1e3, "nm"), (1.0, "µm"), (1e-3, "mm"), (1e-6, "m"))
_NEXT_UNIT: Final = 1000.0


@dataclass(frozen=True, slots=True)
class Seen:
    """The picture that is shown: every so many pixels of the image."""

    width: int
    height: int
    step: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a round length: its width in pixels of the picture, its length in words."""

    width: float
    words: str


async def page(request: Request) -> Response:
    """Answer with the page of an image."""
    image, address, asked = await _asked(request)
    found = asked.data["image"]
    seen = seen_of(found["widthPixel"], found["heightPixel"])
    pixel_um = found["pixelWidthUm"]
    return rendered(
        request,
        "image.html",
        image=found,
        test=found["test"],
        facts=_facts(found),
        seen=seen,
        bar=None if pixel_um is None else bar_of(pixel_um * seen.step, seen.width),
        field=None if pixel_um is None else _length(pixel_um * found["widthPixel"]),
        sections=await placed(request, image, address, SECTIONS),
        query=asked.query,
    )


async def part(request: Request) -> Response:
    """Answer with one section of an image alone, or with its table as a file."""
    image, address, asked = await _asked(request)
    name = request.path_params["section"]
    if (file := await as_file(request, image, address, SECTIONS, name)) is not None:
        return file
    shown = await placed(request, image, address, SECTIONS, name)
    above = (asked.data["image"]["test"]["name"], address.path)
    return rendered(request, "section.html", above=above, sections=shown)


async def _asked(request: Request) -> tuple[int, Address, Asked]:
    """Return which image is looked at, its address, and what is known of it."""
    image = request.path_params["image"]
    address = read_address(f"/images/{image}", request.query_params, FIELDS)
    asked = await ask(request, "image", id=image)
    if asked.data.get("image") is None:
        raise NotThere("image")
    return image, address, asked


async def pixels(request: Request) -> Response:
    """Answer with the picture of an image, made smaller where it is large."""
    image = request.path_params["image"]
    asked = await ask(request, "image", id=image)
    found = asked.data.get("image")
    if found is None or not found["files"]:
        raise NotThere("image")
    raw = request.app.state.leyden.lake.raw(found["files"][0]["sha256"])
    size = found["widthPixel"], found["heightPixel"]
    step = seen_of(*size).step
    if reason := await to_thread.run_sync(damage, raw, found["files"][0]["sha256"]):
        raise LakeFileUnreadable(raw, reason, int(found["test"]["id"]))
    try:
        data = await to_thread.run_sync(picture, raw, found["pageCount"], size, step)
    except (OSError, ValueError) as fault:  # packed so that nobody unpacks it here, or gone
        raise NotThere("picture of it that can be shown") from fault
    return Response(data, media_type="image/png")


def seen_of(width: int, height: int) -> Seen:
    """Return how an image of so many pixels is shown."""
    step = max(1, ceil(max(width, height) / MOST_PIXELS))
    return Seen(ceil(width / step), ceil(height / step), step)


def bar_of(pixel_um: float, width: int) -> Bar:
    """Return the longest bar of a round length that takes at most a quarter of a picture."""
    longest = pixel_um * width * _BAR_SHARE
    power = 10.0 ** floor(log10(longest))
    length = max(each * power for each in (1.0, 2.0, 5.0) if each * power <= longest)
    return Bar(round(length / pixel_um, 1), _length(length))


def _length(micrometer: float) -> str:
    """Return a length as microscopists write it: in nm, µm or mm."""
    factor, unit = next(each for each in _UNITS if micrometer * each[0] < _NEXT_UNIT)
    return f"{entered(float(f'{micrometer * factor:.4g}'))} {unit}"


def _facts(found: Mapping[str, Any]) -> list[tuple[str, Value | str]]:
    test, width = found["test"], found["pixelWidthUm"]
    pairs: list[tuple[str, Value | str | None]] = [
        ("Technique", test["technique"]),
        ("Instrument", test["instrument"]),
        ("Size", f"{found['widthPixel']} × {found['heightPixel']} pixels"),
        ("Pixel", _pixel(found)),
        ("Field", None if width is None else _length(width * found["widthPixel"])),
        *(
            (name, None if found[field] is None else f"{entered(found[field])} {unit}")
            for name, field, unit in (
                ("Voltage", "acceleratingVoltageKilovolt", "kV"),
                ("Working distance", "workingDistanceMm", "mm"),
                ("Tilt", "tiltDegree", "°"),
            )
        ),
        ("Detector", found["detector"]),
    ]
    return [(name, value) for name, value in pairs if value is not None]


def _pixel(found: Mapping[str, Any]) -> Value:
    width = found["pixelWidthUm"]
    text = "" if width is None else _length(width)
    return Value(text, "", found["scaleStatus"], found["scaleReason"] or "")
