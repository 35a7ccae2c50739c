"""Other circuits of a sweep: tried by a job, held against the one that counts, and chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from schema.catalog.job import OPEN_STATES
from schema.queue.subject import WEIGHTINGS
from service.page.answer import FORMS, NotThere, formed
from service.page.ask import Asked, ask
from service.page.job import STATE_WORDS
from service.page.render import page as rendered
from service.page.sections import circuit_comparison
from service.page.sent import sent
from service.page.spectrum import title_of

_FIELDS: Final = ["job", "analysis", "circuit", "weighting", "do"]


@dataclass(frozen=True, slots=True)
class _Declined:
    """Why what a form asked for was not done, by its field."""

    faults: Mapping[str, str] = field(default_factory=dict)


async def page(request: Request) -> Response:
    """Answer with what was tried on a sweep; or have a circuit tried, a fit chosen, or let go."""
    spectrum = request.path_params["spectrum"]
    given = await sent(request, lambda name: name in _FIELDS, _FIELDS)
    faults: Mapping[str, str] = {}
    if request.method == "POST":
        done = await _done(request, str(spectrum), given)
        if isinstance(done, Response):
            return done
        faults = done.faults
    job = await _job(request, given.get("job", ""))
    analysis = given.get("analysis") or _made(job)
    asked = await ask(
        request, "circuits", id=str(spectrum), analysis=analysis, other=analysis is not None
    )
    sweep = asked.data.get("spectrum")
    if sweep is None or (job and not _is_of(job, sweep)):
        raise NotThere("sweep")
    tried = next(iter(sweep.get("tried") or ()), None)
    if given.get("analysis") and tried is None and not faults:
        raise NotThere("fit of this sweep")
    return rendered(
        request,
        "circuits.html",
        422 if faults else 200,
        sweep=sweep,
        title=title_of(sweep),
        faults=faults,
        circuit=given.get("circuit", (tried or {}).get("circuit", "")),
        weighting=given.get("weighting", WEIGHTINGS[0]),
        weightings=WEIGHTINGS,
        candidates=list(dict.fromkeys(each["circuit"] for each in sweep["every"] or ())),
        job=job,
        runs=job is not None and job["state"] in OPEN_STATES,
        state_words=STATE_WORDS,
        lost=analysis is not None and tried is None,
        fits=by_analysis(sweep["every"] or ()),
        comparison=circuit_comparison.compared(sweep, tried),
        figure_form=lambda form: _figure_address(spectrum, analysis, form),
        query=asked.query,
    )


async def figure(request: Request) -> Response:
    """Answer with the figure of a comparison as a file."""
    spectrum, form = request.path_params["spectrum"], request.path_params["form"]
    given = await sent(request, lambda name: name == "analysis", ["analysis"])
    if form not in FORMS:
        raise NotThere("figure")
    analysis = given.get("analysis")
    asked = await ask(
        request, "circuits", id=str(spectrum), analysis=analysis, other=analysis is not None
    )
    sweep = asked.data.get("spectrum")
    if sweep is None:
        raise NotThere("sweep")
    comparison = circuit_comparison.compared(sweep, next(iter(sweep.get("tried") or ()), None))
    return formed(comparison.drawing, form, f"spectra-{spectrum}-circuits")


async def _done(request: Request, spectrum: str, given: Mapping[str, str]) -> Response | _Declined:
    """Do what a form asks for and go on to where that is seen, or return why it was declined."""
    what, here = given.get("do"), request.url.path
    if what == "try":
        circuit, weighting = given.get("circuit", ""), given.get("weighting", WEIGHTINGS[0])
        asked = await ask(request, "try_circuit", id=spectrum, circuit=circuit, weighting=weighting)
    elif what == "choose":
        analysis = given.get("analysis", "")
        asked = await ask(request, "choose_fit", id=spectrum, analysis=analysis)
    elif what == "withdraw":
        asked = await ask(request, "withdraw_fit_choice", id=spectrum)
    else:
        return _Declined({"": "nothing was asked for"})
    done: Any = asked.data.get("done")
    if done is None:
        return _Declined({"": _fault(asked)})
    if done["__typename"] == "Job":
        return RedirectResponse(f"{here}?{urlencode({'job': done['id']})}", 303)
    if done["__typename"] == "Spectrum":
        return RedirectResponse(f"/spectra/{spectrum}", 303)
    return _Declined({done["field"]: str(done.get("message") or done["reason"])})


def _figure_address(spectrum: int, analysis: str | None, form: str) -> str:
    chosen = f"?{urlencode({'analysis': analysis})}" if analysis else ""
    return f"/spectra/{spectrum}/circuits/nyquist.{form}{chosen}"


def _fault(asked: Asked) -> str:
    return next(iter(asked.faults.values()), "nothing was changed")


async def _job(request: Request, called: str) -> Mapping[str, Any] | None:
    """Return the trial that an address names, None where it names none.

    Raises:
        NotThere: when there is none.
    """
    if not called:
        return None
    job: Mapping[str, Any] | None = None
    if called.isascii() and called.isdigit() and len(called) <= 18:
        job = (await ask(request, "job", id=called)).data.get("job")
    if job is None or job["kind"] != "try_circuit":
        raise NotThere("trial of a circuit")
    return job


def _made(job: Mapping[str, Any] | None) -> str | None:
    """Return what the analysis is called that came of a trial."""
    result = (job or {}).get("result")
    return f"{result['version']}-{result['parameter_hash']}" if result else None


def _is_of(job: Mapping[str, Any], sweep: Mapping[str, Any]) -> bool:
    subject = job["subject"]
    of = str(subject["test_id"]), subject["spectrum_count"]
    return of == (str(sweep["test"]["id"]), sweep["spectrumCount"])


def by_analysis(every: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return of each analysis the fit it kept, else its best: the one that counts first."""
    found: dict[str, Mapping[str, Any]] = {}
    for each in every:  # of each analysis what it kept comes first
        found.setdefault(each["analysis"], each)
    return list(found.values())
