"""Entries removed and brought back, of whatever kind."""

from enum import Enum
from typing import Annotated, Any, TypeAlias

import strawberry
from sqlalchemy.orm import Session

from schema.record.called import entry_called
from schema.record.removal import remove
from schema.record.revert import revert
from service.graphql.build.condition import key
from service.graphql.build.context import Info
from service.graphql.mutations.entry import (
    Called,
    EntryInUse,
    InvalidInput,
    NameTaken,
    NotFound,
    changing,
)


@strawberry.enum(description="What people enter, or declare of what came by itself.")
class EntryKind(Enum):
    """What people enter, or declare of what came by itself."""

    SUBSTANCE = strawberry.enum_value("substance", description="A chemistry.")
    MATERIAL = strawberry.enum_value("material", description="A physical thing.")
    PROCESS = strawberry.enum_value("process", description="What turned materials into a material.")
    PROTOCOL = strawberry.enum_value("protocol", description="What a test was meant to run.")
    CELL = strawberry.enum_value("cell", description="A stack of layers.")
    PROPERTY = strawberry.enum_value("property", description="A value known of a thing.")
    STUDY = strawberry.enum_value("study", description="A document; its claims hang on it.")
    CLAIM = strawberry.enum_value("claim", description="A value somebody reported.")
    REFERENCE_PHASE = strawberry.enum_value(
        "reference_phase", description="What diffraction is held against."
    )
    SENSITIVITY_SET = strawberry.enum_value(
        "sensitivity_set", description="How strong lines of photoemission are."
    )
    TRANSPORT_RUN = strawberry.enum_value(
        "transport_run", description="What was computed of a carrier in a cell."
    )
    FILE = strawberry.enum_value("file", description="An export; its tests go with it.")
    TEST = strawberry.enum_value(
        "test", description="A technique run once; its export goes with it."
    )
    IMAGE = strawberry.enum_value(
        "image", description="What was measured in an image: its objects."
    )


Kind: TypeAlias = Annotated[EntryKind, strawberry.argument(description="What it is.")]


@strawberry.type(description="An entry that was removed, lost its link to one, or came back.")
class Entry:
    """An entry that was removed, lost its link to one, or came back."""

    kind: EntryKind = strawberry.field(description="What it is.")
    id: strawberry.ID = strawberry.field(description="Its id among those of its kind.")
    name: str = strawberry.field(description="What it is called.")


@strawberry.type(description="What was removed; `revertEntry` brings it back.")
class Removed:
    """What was removed."""

    removed: list[Entry] = strawberry.field(description="What is hidden from every answer now.")
    unlinked: list[Entry] = strawberry.field(
        description="What named one of these, and does so no more."
    )


@strawberry.type(description="What was brought back to a state it had.")
class Reverted:
    """What was brought back to a state it had."""

    reverted: list[Entry] = strawberry.field(description="Each after what it rests on.")


RemoveResult: TypeAlias = Annotated[
    Removed | EntryInUse | NotFound | InvalidInput,
    strawberry.union("RemoveResult", description="What is hidden now, or why not."),
]
RevertResult: TypeAlias = Annotated[
    Reverted | NameTaken | NotFound | InvalidInput,
    strawberry.union("RevertResult", description="What is as it was, or why not."),
]


async def remove_entry(
    info: Info,
    kind: Kind,
    id: Called,  # noqa: A002 # the argument's name
    *,
    with_all: Annotated[
        bool,
        strawberry.argument(
            description="Whether what hangs on it goes too, or loses its link to it."
        ),
    ] = False,
) -> RemoveResult:
    """Hide an entry from every answer; its bytes and what it was stay."""
    of_kind = str(kind.value)

    def enter(session: Session, snapshot: int) -> Removed:
        identity = entry_called(session, of_kind, id)
        done = remove(session, snapshot, of_kind, identity, with_all=with_all)
        return Removed(
            removed=[_entry(each) for each in done if each.effect == "removed"],
            unlinked=[_entry(each) for each in done if each.effect == "unlinked"],
        )

    done: RemoveResult = await changing(info, f"remove {of_kind}", enter)
    return done


async def revert_entry(
    info: Info,
    kind: Kind,
    id: Called,  # noqa: A002 # the argument's name
    before: Annotated[
        strawberry.ID | None,
        strawberry.argument(
            description="The change, of its `history`; left out, the last: a removed entry comes "
            "back, of another the last change is taken back."
        ),
    ] = None,
    *,
    with_all: Annotated[
        bool,
        strawberry.argument(description="Whether what was removed together with it comes back."),
    ] = False,
) -> RevertResult:
    """Bring an entry back to what it was before a change."""
    of_kind, revision = str(kind.value), None if before is None else key(before, "before")

    def enter(session: Session, snapshot: int) -> Reverted:
        done = revert(session, snapshot, of_kind, id, revision=revision, with_all=with_all)
        return Reverted(reverted=[_entry(each) for each in done])

    done: RevertResult = await changing(info, f"revert {of_kind}", enter)
    return done


def _entry(done: Any) -> Entry:  # noqa: ANN401 # what was removed, or reverted
    return Entry(kind=EntryKind(done.kind), id=strawberry.ID(str(done.id)), name=done.name)
