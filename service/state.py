"""What a running service holds open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine

from schema.lake import Lake
from schema.settings import Settings
from service.metric.metric import Metric
from service.pool import Pool
from service.store.store import Store
from service.telemetry import Telemetry


@dataclass(frozen=True, slots=True)
class State:
    """The catalog, the lake, the store, the pool, and the metrics they answer."""

    settings: Settings
    engine: Engine
    lake: Lake
    store: Store
    pool: Pool
    metrics: Mapping[str, Metric]
    telemetry: Telemetry
    cached: dict[str, Any] = field(default_factory=dict)
    """What was made of answers about everything, which last longer than a request, by their name.

    Each stands with the answer or the snapshot it was made of, and goes when there is another.
    """
