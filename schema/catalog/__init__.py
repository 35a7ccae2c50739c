"""The catalog: what exists, how it was made, and which lake files hold its data.

Importing this package registers every table on ``Table.metadata``.
"""

from schema.catalog.arrival import Arrival
from schema.catalog.cell import Cell, CellLayer
from schema.catalog.check import FileCheck, TableDigest
from schema.catalog.claim import Claim
from schema.catalog.file import LakeFile, RawFile
from schema.catalog.identity import RecordMean, Twin
from schema.catalog.job import Job
from schema.catalog.material import Ancestor, Material
from schema.catalog.process import Process, ProcessInput, ProcessOutput, ProcessParameter
from schema.catalog.property import Property
from schema.catalog.protocol import Protocol, ProtocolStep
from schema.catalog.reference_phase import ReferenceLine, ReferencePhase
from schema.catalog.revision import Revision
from schema.catalog.sensitivity import SensitivityFactor, SensitivitySet
from schema.catalog.snapshot import Allocation, Snapshot
from schema.catalog.structure import DiffractionScan, Image, ImageObject, PhotoemissionRegion
from schema.catalog.study import Study
from schema.catalog.substance import Substance
from schema.catalog.sweep import Analysis, FitChoice, Sweep
from schema.catalog.table import Table
from schema.catalog.test import Finding, Test
from schema.catalog.transport import TransportLayer, TransportNode, TransportRun

__all__ = [
    "Allocation",
    "Analysis",
    "Ancestor",
    "Arrival",
    "Cell",
    "CellLayer",
    "Claim",
    "DiffractionScan",
    "FileCheck",
    "Finding",
    "FitChoice",
    "Image",
    "ImageObject",
    "Job",
    "LakeFile",
    "Material",
    "PhotoemissionRegion",
    "Process",
    "ProcessInput",
    "ProcessOutput",
    "ProcessParameter",
    "Property",
    "Protocol",
    "ProtocolStep",
    "RawFile",
    "RecordMean",
    "ReferenceLine",
    "ReferencePhase",
    "Revision",
    "SensitivityFactor",
    "SensitivitySet",
    "Snapshot",
    "Study",
    "Substance",
    "Sweep",
    "Table",
    "TableDigest",
    "Test",
    "TransportLayer",
    "TransportNode",
    "TransportRun",
    "Twin",
]
