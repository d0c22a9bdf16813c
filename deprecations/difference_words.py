"""What differs, in sentences for those who call: how it is there, not what somebody changed.

One row each, with its words in every language. They are made from a finding's entry in the public contract
of comparisons. What no row knows is named by its keyword, which is the same in every language.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

Facts = Mapping[str, Any]
_LONGEST = 60
_MOST_LISTED = 8


@dataclass(frozen=True, slots=True)
class Says:
    """One thing in each language; `{was}` and `{now}` are gaps for values, `{name}` for a keyword's name.

    `is_whole`: it has a subject of its own, and doesn't go on from where something stands.
    """

    en: str
    de: str
    is_whole: bool = False

    def in_(self, language: str) -> str:
        """Return it in a language."""
        return self.de if language == "de" else self.en


_GONE = Says("is not there", "gibt es dort nicht")
_NEW = Says("is new", "ist neu")
_NEEDED = Says("is new, and has to be sent", "ist neu und muss gesendet werden")
_REQUIRED = Says("has to be sent", "muss gesendet werden")
_LIMIT = {
    "increased": Says("{name} is {now}, not {was}", "{name} ist {now} statt {was}", is_whole=True),
    "decreased": Says("{name} is {now}, not {was}", "{name} ist {now} statt {was}", is_whole=True),
    "changed": Says("{name} is {now}, not {was}", "{name} ist {now} statt {was}", is_whole=True),
    "set": Says("{name} is {now}", "{name} ist {now}", is_whole=True),
    "added": Says("{name} is {now}", "{name} ist {now}", is_whole=True),
    "unset": Says("{name} is not limited to {was}", "{name} ist nicht auf {was} begrenzt", is_whole=True),
    "removed": Says("{name} is not limited to {was}", "{name} ist nicht auf {was} begrenzt", is_whole=True),
}
_OTHER = Says("differs in {name}", "ist anders bei {name}")

OF_ELEMENTS: Final[Mapping[tuple[str, str, str], Says]] = {
    ("media-type", "existence", "removed"): Says("is not offered", "wird nicht angeboten"),
    ("success-status", "existence", "added"): Says("can come", "kann kommen"),
    ("success-status", "existence", "removed"): Says("does not come", "kommt nicht"),
    ("non-success-status", "existence", "added"): Says("can come", "kann kommen"),
    ("non-success-status", "existence", "removed"): Says("does not come", "kommt nicht"),
    ("body", "existence", "added"): Says("there is one", "es gibt einen Inhalt", is_whole=True),
    ("body", "existence", "removed"): Says("there is none", "es gibt keinen Inhalt", is_whole=True),
    ("link", "existence", "changed"): Says(
        "a link leads elsewhere", "ein Link führt woandershin", is_whole=True
    ),
    ("link", "existence", "removed"): Says("a link is not there", "ein Link fehlt", is_whole=True),
    ("callback", "existence", "removed"): Says(
        "a callback does not come", "ein Rückruf kommt nicht", is_whole=True
    ),
    ("webhook", "existence", "removed"): Says(
        "a webhook does not come", "ein Webhook kommt nicht", is_whole=True
    ),
    ("callback", "security", "changed"): Says(
        "a callback comes with other credentials", "ein Rückruf kommt mit anderen Zugangsdaten", is_whole=True
    ),
    ("webhook", "security", "changed"): Says(
        "a webhook comes with other credentials", "ein Webhook kommt mit anderen Zugangsdaten", is_whole=True
    ),
}
"""By element, aspect and action, where the element matters."""
DEMANDED: Final[Mapping[tuple[str, str], Says]] = {
    ("existence", "added"): _NEEDED,
    ("read-only", "added"): _NEEDED,
    ("required", "added"): _REQUIRED,
}
"""What breaking additions to requests say, by aspect and action."""
OF_ASPECTS: Final[Mapping[tuple[str, str], Says]] = {
    ("existence", "added"): _NEW,
    ("existence", "removed"): _GONE,
    ("existence", "changed"): Says("is another", "ist anders"),
    ("required", "added"): _REQUIRED,
    ("required", "removed"): Says("can be missing", "kann fehlen"),
    ("read-only", "added"): _NEW,
    ("read-only", "removed"): Says("can only be read", "kann nur gelesen werden"),
    ("write-only", "added"): _NEW,
    ("write-only", "removed"): Says("does not come in answers", "kommt in Antworten nicht vor"),
    ("type", "changed"): Says("is of type {now}, not {was}", "hat den Typ {now} statt {was}"),
    ("type", "generalized"): Says("is of type {now}, not {was}", "hat den Typ {now} statt {was}"),
    ("type", "specialized"): Says("is of type {now}, not {was}", "hat den Typ {now} statt {was}"),
    ("nullable", "added"): Says("can be null", "kann null sein"),
    ("nullable", "removed"): Says("must not be null", "darf nicht null sein"),
    ("enum", "set"): Says("is one of {now}", "ist eines von {now}"),
    ("enum", "unset"): Says("can be something else than {was}", "kann etwas anderes sein als {was}"),
    ("enum-value", "added"): Says("can be {now}, too", "kann auch {now} sein"),
    ("enum-value", "removed"): Says("must not be {was}", "darf nicht {was} sein"),
    ("const", "added"): Says("is always {now}", "ist immer {now}"),
    ("const", "changed"): Says("is always {now}, not {was}", "ist immer {now} statt {was}"),
    ("const", "removed"): Says("is not always {was}", "ist nicht immer {was}"),
    ("format", "set"): Says("has the format {now}", "hat das Format {now}"),
    ("format", "unset"): Says("need not have the format {was}", "muss nicht das Format {was} haben"),
    ("format", "changed"): Says("has the format {now}, not {was}", "hat das Format {now} statt {was}"),
    ("pattern", "added"): Says("has to match {now}", "muss dem Muster {now} entsprechen"),
    ("pattern", "removed"): Says("need not match {was}", "muss dem Muster {was} nicht entsprechen"),
    ("pattern", "changed"): Says("has to match {now}, not {was}", "folgt dem Muster {now} statt {was}"),
    ("default-value", "added"): Says("is {now} where it is left out", "ist ohne Angabe {now}"),
    ("default-value", "removed"): Says("is not {was} where it is left out", "ist ohne Angabe nicht {was}"),
    ("default-value", "changed"): Says(
        "is {now} where it is left out, not {was}", "ist ohne Angabe {now} statt {was}"
    ),
    ("unique-items", "set"): Says("must not repeat an entry", "darf keinen Eintrag zweimal haben"),
    ("unique-items", "unset"): Says("can repeat an entry", "kann Einträge mehrfach haben"),
    ("allow-empty-value", "removed"): Says("must not be empty", "darf nicht leer sein"),
    ("additional-properties", "added"): Says("takes no other properties", "erlaubt keine weiteren Felder"),
    ("additional-properties", "removed"): Says("can have other properties", "kann weitere Felder haben"),
    ("unevaluated-properties", "added"): Says("takes no other properties", "erlaubt keine weiteren Felder"),
    ("unevaluated-properties", "removed"): Says("can have other properties", "kann weitere Felder haben"),
    ("any-of", "added"): Says("can have another form", "kann eine weitere Form haben"),
    ("any-of", "removed"): Says("can’t have one of its forms", "gibt es in einer Form weniger"),
    ("one-of", "added"): Says("can have another form", "kann eine weitere Form haben"),
    ("one-of", "removed"): Says("can’t have one of its forms", "gibt es in einer Form weniger"),
    ("any-of", "set"): Says("has to have one of several forms", "muss eine von mehreren Formen haben"),
    ("one-of", "set"): Says("has to have one of several forms", "muss eine von mehreren Formen haben"),
    ("any-of", "unset"): Says("is not bound to certain forms", "ist nicht an bestimmte Formen gebunden"),
    ("one-of", "unset"): Says("is not bound to certain forms", "ist nicht an bestimmte Formen gebunden"),
    ("style", "changed"): Says(
        "is written as {now}, not as {was}", "wird als {now} geschrieben statt als {was}"
    ),
    ("explode", "changed"): Says(
        "lists are written in another way", "Listen werden anders geschrieben", is_whole=True
    ),
    ("content", "changed"): Says("is written in another format", "wird in einem anderen Format geschrieben"),
    ("operation-id", "changed"): Says(
        "generated clients call it {now}, not {was}",
        "erzeugte Clients nennen es {now} statt {was}",
        is_whole=True,
    ),
    ("operation-id", "removed"): Says(
        "generated clients don’t call it {was}", "erzeugte Clients nennen es nicht {was}", is_whole=True
    ),
    ("security", "became-required"): Says("it needs credentials", "es verlangt Zugangsdaten", is_whole=True),
    ("security", "removed"): Says(
        "some credentials are not enough", "manche Zugangsdaten reichen nicht aus", is_whole=True
    ),
    ("security-scope", "added"): Says(
        "it needs other permissions", "es verlangt andere Berechtigungen", is_whole=True
    ),
    ("security-component-type", "changed"): Says(
        "credentials are given in another way", "Zugangsdaten werden anders übergeben", is_whole=True
    ),
    ("security-component-oauth-flow", "removed"): Says(
        "a way of getting credentials is not there", "ein Weg zu Zugangsdaten fehlt", is_whole=True
    ),
    ("security-component-oauth-scope", "removed"): Says(
        "the permission {was} is not there", "die Berechtigung {was} gibt es nicht", is_whole=True
    ),
    ("security-component-oauth-url", "changed"): Says(
        "credentials come from {now}", "Zugangsdaten kommen von {now}", is_whole=True
    ),
    ("security-component-oauth-token-url", "changed"): Says(
        "credentials come from {now}", "Zugangsdaten kommen von {now}", is_whole=True
    ),
}
"""By aspect and action."""
LIMITS: Final[Mapping[str, Says]] = {
    "min": Says("the least value", "der kleinste Wert"),
    "max": Says("the greatest value", "der größte Wert"),
    "exclusive-min": Says("the lower bound, itself excluded,", "die ausgeschlossene Untergrenze"),
    "exclusive-max": Says("the upper bound, itself excluded,", "die ausgeschlossene Obergrenze"),
    "min-length": Says("the least length", "die kleinste Länge"),
    "max-length": Says("the greatest length", "die größte Länge"),
    "min-items": Says("the least number of entries", "die kleinste Zahl der Einträge"),
    "max-items": Says("the greatest number of entries", "die größte Zahl der Einträge"),
    "min-properties": Says("the least number of properties", "die kleinste Zahl der Felder"),
    "max-properties": Says("the greatest number of properties", "die größte Zahl der Felder"),
    "min-contains": Says("the least number of matches", "die kleinste Zahl der Treffer"),
    "max-contains": Says("the greatest number of matches", "die größte Zahl der Treffer"),
    "multiple-of": Says("what it is a multiple of", "die Schrittweite"),
}
"""Bounds, each with its number."""
WHERE: Final[tuple[tuple[str, Says], ...]] = (
    (r"query parameter (?P<name>.+)", Says("query parameter `{name}`", "Query-Parameter `{name}`")),
    (r"path parameter (?P<name>.+)", Says("path parameter `{name}`", "Pfadparameter `{name}`")),
    (r"header parameter (?P<name>.+)", Says("request header `{name}`", "Header `{name}` der Anfrage")),
    (r"cookie parameter (?P<name>.+)", Says("cookie `{name}`", "Cookie `{name}`")),
    (r"request body (?P<name>.+)", Says("request body ({name})", "Anfrage ({name})")),
    (r"request body", Says("request body", "Anfrage")),
    (
        r"response (?P<of>\S+) header (?P<name>.+)",
        Says("header `{name}` of answer {of}", "Header `{name}` der Antwort {of}"),
    ),
    (r"response (?P<of>\S+) (?P<name>.+)", Says("answer {of} ({name})", "Antwort {of} ({name})")),
    (r"response (?P<of>\S+)", Says("answer {of}", "Antwort {of}")),
    (r"callback (?P<name>.+)", Says("callback {name}", "Rückruf {name}")),
)
"""Where in an operation, as the contract writes it."""
_ANYWHERE: Final = frozenset({"operation", "servers", "security", "path"})


def sentence(facts: Facts, language: str, at: str = "") -> str:
    """Say how something is there, with where it is; `at` names the operation where that isn't clear.

    `called`, where a finding has it, is where the reader finds it, in place of what was compared.
    """
    state, is_whole = _state(facts, language)
    where, name = _place(facts, language)
    if is_whole and language == "de" and (where or name):
        state = f"{state[0].upper()}{state[1:]}"  # a sentence behind a colon begins with a capital there
    subject = f"{name} {state}" if name and not is_whole else ": ".join(filter(None, (name, state)))
    joint = " " if not name and not is_whole else ": "
    told = f"{where}{joint}{subject}" if where else subject
    return f"{at}: {told}." if at else f"{told[0].upper()}{told[1:]}."


def _place(facts: Facts, language: str) -> tuple[str, str]:
    called = facts.get("called") or {}
    where = called.get("where") or (facts["operations"][0]["where"] if facts["operations"] else "")
    name = called.get("property") or facts["property"]
    words = "" if where in _ANYWHERE or not where else _where(where, language)
    return words, f"`{cut(str(name))}`" if name else ""


def _where(where: str, language: str) -> str:
    for pattern, says in WHERE:
        found = re.fullmatch(pattern, where)
        if found:
            return says.in_(language).format(**found.groupdict())
    return where


def _state(facts: Facts, language: str) -> tuple[str, bool]:
    """Return what is said of it, and whether that has a subject of its own."""
    aspect, action = facts["aspect"], facts["action"]
    says = OF_ELEMENTS.get((facts["element"], aspect, action)) or OF_ASPECTS.get((aspect, action))
    if facts.get("direction") == "request" and facts.get("level") == "breaking":
        says = DEMANDED.get((aspect, action), says)
    if aspect in LIMITS:
        says = _LIMIT.get(action, _OTHER)
    says = says or _OTHER
    was, now = (_value(facts.get(side)) for side in ("old", "new"))
    if (was is None and "{was}" in says.en) or (now is None and "{now}" in says.en):
        says = _OTHER
    name = LIMITS[aspect].in_(language) if aspect in LIMITS else f"`{aspect}`"
    return says.in_(language).format(was=was, now=now, name=name), says.is_whole


def _value(side: Facts | None) -> str | None:
    """Write a value that a sentence can hold; None for what is too much for one."""
    value = side.get("value") if side else None
    several = value if isinstance(value, list) else [value]
    if value is None or not several or any(isinstance(one, dict | list) for one in several):
        return None
    shown = [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in several]
    more = ", …" if len(shown) > _MOST_LISTED else ""
    return ", ".join(f"`{cut(one)}`" for one in shown[:_MOST_LISTED]) + more


def cut(text: str) -> str:
    """Return a piece of a document on one line, short enough for a sentence, without its own marks."""
    flat = " ".join(text.replace("`", "'").split())
    return flat if len(flat) <= _LONGEST else f"{flat[: _LONGEST - 1]}…"
