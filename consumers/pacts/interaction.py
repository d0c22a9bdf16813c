"""What one interaction of a contract relies on, in the words that findings use.

A pointer is a property path, "lines/*/sku": `*` stands for every element of a list and every key of a map.
"""

from dataclasses import dataclass
from typing import Any

EXACT, TYPE = "exact", "type"


@dataclass(frozen=True, slots=True)
class Field:
    """A part of a body: where it is, its example, and in an answer the rule that its values must pass.

    `rule` is exact, type, integer, decimal, number, regex, or another of Pact's; `pattern` is a regex's.
    `example` is the JSON value, None for objects and lists, whose JSON type `kind` names.
    """

    pointer: str
    kind: str
    example: Any = None
    rule: str = EXACT
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class Interaction:
    """A request that a consumer sends, and what it relies on in the answer.

    Names of headers are in lower case; their values aren't kept. A media type is empty where it isn't told;
    `sends_body` and `reads_body` tell whether there is a body at all.
    """

    description: str
    method: str
    path: str
    query: dict[str, tuple[str, ...]]
    headers: tuple[str, ...]
    media_type: str
    sends: tuple[Field, ...]
    sends_body: bool
    status: int
    answer_headers: tuple[str, ...]
    answer_media_type: str
    reads: tuple[Field, ...]
    reads_body: bool

    @property
    def is_refusal(self) -> bool:
        """Whether it expects to be refused, so that its request is wrong on purpose."""
        return self.status >= _REFUSED

    @property
    def label(self) -> str:
        """The interaction as people write it: `GET /v1/orders/42`."""
        return f"{self.method} {self.path}"


_REFUSED = 400
