"""What belongs together of methods that rest on each other."""

from collections.abc import Mapping
from typing import Any, Self

import pyarrow as pa
from numpy.typing import NDArray

from ingest.analysis.procedure import Procedure, together
from ingest.analysis.result import Result
from schema.analysis import Method


class Nothing:
    """A batch of nothing."""

    def take(self, rows: NDArray[Any]) -> Self:
        """Return nothing of nothing."""
        assert rows is not None
        return self


def compute(batch: Nothing, found: Mapping[Method, Result]) -> pa.Table:
    raise AssertionError((batch, found))  # nobody asks for rows


def procedure(method: Method, *rests_on: Method) -> Procedure[Nothing]:
    return Procedure(method, "1", {}, compute, rests_on)


def test_a_method_brings_those_that_rest_on_it_and_what_it_rests_on() -> None:
    procedures = [
        procedure("fit"),
        procedure("kramers_kronig", "fit"),
        procedure("relaxation", "kramers_kronig"),
    ]
    everything = ("fit", "kramers_kronig", "relaxation")
    assert together(procedures, ["fit"]) == everything
    assert together(procedures, ["relaxation"]) == everything


def test_a_method_that_rests_on_nothing_comes_alone() -> None:
    procedures = [procedure("fit"), procedure("kramers_kronig"), procedure("relaxation", "fit")]
    assert together(procedures, ["kramers_kronig"]) == ("kramers_kronig",)
    assert together(procedures, ["relaxation"]) == ("fit", "relaxation")
