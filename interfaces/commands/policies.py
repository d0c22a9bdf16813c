"""`sundial deprecation policy`, `presets`, `except` and `what-if`: what is promised, and what days bring."""

from datetime import date, datetime

import click

from access.audit import record
from deprecations import board, plans, policies
from deprecations.policies import AUDIENCES, STABILITIES, Scope
from deprecations.policy import Rule
from deprecations.presets import PRESETS
from deprecations.steps import days_of
from deprecations.what_if import what_if
from interfaces.answerable import exemption
from interfaces.changed_days import changed
from interfaces.commands.deprecations import deprecation
from interfaces.commands.setting import actor, print_json, print_rows, surroundings
from interfaces.views.deprecations import policy_facts, preset_facts
from interfaces.views.facts import plain
from registry.apis import find_api

_DATE = click.DateTime(["%Y-%m-%d"])


@deprecation.command("policy")
@click.argument("slug")
@click.option("--preset", type=click.Choice(list(PRESETS)), help="Start from a provider's published policy.")
@click.option("--minimum-notice-days", type=int, help="Days from announcement to the last day.")
@click.option("--overlap-days", type=int, help="Days in which the successor works beside what ends.")
@click.option("--replacement/--no-replacement", default=None, help="Whether a plan must name a replacement.")
@click.option("--documentation/--no-documentation", default=None, help="Whether it must link a guide.")
@click.option("--approval/--no-approval", default=None, help="Whether a colleague approves an announcement.")
@click.option("--stability", type=click.Choice(STABILITIES), default="", help="Only what is so stable.")
@click.option("--audience", type=click.Choice(AUDIENCES), default="", help="Only what is for them.")
@click.option("--remove", is_flag=True, help="Take the policy for a stability and audience away.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def policy(
    slug: str,
    preset: str | None,
    minimum_notice_days: int | None,
    overlap_days: int | None,
    replacement: bool | None,
    documentation: bool | None,
    approval: bool | None,
    stability: str,
    audience: str,
    remove: bool,
    as_json: bool,
) -> None:
    """Show or set what the API SLUG promises about endings."""
    given = {
        "minimum_notice_days": minimum_notice_days,
        "overlap_days": overlap_days,
        "replacement_required": replacement,
        "documentation_required": documentation,
        "approval_required": approval,
    }
    changes = {name: value for name, value in given.items() if value is not None}
    around, scope = surroundings(), Scope(stability, audience)
    with around.database.transaction() as session:
        api = find_api(session, slug)
        if remove:
            policies.drop_policy(session, api.id, scope)
        elif changes or preset:
            start = PRESETS[preset].terms if preset else policies.terms_of(session, api.id, scope)
            policies.set_policy(
                session,
                api.id,
                stability=stability,
                audience=audience,
                **{**plain(start), **changes},
            )
        if remove or changes or preset:
            record(session, actor=actor(), action="policy changed", subject=slug, now=around.clock())
        facts = [policy_facts(one) for one in policies.policies_of(session, api.id)]
        facts = facts or [{"stability": "", "audience": "", **plain(policies.terms_of(session, api.id))}]
    if as_json:
        print_json(facts)
        return
    rows = [
        (
            one["stability"] or "any",
            one["audience"] or "any",
            one["minimum_notice_days"],
            one["overlap_days"],
            _yes(one["replacement_required"]),
            _yes(one["documentation_required"]),
            _yes(one["approval_required"]),
        )
        for one in facts
    ]
    head = ("stability", "audience", "days of notice", "overlap", "replacement", "guide", "approval")
    print_rows(rows, head, "")


@deprecation.command("presets")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def presets(as_json: bool) -> None:
    """List policies that well-known providers publish."""
    facts = [preset_facts(one) for one in PRESETS.values()]
    if as_json:
        print_json(facts)
        return
    rows = [(one["name"], one["minimum_notice_days"], one["title"], one["words"]) for one in facts]
    print_rows(rows, ("name", "days of notice", "provider", "what it says"), "")


@deprecation.command("except")
@click.argument("deprecation_id", type=int)
@click.option("--rule", type=click.Choice([one.value for one in Rule]), required=True)
@click.option("--reason", required=True, help="Why, for the history.")
@click.option("--approved-by", required=True, help="The address of who answers for it, other than you.")
def make_exception(deprecation_id: int, rule: str, reason: str, approved_by: str) -> None:
    """Let a plan off one rule of its policy."""
    around = surroundings()
    with around.database.transaction() as session:
        now, found = around.clock(), board.find(session, deprecation_id)
        asked = exemption(session, rule=rule, reason=reason, approved_by=approved_by, by=actor())
        plans.make_exception(session, found, asked, by=actor(), now=now)
        label = found.target.label
        record(session, actor=actor(), action="exception made", subject=label, detail=rule, now=now)
    click.echo(f"{label} need not keep {rule}; {asked.approved_by} answers for that.")


@deprecation.command("what-if")
@click.argument("deprecation_id", type=int)
@click.option("--deprecated-on", type=_DATE, help="Without it, as it is.")
@click.option("--closes-on", type=_DATE, help="Without it, as it is.")
@click.option("--sunset-on", type=_DATE, help="Without it, as it is.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def foresee(
    deprecation_id: int,
    deprecated_on: datetime | None,
    closes_on: datetime | None,
    sunset_on: datetime | None,
    as_json: bool,
) -> None:
    """Say what other days would bring: callers, notices, breaches of policy, clashes. Changes nothing."""
    around = surroundings()
    with around.database.reading() as session:
        plan = board.find(session, deprecation_id)
        days = changed(days_of(plan), _day(deprecated_on), _day(sunset_on), _day(closes_on))
        facts = plain(what_if(session, plan, days, around.clock()))
    if as_json:
        print_json(facts)
        return
    click.echo(f"Last day {facts['sunset_on']}; the earliest that policy allows is {facts['earliest_on']}.")
    if facts["needs_approval"]:
        click.echo("It needs the approval of a colleague.")
    for breach in facts["breaches"]:
        click.echo(f"Policy: {breach['sentence']}" + (" (excepted)" if breach["excepted"] else ""))
    for caller in facts["callers"]:
        risk = "may still call then" if caller["may_still_call"] else "can be gone by then"
        click.echo(f"{caller['name']}: {caller['calls']} calls in 30 days, {risk}")
    for notice in facts["notices"]:
        click.echo(f"Notice {notice['milestone']}: {notice['at']}, to {notice['contacts']} people")
    for clash in facts["clashes"]:
        click.echo(
            f"Ends near it: {clash['what']} on {clash['sunset_on']}, for {', '.join(clash['consumers'])}"
        )


def _yes(needed: bool) -> str:
    return "needed" if needed else "not needed"


def _day(at: datetime | None) -> date | None:
    return at.date() if at else None
