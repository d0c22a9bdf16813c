"""Wires everything: `create_app()` for a web server, `main` for the `sundial` command. Nothing imports it."""

from typing import TYPE_CHECKING

from interfaces.runtime import Runtime, make_runtime
from interfaces.settings import Settings

if TYPE_CHECKING:
    from flask import Flask


def create_app(runtime: Runtime | None = None) -> "Flask":
    """Return the web application: pages, JSON API, webhooks, health.

    Without a runtime, one is made from the environment.
    """
    from interfaces.web import make_web

    return make_web(runtime or make_runtime(Settings()))


def main() -> None:
    """Run the `sundial` command."""
    from interfaces.cli import run

    run()
