"""The effective API: operations and what belongs to them, whatever the dialect that spelled them.

Readers build these values; the walk compares them. All parts remember where they stand in the text.
"""

import re
from collections.abc import Container, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from diffing.part import Part
from diffing.schema import Conjunction

METHODS = frozenset("get put post delete options head patch trace query".split())
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")

_NONE: Mapping[str, Any] = MappingProxyType({})
NOTHING = Part({}, "", "~#nothing")
"""An object without members, standing nowhere in the text."""


class Operation(NamedTuple):
    """A method on a path. `shape` is the path with its parameters unnamed.

    `item` is the path item that holds it, `beside` what stands beside the reference to that item.
    """

    method: str
    path: str
    part: Part
    item: Part
    beside: Part | None = None

    @property
    def shape(self) -> str:
        """The path with parameter names blanked: `/books/{}`."""
        return shape(self.path)

    @property
    def holders(self) -> tuple[Part, ...]:
        """What says something of the operation, the nearest last: path item, what stands beside, itself."""
        return (self.item, self.part) if self.beside is None else (self.item, self.beside, self.part)


class Parameter(NamedTuple):
    """A parameter or header with its effective serialisation. `schema` is None where `content` stands.

    `inner` holds the lists within lists of 2.0, outer first, each of which says how it is written.
    """

    place: str
    name: str
    required: bool
    part: Part
    style: str
    explode: bool
    reserved: bool
    schema: Conjunction | None
    content: Mapping[str, "Media"] = _NONE
    words_in_schema: bool = False
    inner: tuple[Part, ...] = ()


class Media(NamedTuple):
    """One media type of a body: `name` as written, `schema` None where it says nothing.

    `own` is False in OpenAPI 2.0, where no object of the text stands for a media type alone.
    """

    name: str
    part: Part
    schema: Conjunction | None
    encoding: Mapping[str, Part] = _NONE
    own: bool = True


class Body(NamedTuple):
    """A request body, by normalised media type."""

    part: Part
    required: bool
    media: Mapping[str, Media]


class Response(NamedTuple):
    """What one status answers: headers by lower-case name, bodies by normalised media type."""

    status: str
    part: Part
    headers: Mapping[str, Parameter]
    media: Mapping[str, Media]
    links: Mapping[str, Part] = _NONE


class Server(NamedTuple):
    """A base URL with its variables filled in, without a trailing slash."""

    url: str
    part: Part


class Scheme(NamedTuple):
    """A security scheme; `credential` is what makes two schemes the same to a sender."""

    name: str
    part: Part
    credential: tuple[str, ...]
    flows: Mapping[str, Part] = _NONE


class Requirement(NamedTuple):
    """One alternative of `security`: every scheme named must be satisfied, scopes included."""

    part: Part
    needs: frozenset[tuple[str, str]]


class Security(NamedTuple):
    """The alternatives that apply, and where they are written; `stated` is False where none are."""

    part: Part
    alternatives: tuple[Requirement, ...]
    stated: bool


class ApiReader(Protocol):
    """What a dialect's reader answers about its document."""

    def operations(self, but: Container[str] = ()) -> list[Operation]:
        """Answer every operation that consumers call, but for those of some paths."""
        ...

    def webhooks(self) -> list[Operation]:
        """Answer every operation that the provider calls unasked; the path is the webhook's name."""
        ...

    def callbacks(self, operation: Operation) -> dict[tuple[str, str], list[Operation]]:
        """Answer what an operation calls back, by callback name and URL expression."""
        ...

    def parameters(self, operation: Operation) -> dict[tuple[str, str], Parameter]:
        """Answer parameters by place and name; path parameters by position, headers in lower case."""
        ...

    def body(self, operation: Operation) -> Body | None:
        """Answer the request body, None where there is none."""
        ...

    def responses(self, operation: Operation) -> dict[str, Response]:
        """Answer the responses by status."""
        ...

    def servers(self, operation: Operation) -> tuple[Server, ...]:
        """Answer the base URLs in force for an operation."""
        ...

    def security(self, operation: Operation) -> Security:
        """Answer the security alternatives in force for an operation."""
        ...

    def schemes(self) -> dict[str, Scheme]:
        """Answer the security schemes by name."""
        ...

    def inherited(self, operation: Operation) -> list[Part]:
        """Answer the parts outside an operation that its parameters and bodies depend on."""
        ...


def path_items(entry: Part, item: Part) -> list[tuple[Part, Part, Part | None]]:
    """Answer the objects whose members are the operations of a path, each with its item and what is beside.

    A reference may have siblings, operations among them; where both hold one the nearer counts (OpenAPI 3.1,
    Path Item Object, leaves that open).
    """
    if item.spot == entry.spot or len(entry.node) == 1:
        return [(item, item, None)]
    return [(item, item, entry), (entry, item, entry)]


def without(paths: Part | None, names: Container[str]) -> Part | None:
    """Answer an object of paths that lacks some of them."""
    if paths is None or not names or not isinstance(paths.node, dict):
        return paths
    kept = {name: item for name, item in paths.node.items() if name not in names}
    return Part(kept, paths.file, paths.pointer)


@lru_cache(maxsize=4096)
def shape(path: str) -> str:
    """Blank the parameter names of a path template, so that renaming one changes nothing."""
    return _PLACEHOLDER.sub("{}", path)


def placeholders(path: str) -> list[str]:
    """Answer the parameter names of a path template, in order."""
    return [found[1:-1] for found in _PLACEHOLDER.findall(path)]


@lru_cache(maxsize=512)
def media_key(name: str) -> str:
    """Normalise a media type: case, spaces, order of parameters; `charset` of JSON and text is dropped."""
    kind, *parameters = [word.strip() for word in name.lower().split(";")]
    textual = kind.startswith("text/") or kind.endswith(("/json", "+json"))
    kept = sorted(word for word in parameters if word and not (textual and word.startswith("charset=")))
    return ";".join([kind, *kept])


def truth(value: Any) -> bool:
    """Read a flag; documents exist that write it as text."""
    return value is True or value == "true"
