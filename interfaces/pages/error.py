"""The page that says what went wrong and what to do."""

from flask import Response, make_response, render_template


def error_page(status: int, title: str, detail: str) -> Response:
    """Answer an error as a page; `detail` is a sentence for people."""
    page = render_template("error.html", status=status, title=title, detail=detail)
    return make_response(page, status)
