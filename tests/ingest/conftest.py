"""How long laws are searched: `pytest --hypothesis-profile=search` tries many more programs."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "search", max_examples=500, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
