"""Read OpenAPI 2.0 (Swagger) into the effective API: every 2.0 spelling becomes what 3.x would say."""

from collections.abc import Container, Iterator

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
from diffing.part import Part
from diffing.readers.openapi3 import IGNORED_HEADERS, credential, parameter_key, requirement_needs, undeclared
from diffing.readers.refs import Resolver
from diffing.schema import Form

_STYLES = {
    "csv": ("form", False),
    "multi": ("form", True),
    "ssv": ("spaceDelimited", False),
    "pipes": ("pipeDelimited", False),
    "tsv": ("tabDelimited", False),
}
_JSON = ["application/json"]
_BYTES = ["application/octet-stream"]
_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"
_FLOWS = {"accessCode": "authorizationCode", "application": "clientCredentials"}


class OpenApi2:
    """Answer what an OpenAPI 2.0 document says of its operations."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._root = resolver.root

    def operations(self, but: Container[str] = ()) -> list[Operation]:
        """Answer every operation below `paths`, but for those of some paths."""
        found: list[Operation] = []
        paths = without(self._root.get("paths"), but)
        for path, entry in paths.members() if paths else []:
            if path.startswith("x-"):
                continue
            item = self._resolver.follow(entry)
            held = {
                method: Operation(method, path, part, item, beside)
                for holder, item, beside in path_items(entry, item)
                for method, part in self._members(holder)
                if method in METHODS and isinstance(part.node, dict)
            }
            found.extend(held.values())
        return found

    def webhooks(self) -> list[Operation]:
        """Answer nothing: 2.0 knows no webhooks."""
        return []

    def _members(self, item: Part) -> list[tuple[str, Part]]:
        """Answer the members of a path item; operations may themselves be references to files."""
        return [(name, self._resolver.follow(part)) for name, part in item.members()]

    def callbacks(self, operation: Operation) -> dict[tuple[str, str], list[Operation]]:
        """Answer nothing: 2.0 knows no callbacks."""
        return {}

    def inherited(self, operation: Operation) -> list[Part]:
        """Answer the parts outside an operation that its parameters and bodies depend on."""
        shared = [holder.get("parameters") for holder in operation.holders[:-1]]
        held = [*shared, self._root.get("consumes"), self._root.get("produces")]
        return [part for part in held if part is not None]

    def parameters(self, operation: Operation) -> dict[tuple[str, str], Parameter]:
        """Answer parameters by place and name, path ones by position; body and form fields are `body`'s."""
        order = placeholders(operation.path)
        found = {}
        for part in self._listed(operation):
            if part.node["in"] in ("body", "formData"):
                continue
            if part.node["in"] == "header" and part.node["name"].lower() in IGNORED_HEADERS:
                continue
            parameter = _serialised(part, part.node["in"], part.node["name"])
            found[parameter_key(parameter, order)] = parameter
        return undeclared(operation, order) | found

    def _listed(self, operation: Operation) -> list[Part]:
        found: dict[tuple[str, str], Part] = {}
        for holder in operation.holders:
            listed = holder.get("parameters")
            for entry in listed.items() if listed else []:
                part = self._resolver.follow(entry)
                node = part.node
                if (
                    isinstance(node, dict)
                    and isinstance(node.get("in"), str)
                    and isinstance(node.get("name"), str)
                ):
                    found[node["in"], node["name"]] = part
        return list(found.values())

    def body(self, operation: Operation) -> Body | None:
        """Answer the request body that `body` or `formData` parameters make; None where there are none."""
        listed = self._listed(operation)
        for part in listed:
            if part.node["in"] == "body":
                return self._plain_body(operation, part)
        fields = {part.node["name"]: part for part in listed if part.node["in"] == "formData"}
        return self._form_body(operation, fields) if fields else None

    def _plain_body(self, operation: Operation, part: Part) -> Body:
        schema = part.get("schema")
        names = self._types(operation, "consumes") or _JSON
        media = {
            media_key(name): Media(name, part, (schema,) if schema else None, own=False) for name in names
        }
        return Body(part, truth(part.node.get("required")), media)

    def _form_body(self, operation: Operation, fields: dict[str, Part]) -> Body:
        required = {name: part for name, part in fields.items() if truth(part.node.get("required"))}
        holder = operation.part.get("parameters") or operation.item.get("parameters") or operation.part
        part = Part(Form(fields, required), holder.file, f"{holder.pointer}~#form")
        files = any(field.node.get("type") == "file" for field in fields.values())
        declared = [
            name for name in self._types(operation, "consumes") if media_key(name) in (_FORM, _MULTIPART)
        ]
        names = declared or [_MULTIPART if files else _FORM]
        at = Part(holder.node, holder.file, holder.pointer)
        encoding = {
            name: Part(written, *field.spot) for name, field in fields.items() if (written := _written(field))
        }
        return Body(
            at,
            bool(required),
            {media_key(name): Media(name, at, (part,), encoding, own=False) for name in names},
        )

    def _types(self, operation: Operation, keyword: str) -> list[str]:
        for holder in (operation.part, self._root):
            listed = holder.get(keyword)
            if listed is not None:
                return [item.node for item in listed.items() if isinstance(item.node, str)]
        return []

    def responses(self, operation: Operation) -> dict[str, Response]:
        """Answer the responses by status, each body under every type that the operation produces."""
        held = operation.part.get("responses")
        declared = self._types(operation, "produces")
        found = {}
        for status, entry in held.members() if held else []:
            if status.startswith("x-"):
                continue
            part = self._resolver.follow(entry)
            schema = part.get("schema")
            names = declared or (_BYTES if _is_file(schema) else _JSON)
            media = (
                {media_key(name): Media(name, part, (schema,), own=False) for name in names} if schema else {}
            )
            found[status] = Response(status, part, _headers(part), media)
        return found

    def servers(self, operation: Operation) -> tuple[Server, ...]:
        """Answer the base URLs that `schemes`, `host` and `basePath` add up to."""
        base = str(self._root.node.get("basePath") or "").rstrip("/")
        host = self._root.node.get("host")
        at = self._root.get("host") or self._root.get("basePath") or self._root
        if not isinstance(host, str):
            return (Server(base, at),)
        schemes = operation.part.get("schemes") or self._root.get("schemes")
        names = [entry.node for entry in schemes.items() if isinstance(entry.node, str)] if schemes else []
        return tuple(Server(f"{name}://{host}{base}", at) for name in names) or (
            Server(f"//{host}{base}", at),
        )

    def security(self, operation: Operation) -> Security:
        """Answer the alternatives in force: the operation's, else the document's."""
        for holder in (operation.part, self._root):
            listed = holder.get("security")
            if listed is not None:
                needs = tuple(Requirement(entry, requirement_needs(entry.node)) for entry in listed.items())
                return Security(listed, needs, stated=True)
        return Security(self._root, (), stated=False)

    def schemes(self) -> dict[str, Scheme]:
        """Answer the security schemes by name."""
        held = self._root.get("securityDefinitions")
        found = {}
        for name, part in held.members() if held else []:
            flow = part.node.get("flow") if isinstance(part.node, dict) else None
            flows = {_FLOWS.get(flow, flow): part} if isinstance(flow, str) else {}
            found[name] = Scheme(name, part, credential(part), flows)
        return found


