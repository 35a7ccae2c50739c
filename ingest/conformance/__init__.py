"""What every reader is held to, ours and others': ``leyden reader check`` and ``check_reader``."""

from ingest.conformance.check import Fault, check_reader, export_of

__all__ = ["Fault", "check_reader", "export_of"]
