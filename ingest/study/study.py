"""A study document: what cells are made of and how, which test is whose, what is claimed.

Quantities stay the text somebody wrote, checked here and turned into numbers where they are
entered. What nobody wrote is unknown, never a default.
"""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from ingest.study.declared import Declared
from ingest.study.naming import Naming
from ingest.study.reference import Reference, SensitivitySet
from ingest.study.text import (
    Configuration,
    CycleNumbers,
    Formula,
    MeasureText,
    Text,
    amount,
    level,
    moment,
    size,
)


class Substance(Declared):
    """A chemistry."""

    title: Text | None = Field(None, description="Full name.")
    formula: Formula | None = Field(None, description="Formula, e.g. Li1.3Al0.3Ti1.7(PO4)3.")
    molar_mass: Annotated[Text, amount("g/mol")] | None = Field(
        None, description="Molar mass, where it is not that of the formula, e.g. 383.4 g/mol."
    )
    electrons: float | None = Field(
        None, allow_inf_nan=False, description="Electrons exchanged per formula unit."
    )
    role: Text | None = Field(
        None, description="Usual role: electrolyte, interlayer, wetting agent, active material …"
    )
    note: Text | None = Field(None, description="Anything else worth knowing.")
    properties: dict[Text, MeasureText] = Field(
        {}, description="Known of the substance, e.g. shear_modulus: 40-60 GPa."
    )


class TestEntry(Declared):
    """A test, or those of a pattern, and what is known of it beside the thing it ran on."""

    __test__ = False  # pytest would collect it

    file: Text = Field(description="Its file or name, the end of a path, or a pattern of these.")
    protocol: Text | None = Field(None, description="What it was meant to run; else the cell's.")
    cycles: Literal["turns", "instrument"] | None = Field(
        None, description="How its cycles are counted; else the cell's."
    )
    sensitivity_set: Text | None = Field(
        None, description="Set of sensitivity factors; else that of the thing it ran on."
    )

    @model_validator(mode="before")
    @classmethod
    def _text_is_its_file(cls, written: Any) -> Any:  # noqa: ANN401 — whatever somebody wrote
        return {"file": written} if isinstance(written, str) else written

    @model_serializer(mode="wrap")
    def _file_alone_is_text(self, serialize: SerializerFunctionWrapHandler) -> Any:  # noqa: ANN401 — JSON
        said = serialize(self)
        return self.file if said.keys() == {"file"} else said


class Material(Declared):
    """A physical thing."""

    substance: Text | None = Field(None, description="What it is made of.")
    kind: Text | None = Field(None, description="pellet, coating, batch, electrode, foil.")
    batch: Text | None = Field(None, description="Batch it belongs to.")
    mass: Annotated[Text, amount("g")] | None = Field(None, description="Mass, e.g. 120 mg.")
    thickness: Annotated[Text, size("µm")] | None = Field(
        None, description="Thickness, e.g. 1 mm or 1.00 ± 0.05 mm."
    )
    area: Annotated[Text, size("cm²")] | None = Field(
        None, description="Face area, e.g. 1.131 cm² or 1.13 ± 0.02 cm²."
    )
    note: Text | None = Field(None, description="Anything else worth knowing.")
    properties: dict[Text, MeasureText] = Field(
        {}, description="Known of the very piece, e.g. relative_density: 92 %."
    )
    sensitivity_set: Text | None = Field(
        None, description="Set of sensitivity factors that its photoemission is told by."
    )
    tests: list[TestEntry] = Field([], description="Tests run on it, when it is no cell.")


class Process(Declared):
    """An act of making."""

    kind: Text = Field(description="What was done: mill, calcine, press, sinter, coat, wet.")
    inputs: list[Text] = Field([], description="Materials that went in.")
    outputs: list[Text] = Field([], description="Materials that came out.")
    performed_at: Annotated[datetime, BeforeValidator(moment)] | None = Field(
        None, description="When, e.g. 2026-03-01 09:30."
    )
    parameters: dict[Text, MeasureText] = Field(
        {}, description="Conditions, e.g. temperature: 900 °C, atmosphere: argon."
    )
    note: Text | None = Field(None, description="Anything else worth knowing.")


