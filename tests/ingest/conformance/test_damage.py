"""Damage is the same for whoever asks again, and reaches into what is packed."""

import io
import zipfile

import pytest

from ingest.conformance.damage import damage
from ingest.parse.zip_bound import DAMAGED
from tests.ingest.readers.samples.neware_nda import ndax_bytes

CONTENT = b"head 1\n" + b"".join(b"%d,%d.5\n" % (n, n) for n in range(50))


def test_the_same_number_is_the_same_damage() -> None:
    assert [damage(CONTENT, 3, n) for n in range(99)] == [damage(CONTENT, 3, n) for n in range(99)]
    assert damage(CONTENT, 0, 0) == ("as it is", CONTENT)
    assert len({damage(CONTENT, 0, number)[1] for number in range(300)}) > 250
    assert damage(CONTENT, 0, 7) != damage(CONTENT, 1, 7)


@pytest.mark.parametrize("content", [b"", b"\n", b"PK\x03\x04", b"\xff\xfe", b"\xff\xfea"])
def test_whatever_it_is_it_can_be_damaged(content: bytes) -> None:
    for number in range(300):
        how, spoilt = damage(content, 0, number)
        assert how
        assert len(spoilt) < 6000


def test_members_of_a_zip_are_damaged_and_packed_again() -> None:
    content, whole = ndax_bytes(list(range(9))), 0
    for number in range(1, 200):
        how, spoilt = damage(content, 0, number)
        if how.startswith(("data.ndc: ", "TestInfo.xml: ")):
            with zipfile.ZipFile(io.BytesIO(spoilt)) as file:
                assert file.testzip() is None
            whole += 1
    assert whole > 50


def test_text_of_two_bytes_a_letter_is_damaged_as_text() -> None:
    found = [damage(CONTENT.decode().encode("utf-16"), 0, number) for number in range(1, 200)]
    texts = [spoilt.decode("utf-16") for how, spoilt in found if how.startswith("text: ")]
    assert len(texts) > 50


def test_what_is_no_zip_any_more_is_damaged_as_it_is() -> None:
    content = ndax_bytes([1])[:-30]
    with pytest.raises(DAMAGED):
        zipfile.ZipFile(io.BytesIO(content))
    assert all(not damage(content, 0, n)[0].startswith("data.ndc") for n in range(50))
