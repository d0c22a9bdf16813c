"""One way into the JSON API: a noun's module lists its own, and the blueprint registers them."""

from collections.abc import Callable
from dataclasses import dataclass

from flask.typing import ResponseReturnValue

from access.tokens import Scope


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path below /api/v1, the scope that a token needs for it, and what answers.

    Path, method and scope are the ones that `openapi.yaml` tells of.
    """

    method: str
    path: str
    scope: Scope
    view: Callable[..., ResponseReturnValue]
