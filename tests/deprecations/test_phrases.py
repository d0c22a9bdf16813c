"""What is written in each language: no language lacks anything that another has."""

import re
from dataclasses import fields

import pytest

from deprecations.answer_words import ANSWER_WORDS
from deprecations.attention_words import ATTENTION_WORDS
from deprecations.labels import LABELS, called
from deprecations.models import Target, TargetKind
from deprecations.phrases import LANGUAGES
from deprecations.targets import KINDS
from notifications.render import kinds, languages, sentences
from storage.languages import NAMES, OWN_NAMES

TABLES = {"phrases": LANGUAGES, "answers": ANSWER_WORDS, "attention": ATTENTION_WORDS}
ALIKE = {"code", "phrases", "thousands"}


def texts(words: object) -> dict[str, list[str]]:
    """Return the texts of a language by field."""
    return {field.name: flat(getattr(words, field.name)) for field in fields(words)}  # type: ignore[arg-type]


def flat(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [f"{key}: {text}" for key, text in value.items()]
    return [*value] if isinstance(value, tuple) else []


def test_whoever_chooses_a_language_gets_all_of_it_in_that_language() -> None:
    assert [*OWN_NAMES] == [*NAMES]
    assert {kind: languages(kind) for kind in kinds()} == dict.fromkeys(kinds(), tuple(NAMES))


@pytest.mark.parametrize("table", TABLES)
def test_every_language_says_each_thing_with_the_same_gaps(table: str) -> None:
    assert [*TABLES[table]] == [*NAMES]
    english, german = (texts(words) for words in TABLES[table].values())
    for name, said in english.items():
        if name in ALIKE or table == "phrases":
            continue
        for one, other in zip(said, german[name], strict=True):
            assert one != other, name
            gaps = [set(re.findall(r"\{(\w*)\}", text)) - {"blind"} for text in (one, other)]
            assert gaps[0] == gaps[1], name


@pytest.mark.parametrize("kind", kinds())
def test_the_templates_of_a_kind_find_each_sentence_in_every_language(kind: str) -> None:
    english, *others = ([*vars(sentences(kind, language))] for language in NAMES)
    for other in others:
        assert sorted(other) == sorted(english)


def test_what_ends_is_called_in_the_readers_language() -> None:
    assert {kind for kind, one in KINDS.items()} == {*LABELS["de"]}
    label = "query parameter “status” of GET /v1/orders"
    target = Target(kind=TargetKind.PARAMETER, name="status", place="query", value="", label=label)
    assert called(target, "en") == label
    assert called(target, "de") == "Query-Parameter „status“ von GET /v1/orders"