class ProtocolStep(Declared):
    """A step of a protocol."""

    mode: Text = Field(description="charge, discharge, rest, hold, impedance, loop, other.")
    label: Text | None = Field(None, description="What the instrument calls such a step.")
    current: Annotated[Text, level("A")] | None = Field(
        None, description="Set current, e.g. 0.1 mA."
    )
    current_density: Annotated[Text, level("mA/cm²")] | None = Field(
        None, description="Set current per area, e.g. 0.05 mA/cm²."
    )
    voltage: Annotated[Text, level("V")] | None = Field(None, description="Set voltage.")
    lower_voltage: Annotated[Text, level("V")] | None = Field(
        None, description="Voltage that ends a discharge."
    )
    upper_voltage: Annotated[Text, level("V")] | None = Field(
        None, description="Voltage that ends a charge."
    )
    stop_current: Annotated[Text, level("A")] | None = Field(
        None, description="Current that ends a hold."
    )
    duration: Annotated[Text, amount("s")] | None = Field(
        None, description="Time that ends the step, e.g. 1 h."
    )
    temperature: Annotated[Text, level("°C")] | None = Field(
        None, description="Set temperature, e.g. 60 °C."
    )
    repeat: int | None = Field(None, description="How often the steps of a loop run in all.")
    repeat_from: int | None = Field(
        None, description="Position of the step where a loop begins; left out: the first."
    )


class Protocol(Declared):
    """What a test was meant to do."""

    technique: Text | None = Field(None, description="Technique, e.g. GCPL.")
    note: Text | None = Field(None, description="Anything else worth knowing.")
    steps: list[ProtocolStep] = Field([], description="Its steps, in order.")


class CellLayer(Declared):
    """A layer of a cell."""

    substance: Text | None = Field(None, description="What it is made of.")
    material: Text | None = Field(None, description="The very piece that was used.")
    role: Text | None = Field(
        None, description="negative, electrolyte, interlayer, wetting, positive."
    )
    thickness: Annotated[Text, amount("µm")] | None = Field(
        None, description="Thickness, e.g. 1 µm."
    )
    loading: Annotated[Text, amount("mg/cm²")] | None = Field(
        None, description="Active mass per area, e.g. 1.0 mg/cm²."
    )

    @model_validator(mode="after")
    def _is_of_something(self) -> Self:
        if self.substance is None and self.material is None:
            message = "a layer names its substance or the material that was used"
            raise ValueError(message)
        return self


class Cell(Declared):
    """A stack of layers that can be tested."""

    project: Text | None = Field(
        None, description="Project it belongs to; else the study's. Readers may see only some."
    )
    configuration: Configuration | None = Field(
        None, description="The stack, e.g. Li/IL@PB@LATP/Li; A@B@C has A outermost on C."
    )
    area: Annotated[Text, size("cm²")] | None = Field(
        None, description="Electrode area, e.g. 0.785 cm² or 0.785 ± 0.010 cm²."
    )
    active_mass: Annotated[Text, amount("g")] | None = Field(
        None, description="Mass that specific capacities are divided by."
    )
    mass_basis: Text | None = Field(None, description="What active_mass counts.")
    nominal_capacity: Annotated[Text, amount("Ah")] | None = Field(
        None, description="Nominal capacity, e.g. 2 mAh."
    )
    symmetric: bool | None = Field(None, description="Whether both electrodes are the same.")
    protocol: Text | None = Field(None, description="What its tests were meant to run.")
    cycles: Literal["turns", "instrument"] | None = Field(
        None,
        description="How its cycles are counted: turns (of the charge) or instrument; else the "
        "study's.",
    )
    formation_cycles: CycleNumbers | None = Field(
        None, description="Which of its cycles are formation, e.g. 1-4, where the data mislead."
    )
    check_up_cycles: CycleNumbers | None = Field(
        None, description="Which of its cycles are check-ups, e.g. 50, 100."
    )
    note: Text | None = Field(None, description="Anything else worth knowing.")
    properties: dict[Text, MeasureText] = Field(
        {}, description="Known of the very cell, e.g. contact_area: 12 cm²."
    )
    layers: list[CellLayer] = Field(
        [], description="Its layers from the negative side; may be left to the configuration."
    )
    sensitivity_set: Text | None = Field(
        None, description="Set of sensitivity factors that its photoemission is told by."
    )
    tests: list[TestEntry] = Field(
        [], description="Files of its tests: names, ends of paths, or patterns: *_cell0*.csv."
    )


