"""The page that says a file is too large to be handed in here, and how it comes in all the same."""

from flask import Response, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge

from interfaces.pages.error import error_page

_STATUS = 413
_MB = 1024 * 1024


def answer_too_large(_error: RequestEntityTooLarge) -> Response:
    """Say the limit, the ways around it, and lead back to the form that was sent."""
    largest = (request.max_content_length or 0) // _MB
    limit = f"This form takes {largest} MB at most (SUNDIAL_MAX_BODY_MB). Nothing was changed."
    advice, back = _ways().get(request.endpoint or "", ("", request.path))
    return error_page(_STATUS, "The file is too large", f"{limit} {advice}".strip(), back, "Back to the form")


def _ways() -> dict[str, tuple[str, str]]:
    """Return, by endpoint, what to do instead and the address of the form."""
    slug = (request.view_args or {}).get("slug", "")
    return {
        "pages.upload_log": (
            "Compress the log with gzip, or count it where it lies: "
            "`sundial ingest access.log --source edge-nginx` takes a log of any size, and what was counted "
            "here it leaves out.",
            url_for("pages.sources"),
        ),
        "pages.publish": (
            f"Publish it from a shell, which takes more: `sundial publish {slug} openapi.yaml`.",
            url_for("pages.publish", slug=slug) if slug else "/",
        ),
    }
