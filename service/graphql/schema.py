"""The schema: what each file of this folder declares, put together."""

from collections.abc import Mapping
from functools import cache
from typing import cast

import strawberry
from graphql import GraphQLObjectType, GraphQLSchema
from strawberry.schema.config import StrawberryConfig
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

from schema import catalog
from schema.error import InvalidMetric
from service.graphql.build.connection import connection, single
from service.graphql.build.node import Node, node
from service.graphql.build.table import BIG_INT, BigInt, camel
from service.graphql.mutations.mutation import Mutation
from service.graphql.types.arrival import Arrival, ArrivalOrder, ArrivalWhere
from service.graphql.types.cell import Cell, CellOrder, CellWhere
from service.graphql.types.changes import Changes, changes_since, snapshot_now
from service.graphql.types.check import Check, check
from service.graphql.types.claim import Claim, ClaimOrder, ClaimWhere
from service.graphql.types.diffraction_scan import (
    DiffractionScan,
    DiffractionScanOrder,
    DiffractionScanWhere,
)
from service.graphql.types.facet import cell_facets, material_facets, test_facets
from service.graphql.types.file import File, FileOrder, FileWhere
from service.graphql.types.finding import NEWEST, Finding, FindingOrder, FindingWhere
from service.graphql.types.image import Image, ImageOrder, ImageWhere
from service.graphql.types.job import NEWEST as NEWEST_JOBS
from service.graphql.types.job import Job, JobOrder, JobWhere
from service.graphql.types.material import Material, MaterialOrder, MaterialWhere
from service.graphql.types.metric import Metric, listed
from service.graphql.types.metric_field import MetricFields
from service.graphql.types.photoemission import (
    PhotoemissionRegion,
    PhotoemissionRegionOrder,
    PhotoemissionRegionWhere,
)
from service.graphql.types.process import Process, ProcessOrder, ProcessWhere
from service.graphql.types.protocol import Protocol, ProtocolOrder, ProtocolWhere
from service.graphql.types.reference_phase import (
    ReferencePhase,
    ReferencePhaseOrder,
    ReferencePhaseWhere,
)
from service.graphql.types.revision import NEWEST as NEWEST_CHANGE
from service.graphql.types.revision import Revision, RevisionOrder, RevisionWhere
from service.graphql.types.search import SearchGroup, search
from service.graphql.types.sensitivity import (
    SensitivitySet,
    SensitivitySetOrder,
    SensitivitySetWhere,
)
from service.graphql.types.spectrum import Spectrum, SpectrumOrder, SpectrumWhere
from service.graphql.types.study import Study, StudyOrder, StudyWhere
from service.graphql.types.substance import Substance, SubstanceOrder, SubstanceWhere
from service.graphql.types.summary import resolved, summary_of_cell
from service.graphql.types.test import Test, TestOrder, TestWhere
from service.graphql.types.watched_folder import WatchedFolder, watched_folders
from service.metric.library import read_metrics
from service.metric.metric import Metric as MetricFile
from service.shown import shown


