"""Edits of whole operations that reach the rows about members of messages: parameters, bodies, headers,
media types, statuses, links, and about operations themselves.

Each is placed in an operation and in a callback of one, where provider and consumer change roles.
"""

from collections.abc import Iterator
from typing import Any

from tests.diffing.specs import skeleton

Tree = dict[str, Any]

TEXT = {"type": "string"}
JSON = {"application/json": {"schema": TEXT}}
OK: Tree = {"200": {"description": ""}}
FORM = "multipart/form-data"
FILES = {"type": "object", "properties": {"f": {"type": "array", "items": TEXT}}}


def _operation(**members: Any) -> Tree:
    return {"responses": OK, **members}


def _parameter(**members: Any) -> Tree:
    return _operation(parameters=[{"name": "q", "in": "query", "schema": TEXT, **members}])


def _body(**members: Any) -> Tree:
    return _operation(requestBody={"content": JSON, **members})


def _object(required: tuple[str, ...] = (), **members: Any) -> Tree:
    schema = {"type": "object", "properties": {"a": TEXT, **members}, "required": list(required)}
    content = {"application/json": {"schema": schema}}
    return {
        "requestBody": {"content": content},
        "responses": {"200": {"description": "", "content": content}},
    }


def _closed(tree: Tree) -> Tree:
    schema = tree["requestBody"]["content"]["application/json"]["schema"]
    schema["additionalProperties"] = False
    return tree


def _map(tree: Tree) -> Tree:
    schema = tree["requestBody"]["content"]["application/json"]["schema"]
    schema["additionalProperties"] = {"type": "integer"}
    return tree


def _answer(**members: Any) -> Tree:
    return {"responses": {"200": {"description": "", **members}}}


def _header(**members: Any) -> Tree:
    return _answer(headers={"X-Q": {"schema": TEXT, **members}})


def _encoded(request: bool, **encoding: Any) -> Tree:
    content = {FORM: {"schema": FILES, **({"encoding": {"f": encoding}} if encoding else {})}}
    return _operation(requestBody={"content": content}) if request else _answer(content=content)


def _list(**members: Any) -> Tree:
    return _parameter(schema={"type": "array", "items": TEXT}, **members)


