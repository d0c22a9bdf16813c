"""Our own API, rendered from the document that requests are held to."""

import json
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from interfaces.api.document import METHODS, PREFIX, document, operation, parameters, resolved
from interfaces.pages.route import Route

Json = dict[str, Any]
_PLACES = ("path", "query", "header")
_FIRST_PROBLEM = "4"  # answers above are problems, which all look alike


@dataclass(frozen=True, slots=True)
class Example:
    """A body as it may be sent or answered: what it is called, its media type, its text."""

    name: str
    media_type: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An operation as the page shows it; `answers` are status and description, in the document's order."""

    anchor: str
    method: str
    path: str
    tag: str
    summary: str
    description: str
    parameters: tuple[Json, ...]
    body: str
    examples: tuple[Example, ...]
    answers: tuple[tuple[str, str], ...]
    scopes: tuple[str, ...]


def api_document() -> ResponseReturnValue:
    """Show the API's document."""
    told = document()
    tags = {tag["name"]: tag.get("description", "") for tag in told.get("tags", ())}
    order = {name: number for number, name in enumerate(tags)}
    entries = sorted(_entries(told), key=lambda one: order.get(one.tag, len(order)))
    groups = [(tag, tags.get(tag, ""), tuple(group)) for tag, group in groupby(entries, lambda one: one.tag)]
    return render_template("api_document.html", info=told["info"], groups=groups, prefix=PREFIX)


def _entries(told: Json) -> list[Entry]:
    return [
        _entry(path, method) for path, item in told["paths"].items() for method in METHODS if method in item
    ]


def _entry(path: str, method: str) -> Entry:
    facts = operation(path, method)
    body = resolved(facts.get("requestBody", {}))
    answers = {str(status): resolved(answer) for status, answer in facts["responses"].items()}
    return Entry(
        anchor=facts.get("operationId", f"{method}-{path}"),
        method=method.upper(),
        path=PREFIX + path,
        tag=next(iter(facts.get("tags", ())), "other"),
        summary=facts.get("summary", ""),
        description=facts.get("description", ""),
        parameters=tuple(one for place in _PLACES for one in parameters(path, method, place)),
        body=body.get("description", ""),
        examples=(
            *_examples("The body", body),
            *(
                one
                for status, answer in answers.items()
                if status < _FIRST_PROBLEM
                for one in _examples(f"The answer {status}", answer)
            ),
        ),
        answers=tuple((status, answer["description"]) for status, answer in answers.items()),
        scopes=tuple(scope for one in facts.get("security", ()) for many in one.values() for scope in many),
    )


def _examples(name: str, message: Json) -> tuple[Example, ...]:
    found = []
    for media_type, content in message.get("content", {}).items():
        given = content.get("examples")
        value = resolved(next(iter(given.values())))["value"] if given else content.get("example")
        if value is not None:
            text = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
            found.append(Example(name, media_type, text))
    return tuple(found[:1])


ROUTES = (Route("/api", "api_document", api_document),)
