"""The audit trail: who did what to what, newest first."""

from flask import render_template
from flask.typing import ResponseReturnValue

from access.audit import trail
from interfaces.gate import runtime
from interfaces.pages.listing import page_number
from interfaces.pages.route import Route


def audit() -> ResponseReturnValue:
    """List the trail."""
    with runtime().database.reading() as session:
        listed = trail(session, page_number())
    return render_template("audit.html", listed=listed)


ROUTES = (Route("/audit", "audit", audit),)
