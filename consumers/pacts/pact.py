"""A Pact file as values: consumer, provider, and its HTTP interactions.

Lenient where the specification's own writers differ; what can't be read is refused with its place.
"""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from consumers.errors import BadContract
from consumers.pacts.fields import TooManyFields, fields_of
from consumers.pacts.interaction import Interaction
from consumers.pacts.rules import Rules, TooMuchWork, Work, rules_of

MOST_INTERACTIONS = 5_000
_LONGEST_NAME = 200
_LONGEST_PATH = 2_000
_HTTP = "Synchronous/HTTP"
_KNOWN = ("1", "2", "3", "4")
_NOT_TOLD = object()
_Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pact:
    """A contract between two programs. `skipped` interactions are messages, which are no HTTP."""

    consumer: str
    provider: str
    specification: str
    interactions: tuple[Interaction, ...]
    skipped: int


def read_pact(data: bytes) -> Pact:
    """Read a Pact file; raises BadContract, whose message begins with the place: `interactions/3/request`."""
    tree = _tree(data)
    specification = _specification(tree)
    listed = tree.get("interactions", [])
    if not isinstance(listed, list):
        raise BadContract("interactions: is no list")
    if len(listed) > MOST_INTERACTIONS:
        raise BadContract(f"interactions: are {len(listed):,}, more than {MOST_INTERACTIONS:,}")
    wraps = specification.startswith("4")
    work = Work()
    made = [_interaction(one, wraps, work, f"interactions/{number}") for number, one in enumerate(listed)]
    http = tuple(one for one in made if one is not None)
    if not http:
        told = "messages only" if "messages" in tree or made else "no interactions"
        raise BadContract(f"interactions: the file holds {told}: nothing in it calls an HTTP API")
    return Pact(
        consumer=_party(tree, "consumer"),
        provider=_party(tree, "provider"),
        specification=specification,
        interactions=http,
        skipped=len(made) - len(http),
    )


def _tree(data: bytes) -> _Json:
    try:
        tree = json.loads(data)
    except json.JSONDecodeError as error:
        raise BadContract(f"line {error.lineno}, column {error.colno}: {error.msg}") from error
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        raise BadContract(f"it is no JSON: {error}") from error
    if not isinstance(tree, dict):
        raise BadContract("it is no Pact file: the outermost value must be an object")
    return tree


def _specification(tree: _Json) -> str:
    metadata = tree.get("metadata", tree.get("metaData", {}))
    if not isinstance(metadata, dict):
        raise BadContract("metadata: is no object")
    told: Any = metadata.get("pactSpecification", metadata.get("pact-specification"))
    version = told.get("version") if isinstance(told, dict) else metadata.get("pactSpecificationVersion")
    if version is None:
        return "2.0.0"  # the oldest writers left it out
    if not isinstance(version, str) or version.partition(".")[0] not in _KNOWN:
        raise BadContract(f"metadata/pactSpecification/version: {version!r:.40} is none of 1 to 4")
    return version[:20]


def _party(tree: _Json, role: str) -> str:
    party = tree.get(role)
    name = party.get("name") if isinstance(party, dict) else None
    if not isinstance(name, str) or not name.strip():
        raise BadContract(f"{role}/name: is missing")
    if len(name) > _LONGEST_NAME or not name.isprintable():
        raise BadContract(f"{role}/name: is no name of up to {_LONGEST_NAME} printable characters")
    return name.strip()


def _interaction(told: Any, wraps: bool, work: Work, place: str) -> Interaction | None:
    if not isinstance(told, dict):
        raise BadContract(f"{place}: is no object")
    if told.get("type", _HTTP) != _HTTP:
        return None
    request, response = _object(told, "request", place), _object(told, "response", place)
    asked, answered = f"{place}/request", f"{place}/response"
    sent, media_type = _body(request, wraps, asked)
    read, answer_media_type = _body(response, wraps, answered)
    return Interaction(
        description=str(told.get("description", ""))[:_LONGEST_NAME],
        method=_method(request, asked),
        path=_path(request, asked),
        query=dict(_query(request, asked)),
        headers=_headers(request, asked),
        media_type=media_type,
        sends=_fields(sent, Rules(), f"{asked}/body"),
        sends_body=sent is not _NOT_TOLD,
        status=_status(response, answered),
        answer_headers=_headers(response, answered),
        answer_media_type=answer_media_type,
        reads=_fields(read, rules_of(response.get("matchingRules"), "body", work), f"{answered}/body"),
        reads_body=read is not _NOT_TOLD,
    )


