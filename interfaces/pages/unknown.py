"""Unknown traffic: calls that no published operation answers, and what they may have been meant to be."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from consumers.unknown_traffic import unknown_traffic
from interfaces.gate import runtime
from interfaces.pages.listing import page_number
from interfaces.pages.route import Route


def unknown() -> ResponseReturnValue:
    """List the calls that match nothing; `?source=` shows one source's."""
    source = request.args.get("source") or None
    with runtime().database.reading() as session:
        listed = unknown_traffic(session, page_number(), source=source)
    return render_template("unknown.html", listed=listed, source=source)


ROUTES = (Route("/sources/unknown", "unknown", unknown),)
