"""What edges answer by themselves, as exporters need it: bodies that break out of no file, times as digits.

A window is told as an expression over the digits of the time in seconds since 1970, which every edge
has whatever its zone. A body is JSON whose every odd character is an escape.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from consumers.models import CredentialKind
from deprecations.headers import sunset_value
from deprecations.rule_answers import Answers, Outage

_ODD = re.compile(r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})|[^A-Za-z0-9 ._~:/?#@!&()*+,;=%-]')
_NO_KEY = re.compile(r"[^A-Za-z0-9]+")
_PRODUCT = re.compile(r"[A-Za-z0-9._~-]{1,79}")
_LATEST = 9_999_999_999


@dataclass(frozen=True, slots=True)
class Window:
    """A brownout: `seconds` fits the digits of the instants in it, `until` is its end as an HTTP-date."""

    key: str
    seconds: str
    percent: int
    status: int
    body: str
    until: str
    starts: int
    ends: int


@dataclass(frozen=True, slots=True)
class Given:
    """What is answered for one operation.

    `agents` are products in User-Agent that brownouts pass over. `hashed` are such callers as kind and
    keyed digest, for edges that can hash; `unknown` says in words whom others can't recognise. `extended`
    are consumers with a later last day, whom no configuration passes over: it has no tombstone then.
    """

    windows: tuple[Window, ...] = ()
    tombstone: str = ""
    agents: tuple[str, ...] = ()
    hashed: tuple[tuple[str, str], ...] = ()
    unknown: tuple[str, ...] = ()
    extended: tuple[str, ...] = ()

    def seen_by(self, kinds: frozenset[str]) -> "Given":
        """The same for an edge that hashes names of these kinds: without windows where others are exempt."""
        return replace(self, windows=()) if {kind for kind, _digest in self.hashed} - kinds else self

    @property
    def recognisable(self) -> "Given":
        """The same for an edge that can't hash: without what it can't keep from those who are exempt."""
        tombstone = "" if self.extended else self.tombstone
        return replace(self, windows=() if self.unknown else self.windows, tombstone=tombstone)


NOTHING = Given()


def given(answers: Answers) -> Given:
    """Take a rule's answers apart."""
    agents = tuple(
        one.hint
        for one in answers.exempt
        if one.kind == CredentialKind.USER_AGENT and _PRODUCT.fullmatch(one.hint)
    )
    unknown = tuple(
        f"{one.consumer} ({one.kind} {_NO_KEY.sub('-', one.hint)})"
        for one in answers.exempt
        if one.hint not in agents or one.kind != CredentialKind.USER_AGENT
    )
    return Given(
        windows=tuple(map(_window, answers.outages)),
        tombstone=body(answers.tombstone) if answers.tombstone else "",
        agents=agents,
        hashed=tuple((one.kind, one.digest) for one in answers.exempt),
        unknown=unknown,
        extended=tuple(dict.fromkeys(one.consumer for one in answers.exempt if one.beyond)),
    )


def joined(one: Given, other: Given, *, same_api: bool) -> Given:
    """Return what is answered where two rules are about the same requests: of two APIs, both must want it."""
    if not same_api:
        both = one.tombstone and other.tombstone
        return Given(tombstone=one.tombstone) if both else NOTHING
    return Given(
        windows=one.windows + other.windows,
        tombstone=one.tombstone or other.tombstone,
        agents=one.agents + other.agents,
        hashed=one.hashed + other.hashed,
        unknown=one.unknown + other.unknown,
        extended=one.extended + other.extended,
    )


def late(entries: Iterable[tuple[str, Given]]) -> list[str]:
    """Say, by the rules' keys, what consumers with a later last day don't get of an edge's configuration.

    Their own date is not sent to them, and there is no tombstone that they would see too.
    """
    return [
        f"{what} of {key}: {', '.join(one.extended)} may go on for a while; use the middleware for it."
        for key, one in entries
        if one.extended
        for what in ("the later Sunset", *(["the tombstone"] if one.tombstone else []))
    ]


def strangers(entries: Iterable[tuple[str, Given]]) -> list[str]:
    """Say which rules' brownouts are left out, since they pass over callers that can't be told apart."""
    rows = list(entries)
    return [
        f"the brownouts of {key}: they pass over {', '.join(one.unknown)}, whom this gateway can't recognise."
        for key, one in rows
        if one.unknown and one.windows
    ]


def left_out_of(entries: Iterable[tuple[str, Given]]) -> list[str]:
    """Say what an edge that can't hash leaves out."""
    rows = list(entries)
    return [*late(rows), *strangers(rows)]


def body(problem: dict[str, Any]) -> str:
    """Return a problem document in ASCII, without quotes, braces, dollars or backslashes but its own."""
    return "{" + ",".join(f'"{_text(name)}":{_value(value)}' for name, value in problem.items()) + "}"


def digits(first: int, last: int) -> str:
    """Return an expression for the whole numbers from `first` to `last`, as ten digits."""
    low, high = f"{max(first, 0):010d}", f"{min(last, _LATEST):010d}"
    return f"(?:{'|'.join(_between(low, high))})"


def percent_of_hex(percent: int) -> str:
    """Return an expression for the first two hexadecimal digits of that share of hashes."""
    top = min(round(percent * 256 / 100), 256)
    full, rest = divmod(top, 16)
    parts = [f"[{_hex(range(full))}][0-9a-f]"] if full else []
    parts += [f"{full:x}[{_hex(range(rest))}]"] if rest else []
    return f"(?:{'|'.join(parts)})"


def _hex(numbers: Iterable[int]) -> str:
    return "".join(f"{number:x}" for number in numbers)


def _between(low: str, high: str) -> list[str]:
    if not low:
        return [""]
    if low[0] == high[0]:
        return [low[0] + rest for rest in _between(low[1:], high[1:])]
    first, last, more = int(low[0]), int(high[0]), len(low) - 1
    found: list[str] = []
    tail: list[str] = []
    if low[1:].strip("0"):
        found += [low[0] + rest for rest in _between(low[1:], "9" * more)]
        first += 1
    if high[1:].strip("9"):
        tail = [high[0] + rest for rest in _between("0" * more, high[1:])]
        last -= 1
    if first <= last:
        found.append((str(first) if first == last else f"[{first}-{last}]") + "[0-9]" * more)
    return found + tail


def _window(outage: Outage) -> Window:
    return Window(
        key=_NO_KEY.sub("-", outage.id)[-60:].strip("-"),
        seconds=digits(outage.starts, outage.ends - 1),
        percent=outage.percent,
        status=outage.status,
        body=body(outage.problem),
        until=sunset_value(datetime.fromtimestamp(outage.ends, UTC)),
        starts=outage.starts,
        ends=outage.ends,
    )


def _value(value: Any) -> str:
    return f'"{_text(value)}"' if isinstance(value, str) else json.dumps(value)


def _text(text: str) -> str:
    return _ODD.sub(_escaped, json.dumps(text)[1:-1])


def _escaped(found: re.Match[str]) -> str:
    char = json.loads(f'"{found[0]}"') if found[0].startswith("\\") else found[0]
    return f"\\u{ord(char):04x}"
