"""Read OpenAPI 3.0, 3.1 and 3.2 into the effective API."""

import itertools
import re
from collections.abc import Container

from diffing.api import (
    METHODS,
    Body,
    Media,
    Operation,
    Parameter,
    Requirement,
    Response,
    Scheme,
    Security,
    Server,
    media_key,
    path_items,
    placeholders,
    truth,
    without,
)
from diffing.part import Part, Spot
from diffing.readers.refs import Resolver
from diffing.schema import Conjunction, Stream

_DEFAULT_STYLE = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
_VARIABLE = re.compile(r"\{([^{}]+)\}")
_EXPANSIONS = 64
_MOST_UNDECLARED = 100
_TEXT = {"type": "string"}
IGNORED_HEADERS = frozenset({"accept", "content-type", "authorization"})


class OpenApi3:
    """Answer what an OpenAPI 3 document says of its operations."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._root = resolver.root
        self._servers: dict[Spot, tuple[Server, ...]] = {}
        self._securities: dict[Spot, Security] = {}

    def operations(self, but: Container[str] = ()) -> list[Operation]:
        """Answer every operation below `paths`, but for those of some paths."""
        return self._operations(without(self._root.get("paths"), but))

    def webhooks(self) -> list[Operation]:
        """Answer every operation below `webhooks`; the path is the webhook's name."""
        return self._operations(self._root.get("webhooks"))

    def _operations(self, paths: Part | None) -> list[Operation]:
        """Answer the operations of path items; operations may themselves be references to files."""
        found: list[Operation] = []
        for path, entry in paths.members() if paths else []:
            if path.startswith("x-"):
                continue
            item = self._resolver.follow(entry)
            if isinstance(item.node, dict):
                held = [each for where in path_items(entry, item) for each in self._held(path, *where)]
                found.extend(held if item is entry else {each.method: each for each in held}.values())
        return found

    def _held(self, path: str, holder: Part, item: Part, beside: Part | None) -> list[Operation]:
        """Answer the operations among the members of one object."""
        found = []
        for method in holder.node:
            if method in METHODS:
                part = self._resolver.follow(holder.child(method))
                if isinstance(part.node, dict):
                    found.append(Operation(method, path, part, item, beside))
        more = holder.get("additionalOperations")
        for method, part in more.members() if more else []:
            if isinstance(part.node, dict):
                found.append(Operation(method, path, part, item, beside))
        return found

    def callbacks(self, operation: Operation) -> dict[tuple[str, str], list[Operation]]:
        """Answer the operations of each callback, by callback name and URL expression."""
        found = {}
        held = operation.part.get("callbacks")
        for name, entry in held.members() if held else []:
            callback = self._resolver.follow(entry)
            for expression, member in callback.members():
                if expression.startswith("x-"):
                    continue
                single = Part({expression: member.node}, callback.file, callback.pointer)
                found[name, expression] = self._operations(single)
        return found

    def inherited(self, operation: Operation) -> list[Part]:
        """Answer the parts outside an operation that its parameters and bodies depend on."""
        shared = [holder.get("parameters") for holder in operation.holders[:-1]]
        return [each for each in shared if each is not None]

    def parameters(self, operation: Operation) -> dict[tuple[str, str], Parameter]:
        """Answer parameters by place and name, those of the path item included; path ones by position."""
        order = placeholders(operation.path)
        found = {}
        for holder in operation.holders:
            listed = holder.get("parameters")
            for entry in listed.items() if listed else []:
                parameter = self._parameter(self._resolver.follow(entry))
                if parameter is not None:
                    found[parameter_key(parameter, order)] = parameter
        return undeclared(operation, order) | found

    def _parameter(self, part: Part) -> Parameter | None:
        node = part.node
        if (
            not isinstance(node, dict)
            or not isinstance(node.get("name"), str)
            or not isinstance(node.get("in"), str)
        ):
            return None
        if node["in"] == "header" and node["name"].lower() in IGNORED_HEADERS:
            return None
        return self._serialised(part, node["in"], node["name"])

    def _serialised(self, part: Part, place: str, name: str) -> Parameter:
        node = part.node
        style = node.get("style", _DEFAULT_STYLE.get(place, "form"))
        schema = part.get("schema")
        return Parameter(
            place=place,
            name=name,
            required=truth(node.get("required")) or place == "path",
            part=part,
            style=str(style),
            explode=truth(node.get("explode", style == "form")),
            reserved=truth(node.get("allowReserved")),
            schema=(schema,) if schema else None,
            content=self._media(part.get("content")),
        )

    def body(self, operation: Operation) -> Body | None:
        """Answer the request body, None where there is none."""
        entry = operation.part.get("requestBody")
        if entry is None:
            return None
        part = self._resolver.follow(entry)
        if not isinstance(part.node, dict):
            return None
        return Body(part, truth(part.node.get("required")), self._media(part.get("content")))

    def _media(self, content: Part | None) -> dict[str, Media]:
        found = {}
        for name, entry in content.members() if content else []:
            part = self._resolver.follow(entry)
            encoding = part.get("encoding")
            found[media_key(name)] = Media(
                name, part, _contents(part), dict(encoding.members()) if encoding else {}
            )
        return found

    def responses(self, operation: Operation) -> dict[str, Response]:
        """Answer the responses by status, ranges in upper case."""
        held = operation.part.get("responses")
        found = {}
        for status, entry in held.members() if held else []:
            if status.startswith("x-"):
                continue
            part = self._resolver.follow(entry)
            links = part.get("links")
            found[status.upper() if status != "default" else status] = Response(
                status,
                part,
                self._headers(part),
                self._media(part.get("content")),
                dict(links.members()) if links else {},
            )
        return found

    def _headers(self, response: Part) -> dict[str, Parameter]:
        held = response.get("headers")
        found = {}
        for name, entry in held.members() if held else []:
            part = self._resolver.follow(entry)
            if name.lower() != "content-type" and isinstance(part.node, dict):
                found[name.lower()] = self._serialised(part, "header", name)
        return found

    def servers(self, operation: Operation) -> tuple[Server, ...]:
        """Answer the base URLs in force: the operation's, else the path's, else the document's."""
        for holder in (*reversed(operation.holders), self._root):
            listed = holder.get("servers")
            if listed is None:
                continue
            if listed.spot not in self._servers:
                self._servers[listed.spot] = tuple(
                    server for entry in listed.items() for server in _servers(entry)
                )
            if self._servers[listed.spot]:
                return self._servers[listed.spot]
        return (Server("", self._root),)

    def security(self, operation: Operation) -> Security:
        """Answer the alternatives in force: the operation's, else the document's."""
        for holder in (operation.part, self._root):
            listed = holder.get("security")
            if listed is not None:
                if listed.spot not in self._securities:
                    alternatives = tuple(_requirement(entry) for entry in listed.items())
                    self._securities[listed.spot] = Security(listed, alternatives, stated=True)
                return self._securities[listed.spot]
        return Security(self._root, (), stated=False)

    def schemes(self) -> dict[str, Scheme]:
        """Answer the security schemes by name."""
        components = self._root.get("components")
        held = components.get("securitySchemes") if components else None
        return {name: self._scheme(name, entry) for name, entry in (held.members() if held else [])}

    def _scheme(self, name: str, entry: Part) -> Scheme:
        part = self._resolver.follow(entry)
        flows = part.get("flows")
        named = {key: flow for key, flow in (flows.members() if flows else []) if not key.startswith("x-")}
        return Scheme(name, part, credential(part), named)


