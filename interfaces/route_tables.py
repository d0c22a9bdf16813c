"""The routers that a web process keeps between batches of usage."""

from typing import cast

from flask import current_app

from consumers.route_table import RouteTable


def route_table() -> RouteTable:
    """Return the table of the application at hand."""
    return cast(RouteTable, current_app.extensions.setdefault("sundial_routes", RouteTable()))
