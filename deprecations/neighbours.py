"""Which operations of an API may answer the same path as another: looked up, for there may be thousands."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import lru_cache

from registry.models import Operation

_Place = tuple[str, int, int, str]  # method, length, number of a segment, its text ("" with a parameter)


class Neighbours:
    """The operations of an API, by the literal segments of their paths."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self.heads: set[str] = set()
        self._by_place: dict[_Place, list[Operation]] = defaultdict(list)
        self._alike: dict[tuple[str, int], list[Operation]] = defaultdict(list)
        for one in operations:
            if one.method == "HEAD":
                self.heads.add(one.shape)
            segments = segments_of(one.path)
            self._alike[one.method, len(segments)].append(one)
            for number, segment in enumerate(segments):
                text = "" if "{" in segment else segment
                self._by_place[one.method, len(segments), number, text].append(one)

    def near(self, operation: Operation) -> Collection[Operation]:
        """Return the operations that may answer a path of this one, itself and some others among them."""
        segments = segments_of(operation.path)
        method, length = operation.method, len(segments)
        candidates = [
            [*self._at(method, length, number, segment), *self._at(method, length, number, "")]
            for number, segment in enumerate(segments)
            if segment and "{" not in segment
        ]
        return min(candidates, key=len, default=self._alike[method, length])

    def _at(self, method: str, length: int, number: int, text: str) -> list[Operation]:
        return self._by_place.get((method, length, number, text), [])


@lru_cache(10_000)
def segments_of(path: str) -> tuple[str, ...]:
    """Return the segments of a path template."""
    return tuple(path.strip("/").split("/"))