def _serialised(part: Part, place: str, name: str) -> Parameter:
    style, explode = _STYLES.get(str(part.node.get("collectionFormat", "csv")), ("form", False))
    if place in ("path", "header") and style == "form":
        style = "simple"
    if part.node.get("type") != "array":
        style, explode = ("form", True) if place in ("query", "cookie") else ("simple", False)
    required = truth(part.node.get("required")) or place == "path"
    inner = tuple(_inner(part))
    return Parameter(
        place, name, required, part, style, explode, False, (part,), words_in_schema=True, inner=inner
    )


def _inner(part: Part) -> Iterator[Part]:
    """Answer the lists below a list of 2.0, outer first."""
    items = part.get("items")
    while items is not None and isinstance(items.node, dict) and items.node.get("type") == "array":
        yield items
        items = items.get("items")


def _written(field: Part) -> dict[str, object]:
    """Answer how a form writes a list, as 3.0 would say it; empty where that is 3.0's default."""
    style, explode = _STYLES.get(str(field.node.get("collectionFormat", "csv")), ("form", False))
    if field.node.get("type") != "array" or (style, explode) == ("form", True):
        return {}
    return {"style": style, "explode": explode}


def _is_file(schema: Part | None) -> bool:
    return schema is not None and isinstance(schema.node, dict) and schema.node.get("type") == "file"


def _headers(response: Part) -> dict[str, Parameter]:
    held = response.get("headers")
    found = {}
    for name, part in held.members() if held else []:
        if name.lower() != "content-type" and isinstance(part.node, dict):
            found[name.lower()] = _serialised(part, "header", name)
    return found
