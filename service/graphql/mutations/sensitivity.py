"""How a set of sensitivity factors is entered, and chosen for tests."""

from typing import Annotated, TypeAlias

import strawberry
from sqlalchemy.orm import Session

from schema import catalog
from schema.record.sensitivity import choose_set, write_sensitivity_set
from service.graphql.build.context import Info
from service.graphql.mutations.entry import (
    CHANGED,
    KNOWN,
    Called,
    Entry,
    InvalidInput,
    NameTaken,
    NotFound,
    create,
    entered,
    entry,
    found,
    update,
)
from service.graphql.mutations.test import Assigned, AssignedResult, CalledTests
from service.graphql.types.sensitivity import SensitivitySet


@entry(catalog.SensitivityFactor)
class SensitivityFactorInput(Entry):
    """How strong a line is in a set."""


@entry(catalog.SensitivitySet)
class SensitivitySetInput(Entry):
    """A new set of sensitivity factors."""

    factors: list[SensitivityFactorInput] = strawberry.field(description="Its factors.")


@entry(catalog.SensitivitySet, change=True)
class SensitivitySetChange(Entry):
    """A change of a set of sensitivity factors."""

    factors: list[SensitivityFactorInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Its factors anew, in place of the old ones."
    )


SensitivitySetResult: TypeAlias = Annotated[
    SensitivitySet | NameTaken | NotFound | InvalidInput,
    strawberry.union("SensitivitySetResult", description="A set of factors, or why not."),
]


async def create_sensitivity_set(
    info: Info,
    input: Annotated[SensitivitySetInput, KNOWN],  # noqa: A002 # the argument's name
) -> SensitivitySetResult:
    """Enter a set of sensitivity factors."""
    row = catalog.SensitivitySet()
    done: SensitivitySetResult = await create(info, row, input.said(), write_sensitivity_set)
    return done


async def update_sensitivity_set(
    info: Info,
    id: Called,  # noqa: A002 # the argument's name
    input: Annotated[SensitivitySetChange, CHANGED],  # noqa: A002 # the argument's name
) -> SensitivitySetResult:
    """Change a set of sensitivity factors."""
    done: SensitivitySetResult = await update(
        info, catalog.SensitivitySet, id, input.said(), write_sensitivity_set
    )
    return done


async def choose_sensitivity_set(
    info: Info,
    tests: CalledTests,
    name: Annotated[
        str | None,
        strawberry.argument(
            description="Name of the set, scofield too; null leaves it to the lab's default."
        ),
    ] = None,
) -> AssignedResult:
    """Say by which sensitivity factors the photoemission of tests is quantified."""

    def enter(session: Session) -> Assigned:
        rows = [
            found(session, catalog.Test, each, ("tests", place)) for place, each in enumerate(tests)
        ]
        choose_set(session, rows, name, ("name",))
        return Assigned(tests=rows)

    done: AssignedResult = await entered(info, "choose sensitivity set", enter)
    return done
