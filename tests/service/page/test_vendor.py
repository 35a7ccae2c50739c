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


def test_our_own_scripts_of_any_page_stay_small() -> None:
    sizes = {path.name: path.stat().st_size for path in ASSETS.glob("*.js")}
    of_all = sizes.pop("figure.js") + sizes.pop("anew.js")
    assert of_all + max(sizes.values()) < 16_000  # no page has two of the others