@strawberry.type(description="What can be asked for.")
class Query:
    """What can be asked for."""

    tests = connection(Test, catalog.Test, TestWhere, TestOrder, "Tests, in pages.")
    cells = connection(Cell, catalog.Cell, CellWhere, CellOrder, "Cells, in pages.")
    materials = connection(
        Material, catalog.Material, MaterialWhere, MaterialOrder, "Materials, in pages."
    )
    substances = connection(
        Substance, catalog.Substance, SubstanceWhere, SubstanceOrder, "Substances, in pages."
    )
    processes = connection(
        Process, catalog.Process, ProcessWhere, ProcessOrder, "Processes, in pages."
    )
    protocols = connection(
        Protocol, catalog.Protocol, ProtocolWhere, ProtocolOrder, "Protocols, in pages."
    )
    reference_phases = connection(
        ReferencePhase,
        catalog.ReferencePhase,
        ReferencePhaseWhere,
        ReferencePhaseOrder,
        "Phases entered for diffraction to be held against, in pages.",
    )
    sensitivity_sets = connection(
        SensitivitySet,
        catalog.SensitivitySet,
        SensitivitySetWhere,
        SensitivitySetOrder,
        "Sets of sensitivity factors that were entered, in pages.",
    )
    studies = connection(
        Study, catalog.Study, StudyWhere, StudyOrder, "Studies as last applied, in pages."
    )
    claims = connection(Claim, catalog.Claim, ClaimWhere, ClaimOrder, "Claims, in pages.")
    spectra = connection(
        Spectrum, catalog.Sweep, SpectrumWhere, SpectrumOrder, "Impedance sweeps, in pages."
    )
    diffraction_scans = connection(
        DiffractionScan,
        catalog.DiffractionScan,
        DiffractionScanWhere,
        DiffractionScanOrder,
        "Diffraction scans, in pages.",
    )
    images = connection(Image, catalog.Image, ImageWhere, ImageOrder, "Images, in pages.")
    photoemission_regions = connection(
        PhotoemissionRegion,
        catalog.PhotoemissionRegion,
        PhotoemissionRegionWhere,
        PhotoemissionRegionOrder,
        "Photoemission regions, in pages.",
    )
    files = connection(File, catalog.RawFile, FileWhere, FileOrder, "Exports, in pages.")
    arrivals = connection(
        Arrival,
        catalog.Arrival,
        ArrivalWhere,
        ArrivalOrder,
        "Files of the folders that `leyden watch` watches, in pages.",
    )
    watched_folders: list[WatchedFolder] = strawberry.field(
        resolver=watched_folders,
        description="Folders that are or were watched, each with how far its files are.",
    )
    cell_facets = cell_facets
    test_facets = test_facets
    material_facets = material_facets
    findings = connection(
        Finding,
        catalog.Finding,
        FindingWhere,
        FindingOrder,
        "Findings of all tests, in pages, those of the tests that were ingested last first.",
        usual=NEWEST,
    )
    jobs = connection(
        Job,
        catalog.Job,
        JobWhere,
        JobOrder,
        "Jobs that workers do or did, in pages, those that were asked for last first.",
        usual=NEWEST_JOBS,
    )
    revisions = connection(
        Revision,
        catalog.Revision,
        RevisionWhere,
        RevisionOrder,
        "What people changed of entries, in pages, the last first.",
        usual=NEWEST_CHANGE,
    )
    test = single(Test, catalog.Test, "One test; null when there is none.")
    cell = single(Cell, catalog.Cell, "One cell; null when there is none.")
    material = single(Material, catalog.Material, "One material; null when there is none.")
    substance = single(Substance, catalog.Substance, "One substance; null when there is none.")
    process = single(Process, catalog.Process, "One process; null when there is none.")
    protocol = single(Protocol, catalog.Protocol, "One protocol; null when there is none.")
    reference_phase = single(
        ReferencePhase, catalog.ReferencePhase, "One reference phase; null when there is none."
    )
    sensitivity_set = single(
        SensitivitySet, catalog.SensitivitySet, "One set of factors; null when there is none."
    )
    study = single(Study, catalog.Study, "One study as last applied; null when there is none.")
    claim = single(Claim, catalog.Claim, "One claim; null when there is none.")
    spectrum = single(Spectrum, catalog.Sweep, "One impedance sweep; null when there is none.")
    diffraction_scan = single(
        DiffractionScan, catalog.DiffractionScan, "One diffraction scan; null when there is none."
    )
    image = single(Image, catalog.Image, "One image; null when there is none.")
    photoemission_region = single(
        PhotoemissionRegion,
        catalog.PhotoemissionRegion,
        "One photoemission region; null when there is none.",
    )
    file = single(File, catalog.RawFile, "One export; null when there is none.")
    arrival = single(
        Arrival, catalog.Arrival, "One file of a watched folder; null when there is none."
    )
    job = single(Job, catalog.Job, "One job; null when there is none.")
    node: Node | None = strawberry.field(
        resolver=node, description="The thing of a `globalId`; null when there is none."
    )
    search: list[SearchGroup] | None = strawberry.field(
        resolver=search,
        description="What has a text in what it is called or made of, grouped by kind; kinds of "
        "which there is nothing are left out.",
    )
    snapshot: int = strawberry.field(
        resolver=snapshot_now,
        description="The snapshot of now: the number of the last committed change, 0 before any.",
    )
    check: Check = strawberry.field(
        resolver=check,
        description="How far the files of the lake were checked, and what was wrong with them.",
    )
    changes_since: Changes | None = strawberry.field(
        resolver=changes_since,
        description="What has changed since a snapshot, as far as the catalog tells.",
    )
    metrics: list[Metric] | None = strawberry.field(
        resolver=listed, description="The metrics, each with a field of its own, or those named."
    )


class _Schema(strawberry.Schema):
    """A schema whose types have the fields of the metrics besides their own."""

    def __init__(self, metrics: Mapping[str, MetricFile]) -> None:
        self._grown: dict[str, list[StrawberryField]] = {"Query": [], "Test": [], "Cell": []}
        of_rows = {}
        for metric in shown(metrics).values():
            fields = MetricFields(metric)
            self._grow(metric, "Query", fields.root())
            if "test_id" in metric.grain:
                of_rows[camel(metric.name)] = fields.resolved()
                of_row = fields.of_row()
                for name in ("Test", "Cell"):
                    self._grow(metric, name, of_row)
        if summary := summary_of_cell(metrics):
            self._grown["Cell"].append(summary)
        super().__init__(Query, Mutation, config=StrawberryConfig(scalar_map={BigInt: BIG_INT}))
        for name in ("Test", "Cell"):
            known = cast("GraphQLObjectType", self._schema.type_map[name]).fields
            for place, resolve in of_rows.items():
                known[place].resolve = resolve
            if name == "Cell" and summary:
                known["summary"].resolve = resolved(metrics)

    def _grow(self, metric: MetricFile, name: str, field: StrawberryField) -> None:
        types = {"Query": Query, "Test": Test, "Cell": Cell}
        definition: StrawberryObjectDefinition = types[name].__strawberry_definition__  # type: ignore[attr-defined] # strawberry puts it there
        if camel(metric.name) in {camel(each.python_name) for each in definition.fields}:
            raise InvalidMetric(metric.path, f"{name} has another field of this name")
        self._grown[name].append(field)

    def get_fields(self, type_definition: StrawberryObjectDefinition) -> list[StrawberryField]:
        """Return the fields of a type, those of the metrics last."""
        return [*type_definition.fields, *self._grown.get(type_definition.name, ())]


def build(metrics: Mapping[str, MetricFile]) -> GraphQLSchema:
    """Return the schema with a field for every metric that can be asked for.

    Raises:
        InvalidMetric: when a metric's name or column collides with a field of ours.
    """
    return _Schema(metrics)._schema  # noqa: SLF001 # strawberry has no other way to it


@cache
def own() -> GraphQLSchema:
    """Return the schema with a field for every metric that ships, made once in a process."""
    return build(read_metrics())


def sdl(metrics: Mapping[str, MetricFile]) -> str:
    """Return the schema as text, for service/graphql/schema.graphql."""
    return _Schema(metrics).as_str() + "\n"
