"""The sections of a study, and the tables and columns in which they come to rest."""

from collections.abc import Mapping
from typing import Any, Final

from schema import catalog

SECTIONS: Final[Mapping[str, Any]] = {
    "substances": catalog.Substance,
    "materials": catalog.Material,
    "processes": catalog.Process,
    "protocols": catalog.Protocol,
    "cells": catalog.Cell,
    "claims": catalog.Claim,
    "references": catalog.ReferencePhase,
    "sensitivity_sets": catalog.SensitivitySet,
}
COLLECTIONS: Final[Mapping[str, tuple[Any, ...]]] = {
    "processes": (
        catalog.Process.inputs,
        catalog.Process.outputs,
        catalog.Process.parameters,
    ),
    "protocols": (catalog.Protocol.steps,),
    "cells": (catalog.Cell.layers,),
    "references": (catalog.ReferencePhase.lines,),
    "sensitivity_sets": (catalog.SensitivitySet.factors,),
}
PROPERTIES_OF: Final = {
    "substances": "substance_id",
    "materials": "material_id",
    "cells": "cell_id",
}
METHOD: Final = "stated by a study"
"""How a value was obtained that a study states."""
BY_HAND: Final = "entered by hand"
"""How one was that somebody stated by mutation or page, and said no more of."""
STATED: Final = catalog.Property.method == METHOD
PARTS: Final[Mapping[str, tuple[Any, ...]]] = {
    "processes": (
        catalog.ProcessInput.process_id,
        catalog.ProcessOutput.process_id,
        catalog.ProcessParameter.process_id,
    ),
    "protocols": (catalog.ProtocolStep.protocol_id,),
    "cells": (catalog.CellLayer.cell_id, catalog.Property.cell_id),
    "substances": (catalog.Property.substance_id,),
    "materials": (catalog.Property.material_id,),
    "references": (catalog.ReferenceLine.reference_phase_id,),
    "sensitivity_sets": (catalog.SensitivityFactor.sensitivity_set_id,),
}
PARTS_SAID: Final[Mapping[str, Any]] = {
    "layers": catalog.CellLayer,
    "steps": catalog.ProtocolStep,
    "lines": catalog.ReferenceLine,
}
"""Fields that are lists of records."""
