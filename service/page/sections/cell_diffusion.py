"""How fast what diffuses into the active layer of a cell does so, at each voltage."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from starlette.requests import Request

from service.page.address import Address
from service.page.ask import ask, floats
from service.page.figures.diffusion import LOOKS, Diffusions, diffusion
from service.page.number import entered
from service.page.section import Content, Section

_METRICS: Final = ("gittDiffusion", "pittDiffusion")
_VOLT: Final = {"gittDiffusion": "restVoltageVolt", "pittDiffusion": "heldVolt"}
_PULSE, _BACK, _STEP = (name for name, _, _ in LOOKS)
_LENGTHS: Final = {
    "film": "the thickness of the film, {} µm, is its depth",
    "sphere": "a third of the radius of its particles, {} µm, is its depth",
    "volume": "volume over area of contact, {} µm, is its depth",
}


async def _show(request: Request, cell: int, address: Address) -> Content:
    asked = await ask(request, "cell_diffusion", id=cell)
    found = asked.data["cell"]
    for metric in _METRICS:
        if fault := asked.fault("cell", metric):
            return Content(asked.query, fault=fault)
    metrics = [found[metric] for metric in _METRICS]
    if not any(len(each["status"]) for each in metrics):
        return Content(asked.query, empty="Nothing was titrated: no pulses between rests.")
    missing = [reason for each in metrics for reason in each["missing"] if reason]
    if missing:
        return Content(
            asked.query,
            empty=f"Not stated: {missing[0].replace('_', ' ')}.",
            mend=("Which facts it takes", "/docs/transport"),
        )
    drawn = diffusion(_per(found), _length(metrics), width=address["width"] or "half")
    return Content(asked.query, (drawn,), traces=[each["trace"] for each in metrics])


def _per(found: Mapping[str, Any]) -> Diffusions:
    def floats_of(name: Mapping[str, str] | str) -> Any:  # noqa: ANN401 # an array
        columns = [
            floats(found[each][name if isinstance(name, str) else name[each]]) for each in _METRICS
        ]
        return np.concatenate(columns)

    def listed(name: str) -> list[Any]:
        return [value for each in _METRICS for value in found[each][name]]

    pulses = [_PULSE if mode == "charge" else _BACK for mode in found["gittDiffusion"]["mode"]]
    return Diffusions(
        [*pulses, *[_STEP] * len(found["pittDiffusion"]["status"])],
        floats_of(_VOLT),
        floats_of("diffusionCm2PerS"),
        floats_of("diffusionErrorCm2PerS"),
        floats_of("reducedTime"),
        listed("status"),
        listed("reason"),
        listed("testId"),
        listed("stepCount"),
    )


def _length(metrics: Sequence[Mapping[str, Any]]) -> str:
    basis, depth = next(
        (basis, depth)
        for each in metrics
        for basis, depth in zip(each["lengthBasis"], each["diffusionLengthUm"], strict=True)
    )
    return _LENGTHS[basis].format(entered(depth))


SECTION: Final = Section("diffusion", "Diffusion", _show)
