"""What the layers of a cell were made of, and how."""

from typing import Final

from starlette.requests import Request

from service.page.address import Address
from service.page.ancestry import generations
from service.page.ask import ask
from service.page.section import Content, Section


async def _show(request: Request, cell: int, _address: Address) -> Content:
    asked = await ask(request, "cell_ancestry", id=cell)
    if fault := asked.fault("cell", "layers"):
        return Content(asked.query, fault=fault)
    found = asked.data["cell"]
    columns = generations(found["layers"])
    if not columns:
        return Content(
            asked.query,
            empty="Which materials its layers were made of is not stated.",
            mend=("Enter it", f"/cells/{cell}/edit#layer-1-material"),
        )
    unknown = [each for each in found["layers"] if not each["material"]]
    return Content(
        asked.query, context={"generations": columns, "unknown": unknown, "name": found["name"]}
    )


SECTION: Final = Section("ancestry", "Ancestry", _show, "section/cell_ancestry.html", width="whole")
