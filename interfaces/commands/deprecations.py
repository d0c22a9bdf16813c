"""`sundial deprecation` and `sundial headers`."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import click
from sqlalchemy.orm import Session

from access.audit import record
from deprecations import board, history, notices, plans, policies
from deprecations.models import Deprecation, State
from deprecations.rules import as_json as rules_json
from deprecations.rules import headers_for, ruleset
from interfaces.commands.setting import actor, print_json, print_rows, surroundings
from interfaces.views import Facts, deprecation_facts, event_facts, notice_facts
from registry.apis import find_api, operation_named

_DATE = click.DateTime(["%Y-%m-%d"])


@click.group()
def deprecation() -> None:
    """Plan the end of an operation, and see it through."""


@deprecation.command("plan")
@click.argument("slug")
@click.argument("operation")
@click.option("--deprecated-on", type=_DATE, required=True, help="First day that it counts as deprecated.")
@click.option("--sunset-on", type=_DATE, required=True, help="Last day on which it works.")
@click.option("--zone", default="UTC", show_default=True, help="The zone that the days are counted in.")
@click.option("--reason", required=True, help="Why it ends, for its consumers.")
@click.option("--replacement", required=True, help="“GET /v2/orders/{id}”, a link, a sentence, or none.")
@click.option("--documentation", default="", help="Link to the migration guide.")
@click.option(
    "--finding", help="Fingerprint of the finding that asks for it, as `sundial compare --json` tells."
)
@click.option("--announce", is_flag=True, help="Announce it at once; else it stays a draft.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def plan(
    slug: str,
    operation: str,
    deprecated_on: datetime,
    sunset_on: datetime,
    zone: str,
    reason: str,
    replacement: str,
    documentation: str,
    finding: str | None,
    announce: bool,
    as_json: bool,
) -> None:
    """Plan the end of OPERATION (“GET /v1/orders/{id}”) of the API SLUG."""
    around = surroundings()
    verb = plans.plan_and_announce if announce else plans.plan
    with around.database.transaction() as session:
        now = around.clock()
        found = operation_named(session, find_api(session, slug), operation)
        made = verb(
            session,
            operation_id=found.id,
            reason=reason,
            replacement=replacement,
            documentation=documentation,
            deprecated_on=deprecated_on.date(),
            sunset_on=sunset_on.date(),
            zone=zone,
            finding=finding,
            by=actor(),
            now=now,
        )
        act = "deprecation announced" if announce else "deprecation planned"
        record(session, actor=actor(), action=act, subject=f"{slug} {found.label}", now=now)
        facts = deprecation_facts(made)
    if as_json:
        print_json(facts)
        return
    click.echo(_told(facts))


@deprecation.command("list")
@click.option("--api", "slug", help="Only those of this API.")
@click.option(
    "--state",
    type=click.Choice([state.value for state in State]),
    help="Only those in this state; else all not yet over.",
)
@click.option("--page", default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_(slug: str | None, state: str | None, page: int, as_json: bool) -> None:
    """List deprecations, the next to end first."""
    with surroundings().database.reading() as session:
        api_id = find_api(session, slug).id if slug else None
        found = board.deprecations(session, state=state or "", api_id=api_id, page=page)
        facts = [deprecation_facts(one) for one in found.items]
    if as_json:
        print_json(facts)
        return
    rows = [(one["id"], one["api"], one["operation"], one["state"], one["sunset_on"]) for one in facts]
    print_rows(rows, ("id", "api", "operation", "state", "last day"), "Nothing is ending.")


@deprecation.command("show")
@click.argument("deprecation_id", type=int)
def show(deprecation_id: int) -> None:
    """Show a deprecation with its history and notices, as JSON."""
    with surroundings().database.reading() as session:
        found = board.find(session, deprecation_id)
        told = notices.notices(session, deprecation_id=found.id)
        facts = {
            **deprecation_facts(found),
            "history": [event_facts(one) for one in history.history(session, found)],
            "notices": [notice_facts(one) for one in told.items],
        }
    print_json(facts)


@deprecation.command("announce")
@click.argument("deprecation_id", type=int)
def announce(deprecation_id: int) -> None:
    """Announce a draft: its dates are a promise then, and its consumers are told."""
    _step(
        deprecation_id,
        "announced",
        lambda session, found, now: plans.announce(session, found, by=actor(), now=now),
    )


@deprecation.command("move")
@click.argument("deprecation_id", type=int)
@click.option("--deprecated-on", type=_DATE, help="Without it, as it was.")
@click.option("--sunset-on", type=_DATE, required=True, help="The new last day.")
@click.option("--reason", required=True, help="Why, for the history and for consumers.")
def move(deprecation_id: int, deprecated_on: datetime | None, sunset_on: datetime, reason: str) -> None:
    """Move a deprecation's dates; earlier ones must keep the whole notice period from today."""

    def step(session: Session, found: Deprecation, now: datetime) -> Deprecation:
        first: date = deprecated_on.date() if deprecated_on else found.deprecated_on
        return plans.move(
            session,
            found,
            deprecated_on=first,
            sunset_on=sunset_on.date(),
            by=actor(),
            reason=reason,
            now=now,
        )

    _step(deprecation_id, "moved", step)


