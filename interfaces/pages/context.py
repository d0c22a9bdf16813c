"""What every template is told beside what its view hands it."""

from typing import Any

from flask import g

from diffing.contract import VERSION
from interfaces.gate import runtime
from interfaces.pages.times import date_in

NAVIGATION: tuple[tuple[str, str], ...] = (
    ("pages.home", "Home"),
    ("pages.apis", "APIs"),
    ("pages.deprecations", "Deprecations"),
    ("pages.consumers", "Consumers"),
    ("pages.sources", "Sources"),
    ("pages.notices", "Notices"),
    ("pages.mailbox", "Mailbox"),
)
"""The main navigation: endpoint and label, from left to right."""


def surroundings() -> dict[str, Any]:
    """Answer the names that `base.html` and the macros read.

    Asks nothing of the database, so that an error page is rendered whatever broke: the user is the
    one whom the gate has found, and None before it was asked.
    """
    browser, now, zone = g.get("browser"), runtime().clock(), reader_zone()
    return {
        "base_url": runtime().settings.address,
        "navigation": NAVIGATION,
        "now": now,
        "product_version": VERSION,
        "today": date_in(now, zone),
        "user": browser.user if browser else None,
        "zone": zone,
    }


def reader_zone() -> str:
    """Return the time zone that the person at the browser has chosen; UTC where nobody is known."""
    browser = g.get("browser")
    return str(browser.user.zone) if browser else "UTC"
