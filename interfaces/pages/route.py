"""One address of the pages: a page's module lists its own, and the blueprint registers them."""

from collections.abc import Callable
from dataclasses import dataclass

from flask.typing import ResponseReturnValue


@dataclass(frozen=True, slots=True)
class Route:
    """A path, the endpoint's name behind "pages.", what answers, and to which methods."""

    path: str
    endpoint: str
    view: Callable[..., ResponseReturnValue]
    methods: tuple[str, ...] = ("GET",)


GET_OR_POST = ("GET", "POST")
POST = ("POST",)
