"""Files whose schemas have addresses: read from bytes, with the places that the text has."""

from datetime import date

from diffing.compare import compare
from diffing.load import load

SPEC = b"""\
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /a:
    get:
      responses:
        '200':
          description: ok
          content:
            application/json:
              schema: {$ref: 'https://specs.example.com/tree'}
components:
  schemas:
    Tree:
      $id: https://specs.example.com/tree
      properties:
        size: {type: integer}
"""


def test_an_address_of_the_document_is_not_fetched_and_its_places_are_those_of_the_text() -> None:
    old = load(SPEC, "old.yaml")
    new = load(SPEC.replace(b"integer", b"string"), "new.yaml")
    (finding,) = compare(old, new, today=date(2026, 11, 22)).findings
    assert finding.new is not None
    assert (finding.new.pointer, finding.new.line) == (
        "/components/schemas/Tree/properties/size/type",
        17,
    )
    assert old.files == {}


def test_a_document_that_names_itself_is_referred_to_by_that_address() -> None:
    text = SPEC.replace(b"openapi: 3.1.0", b"openapi: 3.2.0\n$self: https://specs.example.com/api")
    text = text.replace(b"'https://specs.example.com/tree'", b"'api#/components/schemas/Tree'")
    assert load(text, "a.yaml").files == {}