class Claim(Declared):
    """A value somebody reported."""

    source: Text | None = Field(None, description="Who reported it, where; else the study's.")
    text: Text = Field(description="The words of the report.")
    quantity: Text | None = Field(None, description="Quantity it is about.")
    value: MeasureText | None = Field(
        None, description="Reported value: ~ 3000 mV, >= 800 h, Large."
    )
    subject: dict[Text, Text] = Field(
        {},
        description="Whose: cell, material, substance, protocol or configuration; at which "
        "current_density, temperature and loading, of how many cells.",
    )
    parameters: dict[Text, MeasureText] = Field({}, description="Arguments of its quantity.")
    verdict: Literal["supported", "contradicted", "untestable"] | None = Field(
        None, description="Your judgement, where nothing can be computed."
    )
    why: Text | None = Field(None, description="Why you judge so.")
    evidence: list[Text] = Field(
        [], description="What you point to: names of files, tests, cells, materials."
    )


_OF_CELLS = ("project", "cycles")
"""What a study says of all its cells that do not say it themselves."""


def _of(said: dict[str, object], cell: object) -> object:
    """Return a cell as written, with what the study says of all where it does not say."""
    if cell is None or isinstance(cell, dict):
        own = {key: value for key, value in (cell or {}).items() if value is not None}
        return {**said, **own}
    return cell


class Study(Declared):
    """The whole document."""

    study: Text = Field(description="Name of the study.")
    source: Text | None = Field(None, description="Where it is reported.")
    project: Text | None = Field(None, description="Project of its cells that do not say theirs.")
    note: Text | None = Field(None, description="Anything else worth knowing.")
    cycles: Literal["turns", "instrument"] | None = Field(
        None, description="How cycles are counted in its cells that do not say."
    )
    time_zone: Text | None = Field(None, description="Zone of times that do not say theirs.")
    substances: dict[Text, Substance] = Field({}, description="Chemistries.")
    materials: dict[Text, Material] = Field({}, description="Physical things.")
    processes: dict[Text, Process] = Field({}, description="What was made of what, and how.")
    protocols: dict[Text, Protocol] = Field({}, description="What tests were meant to do.")
    cells: dict[Text, Cell] = Field({}, description="Stacks of layers that were tested.")
    claims: dict[Text, Claim] = Field({}, description="What was reported; never a measurement.")
    references: dict[Text, Reference] = Field(
        {}, description="Phases that diffraction is held against."
    )
    sensitivity_sets: dict[Text, SensitivitySet] = Field(
        {}, description="Sensitivity factors that photoemission is told by."
    )
    file_names: dict[Text, Naming] = Field(
        {}, description="What the names of files and folders tell of cells and materials."
    )

    @model_validator(mode="before")
    @classmethod
    def _says_it_of_its_cells(cls, written: Any) -> Any:  # noqa: ANN401 — whatever somebody wrote
        # said of each cell, so that another study cannot say other than this one unnoticed
        if not isinstance(written, dict) or not isinstance(cells := written.get("cells"), dict):
            return written
        said = {key: written[key] for key in _OF_CELLS if written.get(key) is not None}
        return {**written, "cells": {name: _of(said, cell) for name, cell in cells.items()}}
