"""How a claim is entered: the words, the value as written, whose it is, and a person's verdict."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, TypeAlias

import strawberry
from sqlalchemy.orm import Session
from strawberry import scalars

from schema import catalog
from schema.configuration import parse_configuration
from schema.error import InvalidArgument
from service.graphql.claim import Claim, Verdict
from service.graphql.context import Info
from service.graphql.entry import (
    Declined,
    DeleteResult,
    Entry,
    InvalidInput,
    NameTaken,
    NotFound,
    changed,
    deleted,
    entered,
    entry,
    found,
    free,
    named,
    written,
)

_ELSEWHERE: Final = frozenset(
    {"value", "lower", "upper", "text_value", "unit", "qualifier", "subject", "parameters"}
)
_THINGS: Final[Mapping[str, type[catalog.Table]]] = {
    "cell": catalog.Cell,
    "material": catalog.Material,
    "substance": catalog.Substance,
    "protocol": catalog.Protocol,
}
"""Keys of a subject that name a thing; every other is a condition."""
_SUBJECT: Final = (
    'Whose, by name: {"cell": …}, {"material": …}, {"substance": …} or {"configuration": …}; and '
    'at which conditions: {"current_density": "0.05 mA/cm²", "temperature": "60 °C"}. All texts.'
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


async def create_claim(info: Info, input: ClaimInput) -> ClaimResult:  # noqa: A002 # the argument's name
    """Enter a claim."""

    def enter(session: Session) -> Any:  # noqa: ANN401 # a row
        values = input.values()
        free(session, catalog.Claim, values["name"], among=catalog.Claim.study_id.is_(None))
        session.add(row := catalog.Claim(**values))
        return _filled(session, row, input)

    done: ClaimResult = await entered(info, "create claim", enter)
    return done


async def update_claim(
    info: Info,
    id: strawberry.ID,  # noqa: A002 # the argument's name
    input: ClaimChange,  # noqa: A002 # the argument's name
) -> ClaimResult:
    """Change a claim."""

    def enter(session: Session) -> Any:  # noqa: ANN401 # a row
        own_study = found(session, catalog.Claim, id).study_id
        among = catalog.Claim.study_id.is_not_distinct_from(own_study)
        row = changed(session, catalog.Claim, id, input, among)
        return _filled(session, row, input)

    done: ClaimResult = await entered(info, "update claim", enter)
    return done


async def delete_claim(info: Info, id: strawberry.ID) -> DeleteResult:  # noqa: A002 # the argument's name
    """Take a claim back."""
    done: DeleteResult = await deleted(info, catalog.Claim, id)
    return done


def _filled(session: Session, row: Any, told: ClaimInput | ClaimChange) -> Any:  # noqa: ANN401 # a row
    """Return the row with what is not a column for itself, each checked."""
    if told.reported is not strawberry.UNSET:
        _report(row, told.reported)
    if told.judged is not strawberry.UNSET:
        _judge(row, told.judged)
    with session.no_autoflush:
        for place in ("subject", "parameters"):
            if (texts := getattr(told, place)) is not strawberry.UNSET:
                setattr(row, place, _checked(session, place, texts))
    return row


def _report(row: Any, text: str | None) -> None:  # noqa: ANN401 # a row
    said = None if text is None else written("reported", text)
    for column in ("value", "lower", "upper", "unit", "qualifier"):
        setattr(row, column, said and getattr(said, column))
    row.text_value = said and said.text


def _judge(row: Any, judged: JudgementInput | None) -> None:  # noqa: ANN401 # a row
    told = judged or JudgementInput()
    row.verdict = told.verdict and told.verdict.value
    row.why = told.why
    row.evidence = {"stated": told.evidence} if told.evidence else {}


def _checked(session: Session, place: str, told: object) -> dict[str, str]:
    """Return the texts by their keys; what they name is there, and a condition can be read."""
    if not isinstance(told, dict):
        raise Declined(InvalidInput(field=place, reason='it is no object, e.g. {"cell": "K1"}'))
    texts: dict[str, str] = {}
    for key, text in told.items():
        field = f"{place}.{key}"
        if not isinstance(text, str) or not text.strip():
            reason = f'{text!r} is no text; write numbers as texts too, with their unit: "60 °C"'
            raise Declined(InvalidInput(field=field, reason=reason))
        if place == "subject" and key in _THINGS:
            named(session, _THINGS[key], text.strip())
        elif place == "subject" and key == "configuration":
            _check_configuration(session, field, text.strip())
        else:
            written(field, text)
        texts[key] = text.strip()
    return texts


def _check_configuration(session: Session, field: str, text: str) -> None:
    try:
        layers = parse_configuration(text)
    except InvalidArgument as fault:
        raise Declined(InvalidInput(field=field, reason=str(fault))) from fault
    for layer in layers:
        named(session, catalog.Substance, layer.substance)
