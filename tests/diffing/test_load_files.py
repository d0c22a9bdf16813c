"""Specs of several files: which are read, how they are named, what is refused."""

import hashlib
from collections.abc import Callable

import pytest

from diffing.document import Document
from diffing.errors import ReferenceRefused, SpecError
from diffing.load import load

ROOT = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\n"


def reader(files: dict[str, str]) -> Callable[[str], bytes]:
    def read(path: str) -> bytes:
        if path not in files:
            raise FileNotFoundError(2, "no such file")
        return files[path].encode()

    return read


def loaded(root: str, **files: str) -> Document:
    return load((ROOT + root).encode(), "specs/api.yaml", read=reader(files))


def test_files_are_collected_through_files_and_named_from_the_root() -> None:
    document = loaded(
        "paths: {/a: {$ref: 'paths/a.yaml'}}\n",
        **{
            "paths/a.yaml": "get:\n  x: {$ref: '../models/m.json#/A'}\n",
            "models/m.json": '{"A": {"$ref": "#/B"}, "B": {"$ref": "./m.json#/C"}}',
        },
    )
    assert dict(document.files) == {
        "paths/a.yaml": {"get": {"x": {"$ref": "../models/m.json#/A"}}},
        "models/m.json": {"A": {"$ref": "#/B"}, "B": {"$ref": "./m.json#/C"}},
    }


def test_places_in_another_file_carry_its_name() -> None:
    document = loaded("x: {$ref: m/a.yaml}\n", **{"m/a.yaml": "# first\nA:\n  type: string\n"})
    at = document.locate("/A/type", "m/a.yaml")
    assert (at.file, at.line, at.column) == ("specs/m/a.yaml", 3, 3)


def test_a_reference_back_to_the_root_reads_nothing() -> None:
    assert loaded("x: {$ref: a.yaml}\n", **{"a.yaml": "y: {$ref: 'api.yaml#/x'}\n"}).files.keys() == {
        "a.yaml"
    }


def test_files_that_refer_to_each_other_are_read_once() -> None:
    files = {"a.yaml": "y: {$ref: b.yaml}\n", "b.yaml": "y: {$ref: 'a.yaml#/y'}\n"}
    assert loaded("x: {$ref: a.yaml}\n", **files).files.keys() == {"a.yaml", "b.yaml"}


def test_a_percent_encoded_path_names_the_decoded_file() -> None:
    assert (
        "my models.yaml"
        in loaded("x: {$ref: 'my%20models.yaml#/A'}\n", **{"my models.yaml": "A: {}\n"}).files
    )


def test_a_markdown_file_is_text_and_an_empty_file_is_null() -> None:
    document = loaded(
        "info2: {description: {$ref: about.md}}\nx: {$ref: empty.yml}\n",
        **{"about.md": "# Title: [x\n\n*bold*\n", "empty.yml": "\n"},
    )
    assert document.files == {"about.md": "# Title: [x\n\n*bold*\n", "empty.yml": None}


def test_a_reference_in_an_example_is_data_unless_its_file_is_there() -> None:
    root = "x:\n  example: {$ref: gone.yaml}\n  examples: {a: {value: {$ref: there.yaml}}}\n"
    assert loaded(root, **{"there.yaml": "a: 1\n"}).files == {"there.yaml": {"a": 1}}


def test_a_property_may_be_called_example() -> None:
    with pytest.raises(SpecError, match=r"gone\.yaml"):
        loaded("x: {properties: {example: {$ref: gone.yaml}}}\n")


def test_a_response_may_be_called_default() -> None:
    with pytest.raises(SpecError, match=r"gone\.yaml"):
        loaded("x: {responses: {default: {$ref: gone.yaml}}}\n")


def test_a_missing_file_is_named_with_the_line_of_the_reference() -> None:
    with pytest.raises(SpecError) as refused:
        loaded("x: {$ref: a.yaml}\n", **{"a.yaml": "y: 1\nz:\n  $ref: 'gone.yaml#/A'\n"})
    assert str(refused.value) == (
        "specs/a.yaml:3:3: the reference 'gone.yaml#/A' cannot be read (no such file); "
        "correct the path or add the file"
    )


def test_a_fault_in_a_file_is_reported_in_that_file() -> None:
    with pytest.raises(SpecError, match=r"^specs/a\.yaml:2:\d+: is not valid YAML"):
        loaded("x: {$ref: a.yaml}\n", **{"a.yaml": "y: 1\nz: 1: 2\n"})


def test_one_file_alone_may_not_refer_to_others() -> None:
    with pytest.raises(SpecError, match=r"api\.yaml:3:5: the reference 'a\.yaml' refers to another file"):
        load((ROOT + "x: {$ref: a.yaml}\n").encode(), "api.yaml")


def test_a_reader_that_allows_an_address_is_asked_for_it() -> None:
    asked = []

    def read(path: str) -> bytes:
        asked.append(path)
        return b"A: {$ref: 'other.yaml'}\n" if path.endswith("m.yaml") else b"B: 1\n"

    document = load((ROOT + "x: {$ref: 'https://specs.test/v1/m.yaml#/A'}\n").encode(), "a.yaml", read=read)
    assert asked == ["https://specs.test/v1/m.yaml", "https://specs.test/v1/other.yaml"]
    assert document.files.keys() == set(asked)


def test_the_readers_reason_for_refusing_is_the_message() -> None:
    def read(path: str) -> bytes:
        raise ReferenceRefused("is not for you; ask")

    with pytest.raises(SpecError, match=r"the reference 'http://a\.test/' is not for you; ask"):
        load((ROOT + "x: {$ref: 'http://a.test/'}\n").encode(), "a.yaml", read=read)


def test_the_digest_covers_every_file_whatever_the_order_of_reading() -> None:
    one = loaded("x: [{$ref: a.yaml}, {$ref: b.yaml}]\n", **{"a.yaml": "1", "b.yaml": "2"})
    same = loaded("x: [{$ref: a.yaml}, {$ref: b.yaml}]\n", **{"b.yaml": "2", "a.yaml": "1"})
    other = loaded("x: [{$ref: a.yaml}, {$ref: b.yaml}]\n", **{"a.yaml": "1", "b.yaml": "3"})
    assert one.sha256 == same.sha256 != other.sha256
    alone = ROOT.encode()
    assert load(alone, "a.yaml").sha256 == hashlib.sha256(alone).hexdigest()
