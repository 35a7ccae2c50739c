"""How what somebody measured in an image is entered."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from schema.catalog import Image, ImageObject, Test
from schema.catalog.structure import OBJECT_KINDS
from schema.error import InvalidRecord, UnknownRecord
from schema.record.column import Said, checked

_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "grain": ("area_um2",),
    "test_line": ("length_um", "crossing_count", "direction_degree"),
    "layer": ("position_um", "length_um"),
    "crack": (),
    "pore": ("area_um2",),
}
_SAID: Final = tuple(
    column.name
    for column in ImageObject.__table__.columns
    if column.name not in {"id", "image_id", "image_hash", "kind"}
)


def image_called(session: Session, called: str) -> Image:
    """Return the image of an id, or the only one of the test of a name.

    Raises:
        UnknownRecord: when there is none.
        InvalidRecord: when several could be meant.
    """
    living = Test.removed_snapshot.is_(None)
    query = select(Image).join(Test, Test.id == Image.test_id).where(living)
    by_id = called.isascii() and called.isdigit() and len(called) <= 18
    if by_id:
        found = session.scalars(query.where(Image.id == int(called))).all()
    elif "\0" in called:
        found = []
    else:
        named = query.where(Test.name == called.strip()).order_by(Image.id)
        found = session.scalars(named).all()
    if len(found) > 1:
        ids = ", ".join(str(each.id) for each in found[:20])
        reason = f"{len(found)} images are of tests of this name: say the id of one, {ids}"
        raise InvalidRecord(("image",), reason)
    if not found:
        column = Image.id if by_id else Test.name
        names = select(column).select_from(Image).join(Test, Test.id == Image.test_id)
        known = session.scalars(names.where(living).order_by(Image.id).limit(500))
        raise UnknownRecord(("image",), "image", called, map(str, known))
    return found[0]


def put_objects(session: Session, image: Image, kind: str, objects: Sequence[Said]) -> None:
    """Let an image have these objects of a kind, and no others of that kind.

    Raises:
        InvalidRecord: when one cannot be, or lacks what its kind is measured by.
    """
    delete_objects(session, image, kind)
    rows = [_row(kind, said, place) for place, said in enumerate(objects)]
    of_image = {"image_id": image.id, "image_hash": image.input_hash, "kind": kind}
    if rows:
        session.execute(insert(ImageObject), [of_image | row for row in rows])


def delete_objects(session: Session, image: Image, kind: str | None) -> None:
    """Take back the objects of a kind in an image, of every kind with None.

    Raises:
        InvalidRecord: when there is no such kind.
    """
    if kind is not None and kind not in OBJECT_KINDS:
        raise InvalidRecord(("kind",), f"{kind!r} is none of {', '.join(OBJECT_KINDS)}")
    gone = delete(ImageObject).where(ImageObject.image_id == image.id)
    session.execute(gone if kind is None else gone.where(ImageObject.kind == kind))


def _row(kind: str, said: Said, index: int) -> dict[str, Any]:
    """Return every column of an object, those that nothing is said of unknown."""
    place = "objects", index
    found: dict[str, Any] = dict.fromkeys(_SAID) | checked(ImageObject, said, place)
    for name in _NEEDED[kind]:
        if found[name] is None:
            raise InvalidRecord((*place, name), f"a {kind} is measured by it")
    if kind == "crack" and found["length_um"] is None and found["area_um2"] is None:
        reason = "a crack is measured by its length, its area or both"
        raise InvalidRecord((*place, "length_um"), reason)
    if kind != "layer" and found["length_um"] == 0.0:
        raise InvalidRecord((*place, "length_um"), "0 is not above zero")
    return found
