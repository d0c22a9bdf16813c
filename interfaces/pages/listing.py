"""Lists a page at a time: which page the address asks for, and the addresses of its neighbours."""

from flask import request, url_for


def page_number() -> int:
    """Return the page that the address asks for; 1 where it asks for none or for nonsense."""
    asked = request.args.get("page", "1")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < _LONGEST else 1


def address_with(**changes: str | int | None) -> str:
    """Return the address at hand with other query values; None takes one out."""
    wanted: dict[str, str | int | None] = {**request.args.to_dict(), **changes}
    return url_for(str(request.endpoint), **{**(request.view_args or {}), **wanted})


_LONGEST = 8
