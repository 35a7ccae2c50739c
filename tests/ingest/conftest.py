"""How long laws are searched: `pytest --hypothesis-profile=search` tries many more programs.

On every change the same programs are drawn, so that a change is judged and not its luck; the search
draws others each time.
"""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "search", max_examples=500, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("every change", derandomize=True)
if settings.get_current_profile_name() == "default":  # Hypothesis has one of its own for CI
    settings.load_profile("every change")
