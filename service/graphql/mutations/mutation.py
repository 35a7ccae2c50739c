"""What can be entered, changed and taken back: what stands in the rooms of the nouns, put together.

Each is one transaction; what can be foreseen to fail is a member of its result.
"""

import strawberry

from service.graphql.mutations.cell import CellResult, create_cell, update_cell
from service.graphql.mutations.claim import ClaimResult, create_claim, delete_claim, update_claim
from service.graphql.mutations.entry import DeleteResult
from service.graphql.mutations.fit import (
    FitResult,
    choose_fit,
    try_circuit,
    withdraw_fit_choice,
)
from service.graphql.mutations.image import (
    ImageResult,
    delete_image_objects,
    set_image_objects,
)
from service.graphql.mutations.job import (
    JobResult,
    ask_again,
    ask_for_preview,
    ask_for_refit,
    ask_for_trial,
    withdraw_job,
)
from service.graphql.mutations.material import MaterialResult, create_material, update_material
from service.graphql.mutations.process import (
    ProcessResult,
    create_process,
    delete_process,
    update_process,
)
from service.graphql.mutations.property import PropertyResult, delete_property, set_property
from service.graphql.mutations.protocol import ProtocolResult, create_protocol, update_protocol
from service.graphql.mutations.reference_phase import (
    ReferencePhaseResult,
    create_reference_phase,
    delete_reference_phase,
    update_reference_phase,
)
from service.graphql.mutations.removal import (
    RemoveResult,
    RevertResult,
    remove_entry,
    revert_entry,
)
from service.graphql.mutations.sensitivity import (
    SensitivitySetResult,
    choose_sensitivity_set,
    create_sensitivity_set,
    update_sensitivity_set,
)
from service.graphql.mutations.substance import SubstanceResult, create_substance, update_substance
from service.graphql.mutations.test import (
    AssignedResult,
    TestResult,
    assign_test,
    assign_tests,
    recount_tests,
    unassign_test,
)