def _contents(media: Part) -> Conjunction | None:
    """Answer what a body must be: as its schema says and, of a stream, a list of what `itemSchema` says.

    OpenAPI 3.2, section 4.14.3: the schema of a stream applies to it as to an array of its items.
    """
    schema, items = media.get("schema"), media.get("itemSchema")
    whole = (schema,) if schema else ()
    if items is None:
        return whole or None
    return *whole, Part(Stream(items), media.file, f"{media.pointer}~#items")


def parameter_key(parameter: Parameter, order: list[str]) -> tuple[str, str]:
    """Name a parameter so that what is the same on the wire has the same name."""
    if parameter.place == "path" and parameter.name in order:
        return "path", str(order.index(parameter.name))
    name = parameter.name.lower() if parameter.place == "header" else parameter.name
    return parameter.place, name


def undeclared(operation: Operation, order: list[str]) -> dict[tuple[str, str], Parameter]:
    """Answer what a path template demands even where nothing declares its parameters: any text.

    Each holds the whole path in its place, so no more are answered than any path has.
    """
    found = {}
    for index, name in enumerate(order[:_MOST_UNDECLARED]):
        part = Part(_TEXT, operation.item.file, f"{operation.item.pointer}~#{index}")
        found["path", str(index)] = Parameter("path", name, True, part, "simple", False, False, (part,))
    return found


def credential(part: Part) -> tuple[str, ...]:
    """Answer what a sender must present, scopes apart: equal for schemes that differ in name only."""
    node = part.node if isinstance(part.node, dict) else {}
    kind = str(node.get("type", ""))
    if kind == "apiKey":
        place, name = str(node.get("in", "")), str(node.get("name", ""))
        return kind, place, name.lower() if place == "header" else name
    if kind == "basic":
        return "http", "basic"
    if kind == "http":
        return kind, str(node.get("scheme", "")).lower()
    return (kind,)


def requirement_needs(node: object) -> frozenset[tuple[str, str]]:
    """Answer scheme and scope pairs that one alternative asks for; the scope is "" for the scheme itself."""
    if not isinstance(node, dict):
        return frozenset()
    needs = {(str(name), "") for name in node}
    for name, scopes in node.items():
        needs.update((str(name), str(scope)) for scope in (scopes if isinstance(scopes, list) else []))
    return frozenset(needs)


def _requirement(entry: Part) -> Requirement:
    return Requirement(entry, requirement_needs(entry.node))


def _servers(entry: Part) -> list[Server]:
    url = entry.node.get("url") if isinstance(entry.node, dict) else None
    if not isinstance(url, str):
        return []
    return [Server(text.rstrip("/"), entry) for text in _expand(url, entry.node.get("variables"))]


def _expand(url: str, variables: object) -> list[str]:
    """Fill the variables of a URL template: every listed value, or the default where none are listed."""
    names = _VARIABLE.findall(url)
    choices = [_choices(name, variables) for name in names]
    count = 1
    for options in choices:
        count *= len(options)
    if count > _EXPANSIONS:
        return [url]
    found = []
    for values in itertools.product(*choices):
        text = url
        for name, value in zip(names, values, strict=True):
            text = text.replace("{" + name + "}", value)
        found.append(text)
    return found


def _choices(name: str, variables: object) -> list[str]:
    variable = variables.get(name) if isinstance(variables, dict) else None
    if not isinstance(variable, dict):
        return ["{" + name + "}"]
    if isinstance(variable.get("enum"), list) and variable["enum"]:
        return [str(value) for value in variable["enum"]]
    return ["{" + name + "}"]
