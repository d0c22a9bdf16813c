"""A published document by the line, around the place that a finding names."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from interfaces.gate import runtime
from interfaces.pages.route import Route
from registry.apis import document_of, find_api, find_version
from registry.bundle import Bundle
from registry.errors import NotFound

_AROUND = 60
_LONGEST_LINE = 2000


def source(slug: str, label: str) -> ResponseReturnValue:
    """Show the lines around `?line=` of a version's `?file=`; without a file, of its root."""
    with runtime().database.reading() as session:
        api = find_api(session, slug)
        bundle = document_of(session, find_version(session, api, label))
    file = request.args.get("file") or bundle.name
    asked = request.args.get("line", "1")
    lines = _lines(bundle, file)
    at = min(max(1, int(asked) if asked.isascii() and asked.isdigit() else 1), len(lines))
    first = max(1, at - _AROUND)
    shown = list(enumerate(lines[first - 1 : at + _AROUND], first))
    return render_template(
        "source.html", api=api, label=label, file=file, shown=shown, at=at, total=len(lines)
    )


def _lines(bundle: Bundle, file: str) -> list[str]:
    data = bundle.root if file == bundle.name else bundle.files.get(file)
    if data is None:
        raise NotFound(f"that version has no file {file}")
    return [line[:_LONGEST_LINE] for line in data.decode("utf-8", "replace").splitlines()] or [""]


ROUTES = (Route("/apis/<slug>/versions/<path:label>/source", "source", source),)