B = TEXT
MESSAGES: dict[str, tuple[Tree, Tree]] = {
    "an optional parameter": (_operation(), _parameter()),
    "a required parameter": (_operation(), _parameter(required=True)),
    "a parameter required": (_parameter(), _parameter(required=True)),
    "a parameter's explode": (_list(), _list(explode=False)),
    "a parameter's style": (_list(explode=False), _list(style="pipeDelimited", explode=False)),
    "a parameter's reserved characters": (_parameter(), _parameter(allowReserved=True)),
    "a parameter's content": (
        _operation(parameters=[{"name": "q", "in": "query", "content": JSON}]),
        _parameter(),
    ),
    "an empty value": (_parameter(), _parameter(allowEmptyValue=True)),
    "an optional body": (_operation(), _body()),
    "a required body": (_operation(), _body(required=True)),
    "a body required": (_body(), _body(required=True)),
    "a body answered": (_answer(), _answer(content=JSON)),
    "a media type": (_body(), _body(content={**JSON, "text/csv": {"schema": TEXT}})),
    "a media type answered": (_answer(content=JSON), _answer(content={**JSON, "text/csv": {"schema": TEXT}})),
    "a media type for a range": (_answer(content={"*/*": {"schema": TEXT}}), _answer(content=JSON)),
    "an optional header": (_answer(), _header()),
    "a required header": (_answer(), _header(required=True)),
    "a header required": (_header(), _header(required=True)),
    "a header's explode": (
        _header(schema={"type": "object", "properties": {"a": TEXT}}),
        _header(schema={"type": "object", "properties": {"a": TEXT}}, explode=True),
    ),
    "a header's style": (_header(), _header(style="form")),
    "a header's content": (_header(), _answer(headers={"X-Q": {"content": JSON}})),
    "an encoding": (_encoded(True), _encoded(True, contentType="image/png")),
    "another encoding": (_encoded(True, contentType="image/png"), _encoded(True, contentType="image/gif")),
    "an encoding's style": (_encoded(True), _encoded(True, style="pipeDelimited", explode=False)),
    "another encoding's style": (
        _encoded(True, style="spaceDelimited", explode=False),
        _encoded(True, style="pipeDelimited", explode=False),
    ),
    "an encoding answered": (_encoded(False), _encoded(False, contentType="image/png")),
    "another encoding answered": (
        _encoded(False, contentType="image/png"),
        _encoded(False, contentType="image/gif"),
    ),
    "an encoding's style answered": (_encoded(False), _encoded(False, style="pipeDelimited", explode=False)),
    "another encoding's style answered": (
        _encoded(False, style="spaceDelimited", explode=False),
        _encoded(False, style="pipeDelimited", explode=False),
    ),
    "a success": (_answer(), {"responses": {**OK, "202": {"description": ""}}}),
    "another success in its place": (_answer(), {"responses": {"201": {"description": ""}}}),
    "the only success": (_answer(), {"responses": {"404": {"description": ""}}}),
    "an error": (_answer(), {"responses": {**OK, "404": {"description": ""}}}),
    "a link": (_answer(), _answer(links={"next": {"operationId": "a"}})),
    "a link's target": (
        _answer(links={"next": {"operationId": "a"}}),
        _answer(links={"next": {"operationId": "b"}}),
    ),
    "an optional property": (_object(), _object(b=B)),
    "a required property": (_object(), _object(("b",), b=B)),
    "a property required": (_object(b=B), _object(("b",), b=B)),
    "a property with a default required": (
        _object(b={**B, "default": ""}),
        _object(("b",), b={**B, "default": ""}),
    ),
    "an undeclared property required": (_object(), _object(("b",))),
    "an optional property of a closed object": (_closed(_object()), _closed(_object(b=B))),
    "a required property of a closed object": (_closed(_object()), _closed(_object(("b",), b=B))),
    "an optional property of a map": (_map(_object()), _map(_object(b=B))),
    "a required property of a map": (_map(_object()), _map(_object(("b",), b=B))),
    "an optional property shown": (_object(b={**B, "readOnly": True}), _object(b=B)),
    "a required property shown": (_object(("b",), b={**B, "readOnly": True}), _object(("b",), b=B)),
    "an optional property told": (_object(b={**B, "writeOnly": True}), _object(b=B)),
    "a required property told": (_object(("b",), b={**B, "writeOnly": True}), _object(("b",), b=B)),
    "a parameter's type, as text": (_parameter(schema={"type": ["string", "integer"]}), _parameter()),
    "a name for the operation": (_operation(), _operation(operationId="a")),
    "another name": (_operation(operationId="a"), _operation(operationId="b")),
    "the end announced": (_operation(), _operation(deprecated=True)),
    "the end announced with a date": (
        _operation(),
        _operation(deprecated=True, **{"x-sunset": "2027-06-30"}),
    ),
    "another date": (
        _operation(deprecated=True, **{"x-sunset": "2027-06-30"}),
        _operation(deprecated=True, **{"x-sunset": "2028-06-30"}),
    ),
    "more stable": (
        _operation(**{"x-stability-level": "beta"}),
        _operation(**{"x-stability-level": "stable"}),
    ),
    "an unknown stage": (
        _operation(**{"x-stability-level": "ga"}),
        _operation(**{"x-stability-level": "lts"}),
    ),
    "a callback": (
        _operation(),
        _operation(callbacks={"paid": {"{$request.body#/url}": {"post": _operation()}}}),
    ),
    "credentials": (_operation(), _operation(security=[{"key": []}])),
    "other credentials": (
        _operation(security=[{"key": []}]),
        _operation(security=[{"key": []}, {"oauth": ["read"]}]),
    ),
    "a scope": (
        _operation(security=[{"oauth": ["read"]}]),
        _operation(security=[{"oauth": ["read", "write"]}]),
    ),
}


def _flow(
    scopes: tuple[str, ...] = ("read", "write"), words: str = "", url: str = "a", token: str = "t"
) -> Tree:
    return {
        "authorizationUrl": f"https://example.com/{url}",
        "tokenUrl": f"https://example.com/{token}",
        "scopes": dict.fromkeys(scopes, words),
    }


def _secured(flows: Tree, **others: Any) -> Tree:
    schemes = {"oauth": {"type": "oauth2", "flows": flows}, **others}
    operation = _operation(security=[{"oauth": []}])
    return skeleton("3.1.0", paths={"/x": {"get": operation}}, components={"securitySchemes": schemes})


def _paths(**paths: Any) -> Tree:
    return skeleton(
        "3.1.0", paths={name.replace("_", "/"): {"get": operation} for name, operation in paths.items()}
    )


def _server(default: str) -> Tree:
    return {"url": "https://{zone}.example", "variables": {"zone": {"default": default, "enum": ["a", "b"]}}}


