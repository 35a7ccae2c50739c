"""From sweeps to circuits, arcs, validity and relaxation times, whole batches at a time."""
