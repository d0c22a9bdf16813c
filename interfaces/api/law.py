"""Holds requests against the API's document: path, query and body, before any view sees them.

What a document can't say (names that are taken, dates that policy allows) is for the rooms.
"""

import json
import re
from collections.abc import Callable, Iterator
from functools import cache, wraps
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from flask import g, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import UnsupportedMediaType

from interfaces.api.document import Json, document, operation, parameters, resolved, template
from interfaces.body import whole_body
from interfaces.request_errors import BadRequestBody

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

View = Callable[..., ResponseReturnValue]
_JSON = "application/json"
_MOST_ERRORS = 5
_LONGEST_ERROR = 300
_DEEPEST = 20
_UNSTORABLE = re.compile("[\\0\ud800-\udfff]")


def obeyed(view: View) -> View:
    """Let a view answer lawful requests only; others are refused with the place of each fault."""

    @wraps(view)
    def guarded(**path: Any) -> ResponseReturnValue:
        place = template(str(request.url_rule))
        method = "get" if request.method == "HEAD" else request.method.lower()
        _hold(place, method, "path", path)
        g.query = _query(place, method)
        _hold(place, method, "query", g.query)
        g.body = _body(place, method)
        return view(**path)

    return guarded


def query() -> Json:
    """Return the lawful query of the request at hand, numbers and truth values as such."""
    return cast(Json, g.query)


def body() -> Json:
    """Return the lawful JSON body of the request at hand."""
    return cast(Json, g.body)


def _query(place: str, method: str) -> Json:
    kinds = {one["name"]: resolved(one["schema"]).get("type") for one in parameters(place, method, "query")}
    for name, values in request.args.lists():
        if len(values) > 1:
            raise BadRequestBody(f"query/{name}: is given {len(values)} times")
    return {name: _value(text, kinds.get(name)) for name, text in request.args.items()}


def _value(text: str, kind: object) -> Any:
    digits = text.removeprefix("-")
    if kind == "integer" and digits.isascii() and digits.isdigit() and len(digits) < _MOST_DIGITS:
        return int(text)
    return {"true": True, "false": False}.get(text, text) if kind == "boolean" else text


_MOST_DIGITS = 19


def _body(place: str, method: str) -> Json | None:
    """Return the body of an operation that takes JSON; those that take a document read it themselves."""
    asked = operation(place, method).get("requestBody")
    if asked is None:
        return None
    kinds = asked["content"]
    if request.mimetype not in kinds and (request.mimetype or set(kinds) == {_JSON}):
        raise UnsupportedMediaType(
            f"A body of type “{request.mimetype or 'none'}” is not taken here: send {' or '.join(kinds)}."
        )
    if set(kinds) != {_JSON}:
        return None
    value = _decoded(whole_body())
    _hold(place, method, "body", value)
    return cast(Json, value)


def _decoded(text: bytes) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise BadRequestBody(f"body: is no JSON: {str(error)[:_LONGEST_ERROR]}") from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON's")


def _hold(place: str, method: str, part: str, value: Any) -> None:
    faults = list(islice(_unreadable(value, [part]), _MOST_ERRORS))
    if not faults:
        found = islice(_validator(place, method, part).iter_errors(value), _MOST_ERRORS)
        faults = [_said(part, error.instance_path, error.message) for error in found]
    if faults:
        raise BadRequestBody("; ".join(faults))


def _said(part: str, path: list[str | int], message: str) -> str:
    text = message if len(message) <= _LONGEST_ERROR else f"{message[:_LONGEST_ERROR]}…"
    return f"{'/'.join([part, *map(str, path)])}: {text}"


def _unreadable(value: Any, path: list[str]) -> Iterator[str]:
    """Find what no schema and no database takes: NUL, halves of surrogate pairs, nesting without end."""
    if isinstance(value, str) and _UNSTORABLE.search(value):
        yield f"{'/'.join(path)}: holds a character that can't be stored (NUL, or half a surrogate pair)"
    elif len(path) > _DEEPEST:
        yield f"{path[0]}: is nested more than {_DEEPEST} deep"
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _unreadable(item, [*path, str(number)])
    elif isinstance(value, dict):
        for key, item in value.items():
            name = _UNSTORABLE.sub("�", key)
            yield from _unreadable(key, [*path, name])
            yield from _unreadable(item, [*path, name])


@cache
def _validator(place: str, method: str, part: str) -> "Draft202012Validator":
    return validator(
        _body_schema(place, method) if part == "body" else _parameter_schema(place, method, part)
    )


def validator(schema: Json) -> "Draft202012Validator":
    """Compile a schema of the document; its references reach the document's components."""
    from jsonschema_rs import Draft202012Validator

    return Draft202012Validator(
        {**schema, "components": {"schemas": document()["components"]["schemas"]}}, validate_formats=True
    )


def _body_schema(place: str, method: str) -> Json:
    schema: Json = operation(place, method)["requestBody"]["content"][_JSON]["schema"]
    return schema


def _parameter_schema(place: str, method: str, part: str) -> Json:
    known = parameters(place, method, part)
    return {
        "type": "object",
        "properties": {one["name"]: one["schema"] for one in known},
        "required": [one["name"] for one in known if one.get("required")],
        "additionalProperties": False,
    }
