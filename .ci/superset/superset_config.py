# ruff: noqa: INP001 # read by Superset, by its path
"""Superset for one check: its own data in a throw-away folder, on the loopback address."""

import os
from pathlib import Path

SQLALCHEMY_DATABASE_URI = f"sqlite:///{Path(os.environ['SUPERSET_HOME']) / 'superset.sqlite'}"
WTF_CSRF_ENABLED = False  # the check is no browser: it says who it is with every request
TALISMAN_ENABLED = False  # there is no TLS to insist on
RATELIMIT_ENABLED = False
