"""What a cell gives at each of its currents."""

from typing import Final

from starlette.requests import Request

from service.page.address import Address
from service.page.ask import ask
from service.page.entry.cell import entered_at
from service.page.figures.rate_capability import rate_capability
from service.page.headline import rows
from service.page.section import Content, Section

_PER: Final = {
    "plain": ("", "", "A·h"),
    "gram": ("activeMassGram", "active mass", "mA·h/g"),
    "area": ("areaCm2", "electrode area", "mA·h/cm²"),
}


async def _show(request: Request, cell: int, address: Address) -> Content:
    asked = await ask(request, "cell_rates", id=cell)
    found = asked.data["cell"]
    if fault := asked.fault("cell", "rateCapability"):
        return Content(asked.query, fault=fault)
    stretches = rows(found["rateCapability"])
    kinds = list(dict.fromkeys(each["kind"] for each in stretches))
    if not stretches:
        return Content(asked.query, empty="No cycle with a discharge is known.")
    if len(kinds) < 2:
        return Content(asked.query, empty=f"All its cycles ran alike ({kinds[0]}).")
    size, words, unit = _PER[address["per"]]
    if size and not found[size]:
        missing = f"The {words} of this cell is not stated."
        return Content(asked.query, empty=missing, mend=("Enter it", entered_at(cell, size)))
    drawn = rate_capability(
        stretches,
        address["per"],
        (1000 / found[size] if size else 1.0, unit),
        scale=address["scale"],
        width=address["width"] or "half",
    )
    return Content(asked.query, (drawn,), traces=[found["rateCapability"]["trace"]])


SECTION: Final = Section("rates", "Rate capability", _show)
