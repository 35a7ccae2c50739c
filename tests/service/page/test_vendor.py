"""What others made is what they published, and nothing else lies beside it."""

import tomllib
from hashlib import sha256

from service.page.asset import ASSETS

VENDOR = ASSETS / "vendor"


def test_every_vendored_file_is_listed_and_is_what_was_published() -> None:
    listed = tomllib.loads((VENDOR / "VENDOR.toml").read_text("utf-8"))["file"]
    for each in listed:
        assert sha256((VENDOR / each["file"]).read_bytes()).hexdigest() == each["sha256"], each
        assert (VENDOR / each["licence_file"]).stat().st_size
    names = {each["file"] for each in listed} | {each["licence_file"] for each in listed}
    assert {path.name for path in VENDOR.iterdir()} == names | {"VENDOR.toml"}


def test_our_own_scripts_stay_small() -> None:
    ours = ASSETS.glob("*.js")
    assert sum(path.stat().st_size for path in ours) < 20_000
