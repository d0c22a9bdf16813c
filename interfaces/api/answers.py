"""The shapes that answers have in common: a page of a list, and what was just made."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from flask import Response, jsonify, url_for

from interfaces.api.law import query
from storage.paging import Page

Item = TypeVar("Item")


def listed(page: Page[Item], facts: Callable[[Item], Any], **more: Any) -> Response:
    """Answer one page of a list; `more` is told of all of it."""
    return jsonify(
        items=[facts(item) for item in page.items],
        page=page.number,
        pages=page.pages,
        total=page.total,
        **more,
    )


def complete(items: Iterable[Any]) -> Response:
    """Answer a list that is never longer than a page, in the shape of one."""
    told = list(items)
    return jsonify(items=told, page=1, pages=1, total=len(told))


def made(facts: Any, endpoint: str, **path: Any) -> tuple[Response, int, dict[str, str]]:
    """Answer 201 with what was made and where it is from now on."""
    return jsonify(facts), 201, {"Location": url_for(f"api.{endpoint}", **path)}


def page_number() -> int:
    """Return the page that is asked for, the first by default."""
    return int(query().get("page", 1))


def days() -> int:
    """Return how many days back the request looks, 30 by default."""
    return int(query().get("days", 30))
