"""A circuit is tried, held against the one that counts, and chosen, by forms alone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import pytest

from schema.settings import Settings
from tests.service.asker import Asker
from tests.service.circuit import OTHER, PELLET, POOR, sweeps, swept, worked

pytestmark = pytest.mark.slow
FORM: Final = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Sec-Fetch-Site": "same-origin",
}


@pytest.fixture
def home(tmp_path: Path, demo_study: Path) -> Settings:
    """Return a warehouse with the sweeps of a pellet."""
    return swept(Settings(home=tmp_path / "home"), demo_study / "exports" / PELLET)


def posted(service: Asker, **fields: str) -> Any:  # noqa: ANN401 # a response
    return service.request("POST", "/spectra/1/circuits", content=urlencode(fields), headers=FORM)


def test_a_circuit_is_tried_compared_chosen_and_let_go(
    home: Settings, ask: Callable[[Settings], Any]
) -> None:
    service: Asker = ask(home)
    automatic = sweeps(service)[0]["fit"]["circuit"]
    page = service.get("/spectra/1/circuits").text
    assert f"{automatic}</strong> counts: the latest analysis of the test" in page
    asked = posted(service, do="try", circuit=OTHER, weighting="modulus")
    assert asked.status_code == 303
    trial = asked.headers["location"]
    waits = service.get(trial).text
    assert "is waiting" in waits
    assert 'hx-trigger="every 2s"' in waits
    worked(home)
    done = service.get(trial).text
    assert 'hx-trigger="every 2s"' not in done
    assert f"Let {OTHER} count" in done
    assert f"fit of {OTHER}" in done
    assert f"fit of {automatic}, which counts" in done
    assert "They are fitted to other points: AICc of the two cannot be compared" in done
    analysis = next(
        each["analysis"]
        for each in sweeps(service)[0]["fits"]
        if each["circuit"] == OTHER and not each["latest"]
    )
    figure = service.get(f"/spectra/1/circuits/nyquist.csv?analysis={analysis}")
    assert (figure.status_code, "frequency_hertz" in figure.text) == (200, True)
    chosen = posted(service, do="choose", analysis=analysis)
    assert (chosen.status_code, chosen.headers["location"]) == (303, "/spectra/1")
    assert f"{OTHER}, chosen by a person" in service.get("/spectra/1").text
    assert "a person chose it" in service.get("/spectra/1/circuits").text
    assert posted(service, do="withdraw").status_code == 303
    assert sweeps(service)[0]["fit"]["circuit"] == automatic


def test_what_is_declined_comes_back_with_the_form_as_filled(
    home: Settings, ask: Callable[[Settings], Any]
) -> None:
    service: Asker = ask(home)
    said = posted(service, do="try", circuit="R0-p(R1", weighting="unit")
    assert said.status_code == 422
    assert 'id="circuit-fault"' in said.text
    assert 'value="R0-p(R1"' in said.text
    assert "<option selected>unit</option>" in said.text
    assert posted(service, do="choose", analysis="4-x").status_code == 422
    assert posted(service, do="guess").status_code == 422
    assert posted(service, do="withdraw").status_code == 422
    assert service.get("/spectra/1/circuits?job=99").status_code == 404
    assert service.get("/spectra/1/circuits?analysis=99").status_code == 404
    assert service.get("/spectra/99/circuits").status_code == 404
    assert service.get("/spectra/1/circuits/nyquist.exe").status_code == 404
    posted(service, do="try", circuit=POOR, weighting="modulus")
    worked(home)
    page = service.get("/spectra/1/circuits?job=1").text
    assert f"{POOR} was not kept: the residual is beyond 10%" in page
    assert f"Let {POOR} count" not in page
    assert service.get("/spectra/2/circuits?job=1").status_code == 404
