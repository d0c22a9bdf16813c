"""Mails shown within a page, in frames that may run, fetch and send nothing."""

import re

from flask import Response, make_response
from markupsafe import Markup

_DARK = re.compile(r"\(\s*prefers-color-scheme\s*:\s*dark\s*\)", re.I)
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""That of all pages, but for the styles within: the frames' documents come with the page, and inherit it."""
_WITHIN = Markup(
    '<meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'\">"
    '<base target="_blank">'
)


def with_mail_frames(page: str) -> Response:
    """Answer a page that shows mails by the macros of `ui/mail.html`."""
    answer = make_response(page)
    answer.headers["Content-Security-Policy"] = _POLICY
    return answer


def mail_document(html: str, look: str = "") -> str:
    """Return a mail's page for a frame's `srcdoc`; `look` is light, dark, or "" for the reader's own."""
    shown = html.replace("<head>", f"<head>{_WITHIN}", 1) if "<head>" in html else f"{_WITHIN}{html}"
    if not look:
        return shown
    return _DARK.sub("(min-width: 0)" if look == "dark" else "(max-width: 0)", shown)
