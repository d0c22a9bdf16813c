"""Saying what carries an API's version, from page, API and command alike."""

from access.audit import record
from consumers.version_rules import Rule, rules, set_rule
from interfaces.runtime import Runtime
from interfaces.views.facts import Facts
from registry.apis import find_api


def change_rule(runtime: Runtime, slug: str, rule: Rule | None, by: str) -> None:
    """Give an API a rule, or none any more, and note who said so."""
    with runtime.database.transaction() as session:
        api, now = find_api(session, slug), runtime.clock()
        set_rule(session, api.id, rule)
        action = "version rule changed" if rule else "version rule removed"
        record(session, actor=by, action=action, subject=slug, detail=told(rule) if rule else "", now=now)


def shown_rule(runtime: Runtime, slug: str) -> Rule | None:
    """Return an API's rule, None where it takes every call at its paths."""
    with runtime.database.reading() as session:
        api = find_api(session, slug)
        return rules(session, api.id).get(api.id)


def told(rule: Rule) -> str:
    """Say a rule in words: "query api-version: 2, 3 or absent"."""
    where = f"{rule.carrier} {rule.name}".strip()
    return f"{where}: {', '.join(rule.values)}{' or absent' if rule.or_absent else ''}"


def rule_facts(rule: Rule | None) -> Facts:
    """An API's rule, as programs read it."""
    if rule is None:
        return {"rule": None}
    facts = {"by": rule.carrier, "name": rule.name, "values": list(rule.values), "or_absent": rule.or_absent}
    return {"rule": facts}
