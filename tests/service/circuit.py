"""A warehouse with the sweeps of a pellet, and a worker that fits other circuits to them."""

from pathlib import Path
from typing import Any, Final

from ingest.intake import take_in
from ingest.stop import Stop
from ingest.worker import Work, work
from schema.catalog import Material, Test
from schema.catalog.connection import change
from schema.queue.lease import Wanted
from schema.queue.subject import KINDS
from schema.queue.worker import this_machine
from schema.settings import Settings
from schema.warehouse import open_warehouse
from tests.service.asker import Asker

PELLET: Final = "synthetic-pellet-1.mpt"
OTHER: Final = "R0-p(R1,CPE1)-p(R2,CPE2)-CPE3"
"""A circuit that draws the sweeps of the pellet, beside the one they are taken for."""
POOR: Final = "R0-p(R1,CPE1)"
"""One that does not."""
DECLINED: Final = """__typename
  ... on NotFound { field message } ... on InvalidInput { field declined: reason }"""


def swept(settings: Settings, export: Path) -> Settings:
    """Take an export into a warehouse, its test on a pellet of known size."""
    warehouse = open_warehouse(settings)
    (test_id,) = take_in(warehouse, export).tests
    with change(warehouse.engine, "assign") as (session, _):
        session.add(Material(id=1, name="pellet", kind="pellet", area_cm2=1.0, thickness_um=1000.0))
        session.flush()
        session.get_one(Test, test_id).material_id = 1
    warehouse.engine.dispose()
    return settings


def worked(settings: Settings) -> None:
    """Have a worker do what waits."""
    list(work(settings, Work(Wanted(tuple(KINDS), this_machine()), 0, until_empty=True), Stop()))


def changed(asker: Asker, mutation: str, **variables: str) -> dict[str, Any]:
    """Return the answer to a mutation."""
    declared = ", ".join(f"${name}: String!" for name in variables)
    head = f"mutation ({declared})" if declared else "mutation"
    of_sweep = mutation.startswith(("chooseFit", "withdrawFitChoice"))
    done_to = "Spectrum { fit { circuit analysis } }" if of_sweep else "Job { id }"
    answer = f"{{ {DECLINED} ... on {done_to} }}"
    (done,) = asker.data(f"{head} {{ {mutation} {answer} }}", **variables).values()
    return dict(done)


def tried(asker: Asker, settings: Settings, spectrum: str, circuit: str) -> dict[str, Any]:
    """Try a circuit on a sweep; return the job when it has ended."""
    asked = changed(asker, f"tryCircuit(spectrum: {spectrum}, circuit: $circuit)", circuit=circuit)
    worked(settings)
    job: dict[str, Any] = asker.data(f"{{ job(id: {asked['id']}) {{ id state result reason }} }}")
    return dict(job["job"])


def analysis_of(job: dict[str, Any]) -> str:
    """Return what the analysis is called that a trial made."""
    return f"{job['result']['version']}-{job['result']['parameter_hash']}"


def chosen(asker: Asker, spectrum: str, analysis: str) -> dict[str, Any]:
    """Choose a fit of a sweep; return the answer."""
    return changed(asker, f'chooseFit(spectrum: {spectrum}, analysis: "{analysis}")')


def sweeps(asker: Asker) -> list[dict[str, Any]]:
    """Return the sweeps, each with the fit that counts and all there are."""
    query = """{ spectra { nodes { id spectrumCount testId
      fit { circuit analysis } fitBasis { by reason chosenCircuit }
      fits(latest: false, first: 500) { circuit analysis counts latest chosen } } } }"""
    nodes: list[dict[str, Any]] = asker.data(query)["spectra"]["nodes"]
    return nodes


def resistances(asker: Asker) -> dict[tuple[int, str], float | None]:
    """Return the fitted resistances by sweep and object."""
    columns = asker.data("{ fittedResistance { spectrumCount object resistanceOhm } }")[
        "fittedResistance"
    ]
    keys = zip(columns["spectrumCount"], columns["object"], strict=True)
    return dict(zip(keys, columns["resistanceOhm"], strict=True))
