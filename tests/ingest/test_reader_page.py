"""The page of readers, as people read it."""

from ingest.reader_page import readers_page
from ingest.recognize import all_readers


def test_a_key_that_may_be_left_out_shows_no_default_of_the_machinery() -> None:
    page = readers_page(all_readers())
    assert "| `facts` | Anything else worth keeping, under names of your own. |  |" in page
    assert "Undefined" not in page
