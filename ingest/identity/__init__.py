"""Which test a measurement is: by what was measured, and not by the path of its export alone."""
