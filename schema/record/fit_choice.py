"""Which fit counts for a sweep where a person chose one; the history of its test says who did."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from schema.catalog import FitChoice, Sweep
from schema.error import InvalidRecord


def choose_fit(session: Session, sweep: Sweep, fit: Mapping[str, Any]) -> None:
    """Let a fit count for its sweep until another is chosen, or none.

    Args:
        session: of a change.
        sweep: a row of the catalog.
        fit: the columns of schema.analysis.impedance.FIT.

    Raises:
        InvalidRecord: when it was rejected, or the sweep has other points by now.
    """
    if not fit["chosen"]:
        why = fit["reason"] or "another circuit of that analysis says more"
        reason = f"{fit['circuit']} was not kept, so no number rests on it: {why}"
        raise InvalidRecord(("analysis",), reason)
    if fit["input_hash"] != sweep.input_hash:
        reason = "the sweep has other points since it was fitted: try the circuit again"
        raise InvalidRecord(("analysis",), reason)
    named = ("input_hash", "version", "parameter_hash", "circuit")
    session.merge(
        FitChoice(
            test_id=sweep.test_id,
            spectrum_count=sweep.spectrum_count,
            **{name: fit[name] for name in named},
        )
    )


def withdraw_choice(session: Session, sweep: Sweep) -> None:
    """Let the automatic fit of a sweep count again.

    Raises:
        InvalidRecord: when it does.
    """
    choice = session.get(FitChoice, (sweep.test_id, sweep.spectrum_count))
    if choice is None:
        raise InvalidRecord(("spectrum",), "nobody chose a fit of it: the automatic one counts")
    session.delete(choice)


def put_choices(session: Session, test_id: int, choices: Iterable[Mapping[str, Any]]) -> None:
    """Bring the choices of a test to what they were."""
    session.execute(delete(FitChoice).where(FitChoice.test_id == test_id))
    session.add_all(FitChoice(test_id=test_id, **each) for each in choices)
