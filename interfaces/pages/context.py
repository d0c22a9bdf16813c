"""What every template is told beside what its view hands it."""

from typing import Any

from flask import g

from diffing.contract import VERSION
from interfaces.gate import runtime

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
    browser = g.get("browser")
    return {
        "base_url": runtime().settings.address,
        "navigation": NAVIGATION,
        "now": runtime().clock(),
        "product_version": VERSION,
        "user": browser.user if browser else None,
        "zone": "UTC",
    }
