"""How a claim is entered: the words, the value as written, whose it is, and a person's verdict."""

from typing import Annotated, Any, Final, TypeAlias

import strawberry
from strawberry import scalars

from schema import catalog
from schema.record.claim import write_claim
from service.graphql.build.context import Info
from service.graphql.mutations.entry import (
    CHANGED,
    KNOWN,
    Called,
    DeleteResult,
    Entry,
    InvalidInput,
    NameTaken,
    NotFound,
    create,
    deleted,
    entry,
    update,
)
from service.graphql.types.claim import Claim, Verdict

_ELSEWHERE: Final = frozenset(
    {"value", "lower", "upper", "text_value", "unit", "qualifier", "subject", "parameters"}
)
_SUBJECT: Final = (
    'Whose, by name: {"cell": …}, {"material": …}, {"substance": …}, {"protocol": …} or '
    '{"configuration": …}; and at which conditions: {"current_density": "0.05 mA/cm²", '
    '"temperature": "60 °C", "loading": "1 mg/cm²", "cells": "3"}. All texts.'
)
_PARAMETERS: Final = 'How it is recomputed, as texts: {"cycle": "160"}, {"last": "10 h"}.'
_REPORTED: Final = 'The value as people write it: "~ 3000 mV", ">= 800 h", "2-5 µm", "Large".'


@strawberry.input(description="What a person made of a claim.")
class JudgementInput:
    """What a person made of a claim."""

    verdict: Verdict | None = strawberry.field(default=None, description="The verdict.")
    why: str | None = strawberry.field(default=None, description="Why.")
    evidence: list[str] = strawberry.field(
        default_factory=list,
        description="What that person points to: names of files, tests, cells, materials.",
    )


@entry(catalog.Claim, without=_ELSEWHERE)
class ClaimInput(Entry):
    """A new claim."""

    reported: str | None = strawberry.field(default=strawberry.UNSET, description=_REPORTED)
    subject: scalars.JSON | None = strawberry.field(default=strawberry.UNSET, description=_SUBJECT)
    parameters: scalars.JSON | None = strawberry.field(
        default=strawberry.UNSET, description=_PARAMETERS
    )
    judged: JudgementInput | None = strawberry.field(
        default=strawberry.UNSET, description="What a person made of it, where nothing can decide."
    )


@entry(catalog.Claim, change=True, without=_ELSEWHERE)
class ClaimChange(Entry):
    """A change of a claim."""

    reported: str | None = strawberry.field(default=strawberry.UNSET, description=_REPORTED)
    subject: scalars.JSON | None = strawberry.field(
        default=strawberry.UNSET, description=f"Anew, in place of what was said. {_SUBJECT}"
    )
    parameters: scalars.JSON | None = strawberry.field(
        default=strawberry.UNSET, description=f"Anew, in place of what was said. {_PARAMETERS}"
    )
    judged: JudgementInput | None = strawberry.field(
        default=strawberry.UNSET, description="What a person made of it, where nothing can decide."
    )


ClaimResult: TypeAlias = Annotated[
    Claim | NameTaken | NotFound | InvalidInput,
    strawberry.union("ClaimResult", description="A claim, or why not."),
]


async def create_claim(info: Info, input: Annotated[ClaimInput, KNOWN]) -> ClaimResult:  # noqa: A002 # the argument's name
    """Enter a claim."""
    done: ClaimResult = await create(info, catalog.Claim(), _said(input), write_claim)
    return done


async def update_claim(
    info: Info,
    id: Called,  # noqa: A002 # the argument's name
    input: Annotated[ClaimChange, CHANGED],  # noqa: A002 # the argument's name
) -> ClaimResult:
    """Change a claim."""
    done: ClaimResult = await update(info, catalog.Claim, id, _said(input), write_claim)
    return done


async def delete_claim(info: Info, id: Called) -> DeleteResult:  # noqa: A002 # the argument's name
    """Take a claim back."""
    done: DeleteResult = await deleted(info, catalog.Claim, id)
    return done


def _said(claim_input: ClaimInput | ClaimChange) -> dict[str, Any]:
    """Return what is said of a claim, with what a person made of it beside."""
    said = claim_input.said()
    if "judged" in said:
        judged = said.pop("judged") or JudgementInput()
        said["verdict"] = judged.verdict and judged.verdict.value
        said["why"], said["evidence"] = judged.why, judged.evidence
    return said
