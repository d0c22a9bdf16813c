"""One rule of a rule set: the headers that it calls for, and whom it has answered in the service's place."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote

from .answers import Answer, Outage
from .callers import Caller

Headers = list[tuple[str, str]]
PARAMETER = re.compile(r"\{([^{}/]+)\}")
SLASH = "\0"  # one that is part of a segment, as %2F is

_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]+")


class Rule:
    """One rule: what it is about, the headers that it calls for, and what it has answered in its place."""

    def __init__(self, rule: Mapping[str, Any], rank: int) -> None:
        self.rank = rank
        self.id, self.api = str(rule.get("id", "")), str(rule.get("api", ""))
        self.methods = frozenset(rule["methods"])
        self.template = str(rule["template"])
        self.others = [re.compile(other) for other in rule.get("unless", ())]
        self.deprecation = int(rule["deprecation"])
        self.sunset = None if rule["sunset"] is None else int(rule["sunset"])
        links = [_link(link, PARAMETER.findall(self.template)) for link in rule["links"]]
        self.links = [("Link", form) for form, places in links if form and not places]
        self.templates = [(form, places) for form, places in links if places]
        self.ready = [
            ("Deprecation", f"@{self.deprecation}"),
            *(() if self.sunset is None else (("Sunset", _http_date(self.sunset)),)),
            *self.links,
        ]
        self.outages = [Outage(one) for one in rule.get("brownouts") or ()]
        tombstone = rule.get("tombstone")
        self.tombstone = Answer(tombstone, 0) if tombstone else None
        exempt = rule.get("exempt") or ()
        self.exempt = {(one["kind"], one["digest"]): one["until"] for one in exempt}
        # Whoever has a later last day is told that day, and passed over by tombstones too.
        self.beyond = {(one["kind"], one["digest"]): one["until"] for one in exempt if one.get("beyond")}
        self.asks_who = bool(self.tombstone or self.outages or self.beyond)

    def filled(self, values: tuple[str, ...]) -> list[tuple[str, str]]:
        """Return the links that the request's path fills, as headers."""
        return [
            ("Link", form % tuple([_encoded(values[place]) for place in places]))
            for form, places in self.templates
        ]

    def last(self, caller: Caller | None, now: float) -> int | None:
        """Return the last second of the operation for a caller, which may have been given longer."""
        if caller is None or self.sunset is None:
            return self.sunset
        return max(self.sunset, int(caller.until(self.beyond, now)) - 1)

    def answer(self, caller: Caller, now: float, is_fresh: bool) -> Answer | None:
        """Return what is answered in the service's place: a tombstone, an open brownout, or nothing.

        No brownout on the word of rules that aren't fresh: it may have been aborted since.
        """
        if self.tombstone is not None:
            return None if caller.is_among(self.beyond, now) else self.tombstone
        for one in self.outages if is_fresh else ():
            if one.starts <= now < one.ends and not caller.is_among(self.exempt, now):
                return one.answer(now) if caller.share(self.id) < one.percent else None
        return None


Found = list[tuple[Rule, tuple[str, ...]]]
"""The rules that are about a request, each with the values of its path's parameters."""


def headers_for(found: Found, caller: Caller | None = None, now: float = 0) -> Headers:
    """Return the headers for a caller; for anybody without one."""
    if len(found) == 1 and caller is None:
        rule, values = found[0]
        return rule.ready + rule.filled(values) if rule.templates else rule.ready
    if not found:
        return []
    lasts = [last for rule, _ in found if (last := rule.last(caller, now)) is not None]
    everybodys = [rule.sunset for rule, _ in found if rule.sunset is not None]
    links = (link for rule, values in found for link in (*rule.links, *rule.filled(values)))
    return [
        # Where several apply, the earliest date is the one that a caller must heed.
        ("Deprecation", f"@{min(rule.deprecation for rule, _ in found)}"),
        *([("Sunset", _http_date(min(lasts)))] if lasts else ()),
        *dict.fromkeys(links),
        # No cache may give one caller's date to another.
        *([("Vary", "*")] if lasts and min(lasts) != min(everybodys) else ()),
    ]


def answer_for(found: Found, caller: Caller, now: float, *, is_fresh: bool) -> Answer | None:
    """Return what is answered in the service's place; all APIs that the request belongs to must want it."""
    wanted = {
        rule.api: answer for rule, _ in found if (answer := rule.answer(caller, now, is_fresh)) is not None
    }
    return next(iter(wanted.values())) if wanted.keys() == {rule.api for rule, _ in found} else None


def _link(link: Mapping[str, str], names: list[str]) -> tuple[str, list[int]]:
    """Return a Link's value and no places; or its form with %s for each parameter, and their places.

    One whose parameters the path lacks has no value.
    """
    rel, href, template = link["rel"], link.get("href", ""), link.get("template", "")
    if not (rel + href + template).isprintable() or set(rel + href + template) & set(' <>"'):
        raise ValueError(f"{link!r} can't stand in a Link header")
    asked = PARAMETER.findall(template)
    if href or not asked:
        return (f'<{href or template}>; rel="{rel}"' if href or template else ""), []
    if not set(asked) <= set(names):
        return "", []
    form = "%s".join(PARAMETER.split(template.replace("%", "%%"))[::2])
    return f'<{form}>; rel="{rel}"', [names.index(name) for name in asked]


def _encoded(value: str) -> str:
    is_plain = (value.isalnum() and value.isascii()) or _UNRESERVED.fullmatch(value)
    return value if is_plain else quote(value.replace(SLASH, "/"), safe="")


def _http_date(epoch: int) -> str:
    return format_datetime(datetime.fromtimestamp(epoch, UTC), usegmt=True)
