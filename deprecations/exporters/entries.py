"""The rule set as exporters need it: a row a rule, taken apart, with nothing that could break out of a file.

Paths and links come from specs and plans, so they are data: a link is percent-encoded down to an alphabet
that no configuration language gives a meaning (`$`, quotes, braces, backslashes and spaces are not in it),
and a path is kept as literal parts, which `patterns.py` escapes.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from deprecations.exporters.answers import NOTHING, Given, given, joined
from deprecations.headers import Link, deprecation_value, sunset_value
from deprecations.rules import Rule, RuleSet

_PARAMETER = re.compile(r"\{([^{}/]+)\}")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_UNSAFE = re.compile(r"%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9._~:/?#\[\]@!&()*+,;=%-]")
_NO_KEY = re.compile(r"[^A-Za-z0-9]+")
_NO_METHOD = re.compile(r"[^A-Za-z]")
_LONGEST_KEY = 40

EXPOSED = "Deprecation, Sunset, Link"
"""What browsers must be allowed to read across origins."""


@dataclass(frozen=True, slots=True)
class PathParts:
    """A path template: its literal parts, between each two of them one parameter; no slash at its end."""

    literals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """What an edge puts on replies to one operation.

    `links` are whole Link values. `filled` are those that a request's path fills: text, and in between
    the numbers of parameters, counted from 0; it is empty where there is none.
    """

    key: str
    api: str
    methods: tuple[str, ...]
    template: str
    path: PathParts
    unless: tuple[PathParts, ...]
    deprecation: int
    sunset: int | None
    links: tuple[str, ...]
    filled: tuple[str | int, ...]
    given: Given = NOTHING

    @property
    def deprecation_header(self) -> str:
        """The value of Deprecation."""
        return deprecation_value(datetime.fromtimestamp(self.deprecation, UTC))

    @property
    def sunset_header(self) -> str:
        """The value of Sunset; "" where no date ends it."""
        return sunset_value(datetime.fromtimestamp(self.sunset, UTC)) if self.sunset is not None else ""

    @property
    def link_header(self) -> str:
        """The links that no request has to fill, as one value; "" where there is none."""
        return ", ".join(self.links)


def entries(rules: RuleSet) -> tuple[Entry, ...]:
    """Return a row for each rule, in the rules' order; rules about the same requests become one.

    Such twins share the earliest dates and have all links, as the middleware sends them. Rules of two
    APIs that fit the same path without being twins stay two rows: an edge that takes the first keeps
    to the rules' order. Within one API the narrower operation is in the other's `unless`.
    """
    found: dict[tuple[tuple[str, ...], PathParts], Entry] = {}
    for rule in rules.rules:
        entry = _entry(rule)
        twin = found.get((entry.methods, entry.path))
        found[entry.methods, entry.path] = _joined(twin, entry) if twin else entry
    return tuple(found.values())


def _entry(rule: Rule) -> Entry:
    names = _PARAMETER.findall(rule.template)
    return Entry(
        key=_NO_KEY.sub("-", rule.id)[-_LONGEST_KEY:].strip("-"),
        api=rule.api,
        methods=tuple(_NO_METHOD.sub("", method) for method in rule.methods),
        template=rule.template,
        path=PathParts(tuple(_PARAMETER.sub("\0", rule.template.rstrip("/")).split("\0"))),
        unless=tuple(map(_parts, rule.unless)),
        deprecation=rule.deprecation,
        sunset=rule.sunset,
        links=tuple(_value(link.rel, _concrete(link.href)) for link in rule.links if link.href),
        filled=_filled(rule.links, names),
        given=given(rule.answers),
    )


def _joined(one: Entry, other: Entry) -> Entry:
    between = (", ",) if one.filled and other.filled else ()
    same = one.filled == other.filled
    return Entry(
        key=one.key,
        api=one.api,
        methods=one.methods,
        template=one.template,
        path=one.path,
        unless=tuple(path for path in one.unless if path in other.unless),
        deprecation=min(one.deprecation, other.deprecation),
        sunset=min((at for at in (one.sunset, other.sunset) if at is not None), default=None),
        links=tuple(dict.fromkeys(one.links + other.links)),
        filled=one.filled if same else one.filled + between + other.filled,
        given=joined(one.given, other.given, same_api=one.api == other.api),
    )


def _parts(regex: str) -> PathParts:
    """Read back the path template that `regex_of` wrote an expression for."""
    inner = regex.removeprefix("^").removesuffix("/?$")
    return PathParts(tuple(_ESCAPED.sub(r"\1", part) for part in inner.split("[^/]+")))


def _filled(links: tuple[Link, ...], names: list[str]) -> tuple[str | int, ...]:
    pieces: list[str | int] = []
    for link in links:
        asked = _PARAMETER.findall(link.template)
        if not link.template or not set(asked) <= set(names):
            continue
        texts = [_concrete(part) for part in _PARAMETER.sub("\0", link.template).split("\0")]
        pieces.append(f"{', ' if pieces else ''}<{texts[0]}")
        for name, text in zip(asked, texts[1:], strict=True):
            pieces += [names.index(name), text]
        pieces.append(f'>; rel="{_concrete(link.rel)}"')
    return tuple(piece for piece in pieces if piece != "")


def _value(rel: str, target: str) -> str:
    return f'<{target}>; rel="{_concrete(rel)}"'


def _concrete(target: str) -> str:
    return _UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), target)