def _object(told: _Json, name: str, place: str) -> _Json:
    found = told.get(name)
    if not isinstance(found, dict):
        raise BadContract(f"{place}/{name}: is missing, or no object")
    return found


def _method(request: _Json, place: str) -> str:
    method = request.get("method", "GET")
    if not isinstance(method, str) or not method.isalpha() or len(method) > len("PROPPATCH"):
        raise BadContract(f"{place}/method: {method!r:.40} is no method")
    return method.upper()


def _path(request: _Json, place: str) -> str:
    path = request.get("path")
    if not isinstance(path, str) or not path.startswith("/") or len(path) > _LONGEST_PATH:
        raise BadContract(f"{place}/path: must be a path that begins with /")
    return path.partition("?")[0]


def _query(request: _Json, place: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield names with their values: version 2 writes one text, later ones lists by name."""
    query = request.get("query")
    if isinstance(query, str):
        pairs: dict[str, list[str]] = {}
        for name, value in parse_qsl(query, keep_blank_values=True):
            pairs.setdefault(name, []).append(value)
        yield from ((name, tuple(values)) for name, values in pairs.items())
        return
    if query is not None and not isinstance(query, dict):
        raise BadContract(f"{place}/query: is neither text nor an object")
    for name, values in (query or {}).items():
        several = values if isinstance(values, list) else [values]
        yield name, tuple(str(value) for value in several)


def _headers(message: _Json, place: str) -> tuple[str, ...]:
    return tuple(sorted({name.lower() for name in _header_table(message, place)}))


def _header_table(message: _Json, place: str) -> _Json:
    headers = message.get("headers") or {}
    if not isinstance(headers, dict):
        raise BadContract(f"{place}/headers: is no object")
    return headers


def _status(response: _Json, place: str) -> int:
    status = response.get("status", 200)
    if isinstance(status, bool) or not isinstance(status, int) or not 100 <= status <= 599:
        raise BadContract(f"{place}/status: {status!r:.40} is no status")
    return status


def _body(message: _Json, wraps: bool, place: str) -> tuple[Any, str]:
    """Return a message's body, _NOT_TOLD where it has none, and its media type, empty where it isn't told.

    `wraps`: it is written as version 4 does, with its type and encoding around it.
    """
    told, media_type = message.get("body", _NOT_TOLD), _media_type(message, place)
    if not wraps or told is _NOT_TOLD or told is None:
        return told, media_type or ("application/json" if isinstance(told, dict | list) else "")
    if not isinstance(told, dict):
        raise BadContract(f"{place}/body: is no object with content, contentType and encoded")
    media_type = str(told.get("contentType") or media_type).partition(";")[0].strip().lower()
    content = told.get("content", _NOT_TOLD)
    if content is _NOT_TOLD or not told.get("encoded"):
        return content, media_type
    return _decoded(content, media_type, f"{place}/body/content"), media_type


def _decoded(content: Any, media_type: str, place: str) -> Any:
    try:
        data = base64.b64decode(content, validate=True)
    except (ValueError, TypeError) as error:
        raise BadContract(f"{place}: is no base64") from error
    if not media_type.endswith("json"):
        return None
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadContract(f"{place}: holds no JSON, as its type says it does") from error


def _media_type(message: _Json, place: str) -> str:
    for name, value in _header_table(message, place).items():
        if name.lower() == "content-type":
            first = value[0] if isinstance(value, list) and value else value
            return str(first).partition(";")[0].strip().lower()
    return ""


def _fields(body: Any, rules: Rules, place: str) -> Any:
    if body is _NOT_TOLD:
        return ()
    try:
        return fields_of(body, rules)
    except TooManyFields as error:
        raise BadContract(f"{place}: {error}") from error
    except TooMuchWork as error:
        raise BadContract(
            f"{place}: the file has more matching rules than can be held against its fields"
        ) from error
