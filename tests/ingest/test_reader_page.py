"""The page of readers, as people read it."""

import pytest

from ingest.reader import Reader
from ingest.reader_page import readers_page
from ingest.recognize import all_readers


def test_a_key_that_may_be_left_out_shows_no_default_of_the_machinery() -> None:
    page = readers_page(all_readers())
    assert "| `facts` | Anything else worth keeping, under names of your own. |  |" in page
    assert "Undefined" not in page


@pytest.mark.parametrize("reader", all_readers(), ids=lambda reader: reader.name)
def test_every_reader_tells_how_far_it_goes(reader: Reader) -> None:
    account = reader.account
    assert account is not None
    assert account.instrument
    assert account.counters
    assert account.gaps
    assert account.tested
    section = readers_page([reader]).partition(f"## {reader.name}\n")[2]
    assert all(f"\n  - {gap}\n" in section for gap in account.gaps)
    assert f"; {account.tested}\n" in section
