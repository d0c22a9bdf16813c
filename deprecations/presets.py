"""Policies that well-known providers publish, in their numbers, to start one's own from.

Each is what the provider writes of itself; read the source before you promise the same.
"""

from dataclasses import dataclass
from typing import Final

from deprecations.policy import Terms


@dataclass(frozen=True, slots=True)
class Preset:
    """A provider's published policy: its name, what it says in words, and the terms that come nearest."""

    name: str
    title: str
    words: str
    terms: Terms


def _preset(name: str, title: str, words: str, notice: int, **more: int | bool) -> Preset:
    return Preset(name, title, words, Terms(minimum_notice_days=notice, **more))  # type: ignore[arg-type]


PRESETS: Final = {
    one.name: one
    for one in (
        _preset("google-beta", "Google AIP-181, beta", "180 days are advised before a beta goes", 180),
        _preset("google-maps", "Google Maps Platform", "one year from the announcement", 365),
        _preset(
            "kubernetes-ga",
            "Kubernetes, stable",
            "12 months or 3 releases, whichever is longer, with an equally stable replacement",
            365,
        ),
        _preset("kubernetes-beta", "Kubernetes, beta", "9 months or 3 releases, whichever is longer", 270),
        _preset("microsoft-graph", "Microsoft Graph", "24 months", 730, documentation_required=True),
        _preset("power-platform", "Microsoft Power Platform", "12 months", 365),
        _preset(
            "github",
            "GitHub REST API",
            "a version is supported for 24 months after its successor came",
            730,
            overlap_days=730,
        ),
        _preset(
            "shopify",
            "Shopify",
            "a version lives at least 12 months, and 9 of them beside its successor",
            365,
            overlap_days=270,
        ),
        _preset("salesforce", "Salesforce Platform", "at least one year of notice", 365),
        _preset("atlassian", "Atlassian", "6 months, shorter where security asks for it", 180),
        _preset("zendesk", "Zendesk", "3 months for what most use", 90),
        _preset(
            "zalando",
            "Zalando RESTful API guidelines",
            "a span agreed with every partner; deprecation, end and migration are documented, and clients "
            "consent before the end",
            90,
            documentation_required=True,
            approval_required=True,
        ),
    )
}