@strawberry.type(description="What can be entered.")
class Mutation:
    """What can be entered."""

    create_substance: SubstanceResult = strawberry.field(
        resolver=create_substance, description="Enter a substance."
    )
    update_substance: SubstanceResult = strawberry.field(
        resolver=update_substance,
        description="Change a substance; what is left out stays, null takes away.",
    )
    create_material: MaterialResult = strawberry.field(
        resolver=create_material, description="Enter a material."
    )
    update_material: MaterialResult = strawberry.field(
        resolver=update_material,
        description="Change a material; what is left out stays, null takes away.",
    )
    create_process: ProcessResult = strawberry.field(
        resolver=create_process,
        description="Enter a process; what came out descends from what went in.",
    )
    update_process: ProcessResult = strawberry.field(
        resolver=update_process,
        description="Change a process; what is left out stays, null takes away.",
    )
    delete_process: DeleteResult = strawberry.field(
        resolver=delete_process,
        description="Take a process back; its materials stay, without the descent it gave them.",
    )
    create_protocol: ProtocolResult = strawberry.field(
        resolver=create_protocol, description="Enter a protocol with its steps."
    )
    update_protocol: ProtocolResult = strawberry.field(
        resolver=update_protocol,
        description="Change a protocol; what is left out stays, null takes away.",
    )
    create_cell: CellResult = strawberry.field(
        resolver=create_cell, description="Enter a cell with its layers."
    )
    update_cell: CellResult = strawberry.field(
        resolver=update_cell,
        description="Change a cell; what is left out stays, null takes away.",
    )
    set_property: PropertyResult = strawberry.field(
        resolver=set_property,
        description="Say what is known of a substance, a material or a cell without computing it; "
        "what the same method told of it before is replaced.",
    )
    delete_property: DeleteResult = strawberry.field(
        resolver=delete_property, description="Take back what was known of a thing."
    )
    create_reference_phase: ReferencePhaseResult = strawberry.field(
        resolver=create_reference_phase,
        description="Enter a phase that diffraction is held against: the text of a CIF, or lines; "
        "scans are when they are computed again.",
    )
    update_reference_phase: ReferencePhaseResult = strawberry.field(
        resolver=update_reference_phase,
        description="Change a reference phase; what is left out stays, null takes away.",
    )
    delete_reference_phase: DeleteResult = strawberry.field(
        resolver=delete_reference_phase,
        description="Take a reference phase back; results stay until they are computed again.",
    )
    create_sensitivity_set: SensitivitySetResult = strawberry.field(
        resolver=create_sensitivity_set,
        description="Enter sensitivity factors of photoemission lines.",
    )
    update_sensitivity_set: SensitivitySetResult = strawberry.field(
        resolver=update_sensitivity_set,
        description="Change a set of sensitivity factors; what is left out stays, null takes away.",
    )
    choose_sensitivity_set: AssignedResult = strawberry.field(
        resolver=choose_sensitivity_set,
        description="Say by which sensitivity factors the photoemission of tests is told, when it "
        "is computed again.",
    )
    set_image_objects: ImageResult = strawberry.field(
        resolver=set_image_objects,
        description="Say what was measured of one kind in an image; what was told of that kind "
        "before is replaced.",
    )
    delete_image_objects: ImageResult = strawberry.field(
        resolver=delete_image_objects, description="Take back what was measured in an image."
    )
    create_claim: ClaimResult = strawberry.field(
        resolver=create_claim, description="Enter a value somebody reported."
    )
    update_claim: ClaimResult = strawberry.field(
        resolver=update_claim,
        description="Change a claim; what is left out stays, null takes away.",
    )
    delete_claim: DeleteResult = strawberry.field(
        resolver=delete_claim, description="Take a claim back."
    )
    assign_test: TestResult = strawberry.field(
        resolver=assign_test, description="Say on which cell or material a test ran."
    )
    assign_tests: AssignedResult = strawberry.field(
        resolver=assign_tests,
        description="Say on which cell or material tests ran; all are assigned, or none.",
    )
    recount_tests: AssignedResult = strawberry.field(
        resolver=recount_tests,
        description="Say how the cycles of tests are counted; no export is read again.",
    )
    ask_for_refit: JobResult = strawberry.field(
        resolver=ask_for_refit,
        description="Ask for sweeps, scans and regions of tests to be computed again, by a worker.",
    )
    try_circuit: JobResult = strawberry.field(
        resolver=try_circuit,
        description="Ask for another circuit to be fitted to one sweep, by a worker; what counts "
        "for the sweep stays, until `chooseFit` says otherwise.",
    )
    choose_fit: FitResult = strawberry.field(
        resolver=choose_fit,
        description="Let a fit of a sweep count in place of the automatic one: metrics, charts "
        "and conductivity rest on it from then on.",
    )
    withdraw_fit_choice: FitResult = strawberry.field(
        resolver=withdraw_fit_choice,
        description="Let the automatic fit of a sweep count again; what was chosen rests beside.",
    )
    ask_for_trial: JobResult = strawberry.field(
        resolver=ask_for_trial,
        description="Ask for a file to be read as it would be taken in, by a worker; nothing is "
        "written, and the job's result says what would become of it.",
    )
    ask_for_preview: JobResult = strawberry.field(
        resolver=ask_for_preview,
        description="Ask for the columns and first rows of a table that no reader knows.",
    )
    ask_again: JobResult = strawberry.field(
        resolver=ask_again,
        description="Have a job done once more that has ended, or was set aside.",
    )
    withdraw_job: JobResult = strawberry.field(
        resolver=withdraw_job,
        description="Take back a job that has not ended; nothing of it is committed any more.",
    )
    unassign_test: TestResult = strawberry.field(
        resolver=unassign_test,
        description="Say that it is not known on what a test ran.",
    )
    remove_entry: RemoveResult = strawberry.field(
        resolver=remove_entry,
        description="Hide an entry from every answer, with all that hangs on it where that is "
        "meant; `revertEntry` brings it back.",
    )
    revert_entry: RevertResult = strawberry.field(
        resolver=revert_entry,
        description="Bring an entry back to what it was before a change; what is not valid any "
        "more is declined with the reason.",
    )
