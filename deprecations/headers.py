"""The headers of a plan, to the letter of their RFCs, as values; who sends them is others' business.

RFC 9745 (Deprecation: a Structured-Field date), RFC 8594 (Sunset: an HTTP-date), RFC 8288 (Link).
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import quote

from deprecations import replacement as replacements
from deprecations.models import Deprecation, State

EMITTING = (State.ANNOUNCED, State.DEPRECATED, State.SUNSET)
_UNSAFE = re.compile(r"[^\x21\x23-\x3b\x3d\x3f-\x7e]")
_PARAMETER = re.compile(r"\{([^{}/]+)\}")


@dataclass(frozen=True, slots=True)
class Link:
    """A web link of a plan. One of the two is set: `href`, or a `template` that a request's path fills."""

    rel: str
    href: str = ""
    template: str = ""


def deprecation_value(at: datetime) -> str:
    """Return the value of `Deprecation` (RFC 9745 section 2.1): `@` and whole seconds since 1970."""
    return f"@{int(at.timestamp())}"


def sunset_value(at: datetime) -> str:
    """Return the value of `Sunset` (RFC 8594 section 3): an IMF-fixdate in GMT."""
    return format_datetime(at.astimezone(UTC), usegmt=True)


def links(plan: Deprecation, *, policy_link: str) -> tuple[Link, ...]:
    """Return a plan's links: its documentation, the API's policy, the successor; empty ones are left out."""
    found = []
    if about := plan.documentation or policy_link:
        found.append(Link("deprecation", href=_safe(about)))
    if policy_link:
        found.append(Link("sunset", href=_safe(policy_link)))
    if successor := _successor(plan):
        found.append(successor)
    return tuple(found)


def headers(
    plan: Deprecation, *, policy_link: str, values: dict[str, str] | None = None
) -> tuple[tuple[str, str], ...]:
    """Return a plan's headers; `values` are the path parameters that fill a templated successor.

    Without a value for each of them the successor is left out: a link's target must be a concrete URI.
    A plan that announces nothing has none.
    """
    if plan.state not in EMITTING:
        return ()
    targets = (
        (link.rel, link.href or fill(link.template, values or {}))
        for link in links(plan, policy_link=policy_link)
    )
    return (
        ("Deprecation", deprecation_value(plan.deprecated_at)),
        ("Sunset", sunset_value(plan.sunset_at)),
        *(("Link", f'<{target}>; rel="{rel}"') for rel, target in targets if target),
    )


def fill(template: str, values: dict[str, str]) -> str:
    """Return a template with its parameters filled in, "" where a value is missing."""
    if not set(_PARAMETER.findall(template)) <= values.keys():
        return ""
    return _PARAMETER.sub(lambda match: quote(values[match[1]], safe=""), template)


def _successor(plan: Deprecation) -> Link | None:
    named = replacements.read(plan.replacement)
    if named is None:
        href = plan.replacement if re.match(r"https?://\S+$", plan.replacement) else ""
        return Link("successor-version", href=_safe(href)) if href else None
    if "{" in named.path:
        template = "".join(
            part if part.startswith("{") else _safe(part) for part in re.split(r"(\{[^{}/]+\})", named.path)
        )
        return Link("successor-version", template=template)
    return Link("successor-version", href=_safe(named.path))


def _safe(target: str) -> str:
    """Percent-encode what can't stand between the angle brackets of a Link."""
    return _UNSAFE.sub(lambda match: quote(match[0], safe=""), target)
