"""Rules with everything in them that an exporter may stumble over."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from deprecations.headers import Link
from deprecations.rules import Rule, RuleSet, regex_of

ODD = """/v1/it's "odd" $uri ;{}#%{n}/é`\\"""


def make_rule(number: int, methods: str, template: str, *links: Link, unless: tuple[str, ...] = ()) -> Rule:
    return Rule(
        id=f"orders-{number}",
        api="orders",
        methods=tuple(methods.split()),
        template=template,
        regex=regex_of(template),
        unless=tuple(map(regex_of, unless)),
        deprecation=1688169599 + number,
        sunset=1909094399 + number,
        links=links,
    )


RULES = RuleSet(
    7,
    datetime(2026, 11, 22, tzinfo=UTC),
    (
        make_rule(
            1,
            "GET HEAD",
            "/v1/orders/{id}",
            Link("deprecation", href="https://docs.example.com/orders"),
            Link("successor-version", template="/v2/orders/{id}"),
            unless=("/v1/orders/search", "/v1/orders/{id}.json"),
        ),
        make_rule(2, "GET HEAD", "/v1/orders/search", Link("successor-version", href="/v2/search")),
        make_rule(
            3, "DELETE", "/v1/{kind}/{id}/parts/{part}", Link("successor-version", template="/{part}/{kind}")
        ),
        make_rule(4, "GET HEAD", "/v1/dead/{id}"),
        make_rule(5, "GET HEAD", "/v1/inner/{id}", Link("successor-version", template="/v2/inner/{id}")),
        make_rule(
            6, "GET HEAD", ODD, Link("deprecation", href="https://docs.example.com/?a=$uri&b='{c}'\\%zz")
        ),
        make_rule(7, "POST", "/"),
    ),
)


@pytest.fixture(scope="session")
def rules() -> RuleSet:
    """Rules of one API; the first has number 1, and each date lies a second after the one before."""
    return RULES


@pytest.fixture(scope="session")
def moved(rules: RuleSet) -> RuleSet:
    """The same rules, with the first one's sunset a day later."""
    first, *others = rules.rules
    return replace(rules, version=8, rules=(replace(first, sunset=first.sunset + 86_400), *others))
