"""What must be true of any bytes that are called two documents, with a mark between them."""

from contextlib import suppress
from datetime import date

from diffing.compare import compare
from diffing.contract import to_json
from diffing.document import Document
from diffing.errors import SpecError
from diffing.load import load

TODAY = date(2026, 11, 22)
MARK = b"\n\x1e\n"


def examine(data: bytes) -> None:
    """Hold one input to what must be true of any."""
    read = [_read(half) for half in data.split(MARK, 1)]
    documents = [document for document in read if document is not None]
    for document in documents:
        with suppress(SpecError):  # GraphQL, which is refused by name
            assert compare(document, document, today=TODAY).findings == ()
            to_json(compare(document, documents[-1], today=TODAY))
            to_json(compare(documents[-1], document, today=TODAY))


def _read(data: bytes) -> Document | None:
    name = "a.json" if data.lstrip()[:1] == b"{" else "a.yaml"
    try:
        return load(data, name)
    except SpecError as error:
        assert error.line is not None
        return None
