"""Sentences on what differs, for those who call: every rule that can hurt has its words in each language."""

import re
from typing import Any

import pytest

from deprecations import difference_words
from deprecations.difference_words import LIMITS, OF_ASPECTS, OF_ELEMENTS, WHERE, Says, sentence
from diffing.catalogue import _findings, _pairs
from storage.languages import NAMES

KEYWORDS = frozenset(
    "allow-reserved contains dependent-required dependent-schema discriminator discriminator-mapping "
    "encoding discriminator-property-name else if items not other pattern-property prefix-items "
    "property-names schema then unevaluated-items union-kind additional-properties "
    "unevaluated-properties".split()
)
"""What its keyword names best: nobody else meets it than who writes schemas."""


def finding(
    words: str, *, where: str = "response 200 application/json", name: str | None = None, **more: Any
) -> dict[str, Any]:
    element, aspect, action = words.split()
    return {
        "element": element,
        "aspect": aspect,
        "action": action,
        "direction": "request" if "request" in where or "parameter" in where else "response",
        "level": "breaking",
        "property": name,
        "old": None,
        "new": None,
        "operations": [{"where": where}],
        **more,
    }


def test_every_row_speaks_every_language_with_the_same_gaps() -> None:
    rows: list[Says] = [
        *OF_ELEMENTS.values(),
        *OF_ASPECTS.values(),
        *LIMITS.values(),
        *difference_words._LIMIT.values(),
    ]
    rows += [says for _pattern, says in WHERE]
    for says in rows:
        told = [says.in_(language) for language in NAMES]
        assert len({frozenset(re.findall(r"\{(\w+)\}", text)) for text in told}) == 1, says
        assert all(told), says


@pytest.mark.slow
def test_every_rule_that_can_hurt_has_words_of_its_own() -> None:
    without = {
        (one.element, one.aspect, one.action)
        for _example, old, new in _pairs()
        for one in _findings(old, new)
        if one.level in ("breaking", "dangerous")
        and one.operations
        and (one.aspect, one.action) not in OF_ASPECTS
        and one.aspect not in {*LIMITS, *KEYWORDS}
    }
    without -= {*OF_ELEMENTS}
    assert without == set()


@pytest.mark.parametrize(
    ("facts", "english", "german"),
    [
        (
            finding("property existence removed", name="total"),
            "Answer 200 (application/json): `total` is not there.",
            "Antwort 200 (application/json): `total` gibt es dort nicht.",
        ),
        (
            finding("parameter existence added", where="query parameter page"),
            "Query parameter `page` is new, and has to be sent.",
            "Query-Parameter `page` ist neu und muss gesendet werden.",
        ),
        (
            finding(
                "property max-length decreased",
                where="request body application/json",
                name="note",
                old={"value": 500},
                new={"value": 200},
            ),
            "Request body (application/json): `note`: the greatest length is `200`, not `500`.",
            "Anfrage (application/json): `note`: Die größte Länge ist `200` statt `500`.",
        ),
        (
            finding("property enum-value added", name="state", new={"value": "held"}),
            "Answer 200 (application/json): `state` can be `held`, too.",
            "Antwort 200 (application/json): `state` kann auch `held` sein.",
        ),
        (
            finding("header required removed", where="response 200 header X-Rate"),
            "Header `X-Rate` of answer 200 can be missing.",
            "Header `X-Rate` der Antwort 200 kann fehlen.",
        ),
        (
            finding("property not changed", name="a`b", old={"value": {"type": "string"}}),
            "Answer 200 (application/json): `a'b` differs in `not`.",
            "Antwort 200 (application/json): `a'b` ist anders bei `not`.",
        ),
    ],
)
def test_what_differs_is_said_as_it_stands_there(facts: dict[str, Any], english: str, german: str) -> None:
    assert sentence(facts, "en") == english
    assert sentence(facts, "de") == german
