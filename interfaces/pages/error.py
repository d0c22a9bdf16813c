"""The page that says what went wrong and what to do."""

from contextlib import suppress
from http import HTTPStatus

from flask import Response, make_response, render_template, request
from sqlalchemy.exc import SQLAlchemyError

from interfaces.gate import signed_in

_NO_VIEW = (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)


def error_page(
    status: int, title: str, detail: str, back: str | None = None, back_word: str = "Go to the start"
) -> Response:
    """Answer an error as a page; `detail` is a sentence for people, `back` where the button leads."""
    if status in _NO_VIEW:  # no gate has asked yet who this is, where no view answers
        with suppress(SQLAlchemyError):
            signed_in()
    page = render_template(
        "error.html",
        status=status,
        title=title,
        detail=_sentence(detail),
        back=back or f"{request.script_root}/",
        back_word=back_word,
    )
    return make_response(page, status)


def _sentence(detail: str) -> str:
    """Begin with a capital, but for a name that the address asked for: names are spelt as they are."""
    first = detail.partition(" ")[0]
    return detail if first in request.path.split("/") else detail[:1].upper() + detail[1:]