_CODE = "authorizationCode"
_KEY = {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}
ENDING = {"deprecated": True, "x-sunset": "2020-01-01"}


def _paid(security: list[Any]) -> Tree:
    return skeleton(
        "3.1.0",
        webhooks={"paid": {"post": _operation(security=security)}},
        components={"securitySchemes": _KEY},
    )


DOCUMENTS: dict[str, tuple[Tree, Tree]] = {
    "an operation": (_paths(_a=_operation()), _paths(_a=_operation(), _b=_operation())),
    "an operation that was to end": (
        _paths(_a=_operation(), _b=_operation(**ENDING)),
        _paths(_a=_operation()),
    ),
    "an operation that was to end later": (
        _paths(_a=_operation(), _b=_operation(**{**ENDING, "x-sunset": "2099-01-01"})),
        _paths(_a=_operation()),
    ),
    "an operation that takes over": (
        {
            "openapi": "3.1.0",
            "info": {"title": "t", "version": "1"},
            "paths": {"/a/{id}": {"get": _operation()}},
        },
        {
            "openapi": "3.1.0",
            "info": {"title": "t", "version": "1"},
            "paths": {"/a/{id}": {"get": _operation()}, "/a/all": {"get": _operation()}},
        },
    ),
    "a path's parameter renamed": (
        skeleton("3.1.0", paths={"/a/{id}": {"get": _operation()}}),
        skeleton("3.1.0", paths={"/a/{key}": {"get": _operation()}}),
    ),
    "a server": (
        skeleton("3.1.0", servers=[{"url": "https://a.example"}], paths={"/x": {"get": _operation()}}),
        skeleton(
            "3.1.0",
            servers=[{"url": "https://a.example"}, {"url": "https://b.example"}],
            paths={"/x": {"get": _operation()}},
        ),
    ),
    "a webhook's credentials": (_paid([]), _paid([{"key": []}])),
    "a webhook": (skeleton("3.1.0"), skeleton("3.1.0", webhooks={"paid": {"post": _operation()}})),
    "a scope described": (_secured({_CODE: _flow()}), _secured({_CODE: _flow(words="new")})),
    "a scope offered": (_secured({_CODE: _flow(("read",))}), _secured({_CODE: _flow()})),
    "another address": (_secured({_CODE: _flow()}), _secured({_CODE: _flow(url="b")})),
    "another token's address": (_secured({_CODE: _flow()}), _secured({_CODE: _flow(token="u")})),
    "another flow": (
        _secured({_CODE: _flow()}),
        _secured({_CODE: _flow(), "password": {"tokenUrl": "https://example.com/t", "scopes": {}}}),
    ),
    "a variable's default": (
        skeleton("3.1.0", servers=[_server("a")], paths={"/x": {"get": _operation()}}),
        skeleton("3.1.0", servers=[_server("b")], paths={"/x": {"get": _operation()}}),
    ),
    "another dialect": (
        skeleton("3.0.3", paths={"/x": {"get": _operation()}}),
        skeleton("3.1.0", paths={"/x": {"get": _operation()}}),
    ),
    "another spelling": (
        skeleton("3.1.0", paths={"/x": {"post": _body()}}),
        skeleton("3.1.0", paths={"/x": {"post": _body(required=False)}}),
    ),
    "another spelling of the root": (skeleton("3.1.0"), skeleton("3.1.0", components={}, tags=[])),
    "a scheme": (_secured({_CODE: _flow()}), _secured({_CODE: _flow()}, **_KEY)),
    "a scheme's type": (
        _secured({_CODE: _flow()}, **_KEY),
        _secured({_CODE: _flow()}, key={"type": "http", "scheme": "basic"}),
    ),
}


def documents() -> Iterator[tuple[str, Tree, Tree]]:
    """Answer every edit as two documents, those of messages in both roles."""
    for name, (old, new) in MESSAGES.items():
        yield name, _in_operation(old), _in_operation(new)
        yield f"{name}, called back", _called_back(old), _called_back(new)
    for name, (old, new) in DOCUMENTS.items():
        yield name, old, new


def _in_operation(operation: Tree) -> Tree:
    schemes = {
        **_KEY,
        "oauth": {"type": "oauth2", "flows": {_CODE: _flow()}},
    }
    return skeleton("3.1.0", paths={"/x": {"post": operation}}, components={"securitySchemes": schemes})


def _called_back(operation: Tree) -> Tree:
    return _in_operation(_operation(callbacks={"done": {"{$request.body#/url}": {"post": operation}}}))
