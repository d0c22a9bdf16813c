"""A function whose answers are kept by the identity of what it was asked."""

from collections.abc import Callable
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class Once(Generic[Asked, Answer]):
    """Ask a function once for each object, which is kept alive so that no identity is used again."""

    def __init__(self, function: Callable[[Asked], Answer]) -> None:
        self._function = function
        self._known: dict[int, tuple[Asked, Answer]] = {}

    def __call__(self, asked: Asked) -> Answer:
        """Answer what the function answered for the same object before, or ask it."""
        known = self._known.get(id(asked))
        if known is None:
            known = self._known[id(asked)] = asked, self._function(asked)
        return known[1]
