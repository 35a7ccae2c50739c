"""The lineage of an export."""

from tests.service.asker import Asker


def test_a_file_tells_its_hash_its_reader_and_what_was_read_from_it(visitor: Asker) -> None:
    file = visitor.data("{test(id: 1) {id name files {id name sha256 reader}}}")["test"]
    (export,) = file["files"]
    text = visitor.get(f"/files/{export['id']}").text
    assert f"<h1>{export['name']}</h1>" in text
    assert export["sha256"] in text
    assert export["reader"] in text
    assert f'<a href="/tests/1">{file["name"]}</a>' in text


def test_what_was_noticed_in_its_tests_stands_there(flawed_visitor: Asker) -> None:
    text = flawed_visitor.get("/files/1").text
    assert "<strong>time gap</strong>" in text
    assert "(step 25)" in text
    assert flawed_visitor.get("/files/2").status_code == 404
