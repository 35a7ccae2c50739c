"""How a request comes in: its document, its limits, its faults."""
