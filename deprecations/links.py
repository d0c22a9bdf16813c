"""Web addresses that people give, held to what a Link header, a mail and a page can carry."""

from urllib.parse import urlsplit

from deprecations.errors import PlanRefused

_LONGEST = 1000
_UNSAFE = frozenset(' <>"{}|\\^`')


def checked_link(what: str, text: str) -> str:
    """Return a link without spaces around it, "" where there is none; raises PlanRefused, naming `what`."""
    link = text.strip()
    if not link:
        return ""
    refused = PlanRefused(f"{what} {link!r} is no link: it must look like https://docs.example.com/x")
    try:
        parts = urlsplit(link)
    except ValueError as error:
        raise refused from error
    is_clean = link.isprintable() and not set(link) & _UNSAFE
    if parts.scheme not in ("http", "https") or not parts.netloc or not is_clean or len(link) > _LONGEST:
        raise refused
    return link
