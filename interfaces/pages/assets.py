"""The pages' own files: their addresses carry a digest of the file, so that they may be cached for ever."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Response, send_from_directory, url_for

STATIC = Path(__file__).with_name("static")
YEAR_SECONDS = 365 * 24 * 3600


@cache
def digest(name: str) -> str:
    """Answer 12 hex digits that change when the file under static/ changes."""
    return sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """Answer the address of a file under static/."""
    return url_for("pages.asset", name=name, v=digest(name))


def send_asset(name: str) -> Response:
    """Answer a file under static/, to be kept for a year."""
    response = send_from_directory(STATIC, name, max_age=YEAR_SECONDS)
    response.cache_control.immutable = True
    return response
