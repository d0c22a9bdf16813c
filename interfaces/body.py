"""The raw body of a request, whole or not at all."""

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge


def whole_body() -> bytes:
    """Return the body of the request at hand; raise RequestEntityTooLarge where it is too large.

    Of a body that doesn't tell its length, Werkzeug gives the beginning and drops the rest.
    """
    given, most = request.get_data(), request.max_content_length
    if request.content_length is None and most is not None and len(given) >= most:
        raise RequestEntityTooLarge
    return given
