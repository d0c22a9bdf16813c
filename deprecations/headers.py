"""The headers of a plan, to the letter of their RFCs, as values; who sends them is others' business.

RFC 9745 (Deprecation: a Structured-Field date), RFC 8594 (Sunset: an HTTP-date), RFC 8288 (Link).
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import quote

from deprecations import replacement as replacements
from deprecations.lifecycle import PROMISED
from deprecations.models import Deprecation, SunsetBy

EMITTING = PROMISED
_UNSAFE = re.compile(r"[^\x21\x23-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]")
_PARAMETER = re.compile(r"\{([^{}/]+)\}")
_PIECES = re.compile(r"(\{[^{}/]+\})|[^{}]+|[{}]")


@dataclass(frozen=True, slots=True)
class Link:
    """A web link of a plan. One of the two is set: `href`, or a `template` that a request's path fills."""

    rel: str
    href: str = ""
    template: str = ""


@dataclass(frozen=True, slots=True)
class EdgeTerms:
    """What an API lets edges do: send `links` or none; answer 410 by themselves after a last day, or not.

    `policy_link` explains its policy, or is empty; at `base_url` live checks find the API, if it is set.
    """

    links: bool = True
    policy_link: str = ""
    tombstones: bool = True
    base_url: str = ""

    def __str__(self) -> str:
        """Say it in words, for the audit trail."""
        links = "links" if self.links else "no links"
        tombstones = "tombstones" if self.tombstones else "no tombstones"
        return f"{links}, {tombstones}, policy {self.policy_link or 'nowhere'}"


def deprecation_value(at: datetime) -> str:
    """Return the value of `Deprecation` (RFC 9745 section 2.1): `@` and whole seconds since 1970."""
    return f"@{int(at.timestamp())}"


def sunset_value(at: datetime) -> str:
    """Return the value of `Sunset` (RFC 8594 section 3): an IMF-fixdate in GMT."""
    return format_datetime(at.astimezone(UTC), usegmt=True)


def links(plan: Deprecation, terms: EdgeTerms) -> tuple[Link, ...]:
    """Return a plan's links: its documentation, the API's policy, the successor; empty ones are left out.

    None at all where the API keeps them out of its replies: its consumers find them in its documentation.
    """
    if not terms.links:
        return ()
    found = []
    if about := plan.documentation or terms.policy_link:
        found.append(Link("deprecation", href=_safe(about)))
    if terms.policy_link:
        found.append(Link("sunset", href=_safe(terms.policy_link)))
    if successor := _successor(plan):
        found.append(successor)
    return tuple(found)


def headers(
    plan: Deprecation, terms: EdgeTerms, values: dict[str, str] | None = None
) -> tuple[tuple[str, str], ...]:
    """Return a plan's headers; `values` are the path parameters that fill a templated successor.

    Without a value for each of them the successor is left out: a link's target must be a concrete URI.
    A plan that announces nothing has none.
    """
    if plan.state not in EMITTING:
        return ()
    targets = ((link.rel, link.href or fill(link.template, values or {})) for link in links(plan, terms))
    return (
        ("Deprecation", deprecation_value(plan.deprecated_at)),
        *((("Sunset", sunset_value(plan.sunset_at)),) if plan.sunset_by == SunsetBy.DATE else ()),
        *(("Link", f'<{target}>; rel="{rel}"') for rel, target in targets if target),
    )


def fill(template: str, values: dict[str, str]) -> str:
    """Return a template with its parameters filled in, "" where a value is missing."""
    if not set(_PARAMETER.findall(template)) <= values.keys():
        return ""
    return _PARAMETER.sub(lambda match: quote(values[match[1]], safe=""), template)


def _successor(plan: Deprecation) -> Link | None:
    named = replacements.read(plan.replacement)
    target = named.path if named else plan.replacement
    if not named and not re.fullmatch(r"https?://\S+", target):
        return None
    if _PARAMETER.search(target):
        return Link(
            "successor-version", template=_PIECES.sub(lambda piece: piece[1] or _safe(piece[0]), target)
        )
    return Link("successor-version", href=_safe(target))


def _safe(target: str) -> str:
    """Percent-encode what can't stand between the angle brackets of a Link."""
    return _UNSAFE.sub(lambda match: quote(match[0], safe=""), target)