@deprecation.command("cancel")
@click.argument("deprecation_id", type=int)
@click.option("--reason", required=True, help="Why, for the history and for consumers.")
def cancel(deprecation_id: int, reason: str) -> None:
    """Cancel a deprecation: the operation stays."""
    _step(
        deprecation_id,
        "cancelled",
        lambda session, found, now: plans.cancel(session, found, by=actor(), reason=reason, now=now),
    )


@deprecation.command("remove")
@click.argument("deprecation_id", type=int)
@click.option("--reason", required=True, help="What it rests on.")
def remove(deprecation_id: int, reason: str) -> None:
    """Note that the operation is gone, after its sunset."""
    _step(
        deprecation_id,
        "removed",
        lambda session, found, now: plans.remove(session, found, by=actor(), reason=reason, now=now),
    )


@deprecation.command("policy")
@click.argument("slug")
@click.option("--minimum-notice-days", type=int, help="Days from announcement to the last day.")
@click.option("--replacement/--no-replacement", default=True, help="Whether a plan must name a replacement.")
def policy(slug: str, minimum_notice_days: int | None, replacement: bool) -> None:
    """Show or set what the API SLUG promises about endings."""
    around = surroundings()
    with around.database.transaction() as session:
        api = find_api(session, slug)
        if minimum_notice_days is not None:
            now = around.clock()
            policies.set_policy(
                session, api.id, minimum_notice_days=minimum_notice_days, replacement_required=replacement
            )
            record(session, actor=actor(), action="policy changed", subject=slug, now=now)
        terms = policies.terms_of(session, api.id)
    needed = "needed" if terms.replacement_required else "not needed"
    click.echo(f"{slug}: {terms.minimum_notice_days} days of notice; a replacement is {needed}")


@click.command()
@click.argument("slug")
@click.argument("method", required=False)
@click.argument("path", required=False)
def headers(slug: str, method: str | None, path: str | None) -> None:
    """Print the headers that a reply to METHOD PATH of the API SLUG carries.

    Without METHOD and PATH, print the whole rule set for gateways, as JSON.
    """
    if method is not None and path is None:
        raise click.UsageError(f"say the PATH too, as sundial headers {slug} {method} /v1/orders/7")
    around = surroundings()
    with around.database.reading() as session:
        rules = ruleset(session, api_id=find_api(session, slug).id, now=around.clock())
    if method is None or path is None:
        print_json(rules_json(rules))
        return
    found = headers_for(rules, method, path)
    if not found:
        click.echo(f"{method.upper()} {path}: nothing ends there", err=True)
    for name, value in found:
        click.echo(f"{name}: {value}")


def _step(deprecation_id: int, done: str, step: Callable[[Session, Deprecation, datetime], Any]) -> None:
    around = surroundings()
    with around.database.transaction() as session:
        now = around.clock()
        found = board.find(session, deprecation_id)
        step(session, found, now)
        record(session, actor=actor(), action=f"deprecation {done}", subject=found.operation.label, now=now)
        facts = deprecation_facts(found)
    click.echo(_told(facts))


def _told(facts: Facts) -> str:
    last = f"{facts['sunset_on']} ({facts['zone']})"
    return f"{facts['id']}: {facts['operation']} is {facts['state']}; its last day is {last}"
