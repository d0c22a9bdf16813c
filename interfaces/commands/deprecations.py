"""`sundial deprecation` and `sundial headers`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

import click
from sqlalchemy.orm import Session

from access.audit import record
from deprecations import board, extensions, history, notices, plans
from deprecations.aims import Suggestion, suggestions
from deprecations.models import Deprecation, State, SunsetBy, TargetKind
from deprecations.policy import Rule
from deprecations.rules import as_json as rules_json
from deprecations.rules import headers_for, ruleset
from deprecations.successors import successor_of
from deprecations.suggested import completed, find_suggestion
from interfaces.aiming import reaches, thing_named
from interfaces.answerable import exemption
from interfaces.commands.setting import actor, print_json, print_rows, surroundings
from interfaces.views.deprecations import (
    deprecation_facts,
    event_facts,
    extension_facts,
    successor_facts,
    suggestion_facts,
)
from interfaces.views.facts import Facts
from interfaces.views.notices import notice_facts
from registry.apis import find_api

DATE = click.DateTime(["%Y-%m-%d"])
_KIND = click.Choice([one.value for one in TargetKind])
_RULE = click.Choice([one.value for one in Rule])
SUNSET_BY = click.Choice([one.value for one in SunsetBy])


@click.group()
def deprecation() -> None:
    """Plan the end of an operation, and see it through."""


@deprecation.command("plan")
@click.argument("slug")
@click.argument("operation", required=False)
@click.option("--kind", type=_KIND, default="operation", show_default=True, help="What ends.")
@click.option("--name", default="", help="Its name: a parameter's, a property's path, a version's label.")
@click.option("--place", default="", help="Where it stands: query, header, request, response, …")
@click.option("--value", default="", help="The value of an enum that ends.")
@click.option("--deprecated-on", type=DATE, required=True, help="First day that it counts as deprecated.")
@click.option("--sunset-on", type=DATE, help="Last day on which it works.")
@click.option("--closes-on", type=DATE, help="The day from which it is closed to new consumers.")
@click.option("--sunset-by", type=SUNSET_BY, default="date", show_default=True, help="What ends it.")
@click.option("--sunset-version", default="", help="The version whose arrival ends it.")
@click.option("--zone", default="UTC", show_default=True, help="The zone that the days are counted in.")
@click.option("--stability", default="stable", show_default=True, help="What its policy goes by.")
@click.option("--audience", default="public", show_default=True, help="What its policy goes by.")
@click.option("--reason", help="Why it ends, for its consumers.")
@click.option("--replacement", help="“GET /v2/orders/{id}”, a link, a sentence, or none.")
@click.option("--documentation", default="", help="Link to the migration guide.")
@click.option(
    "--finding", help="Fingerprint of the finding that asks for it, as `sundial compare --json` tells."
)
@click.option("--from-suggestion", "suggestion", help="What `sundial deprecation suggestions` lists by it.")
@click.option("--except", "excepts", multiple=True, type=_RULE, help="A rule that it need not keep.")
@click.option("--except-reason", default="", help="Why it need not.")
@click.option("--except-approved-by", default="", help="The address of who answers for it, other than you.")
@click.option("--announce", is_flag=True, help="Announce it at once; else it stays a draft.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def plan(slug: str, operation: str | None, announce: bool, as_json: bool, **given: Any) -> None:
    """Plan the end of OPERATION (“GET /v1/orders/{id}”) of the API SLUG, or of a part of it.

    Without OPERATION, of a part wherever it is, of a version or of the whole API, as --kind says; or of what
    the document marks, with --from-suggestion: what is left out then is as the document says.
    """
    around = surroundings()
    verb = plans.plan_and_announce if announce else plans.plan
    part = {name: given.pop(name) for name in ("kind", "name", "place", "value")}
    excused = _Excused(given.pop("excepts"), given.pop("except_reason"), given.pop("except_approved_by"))
    suggestion, finding = given.pop("suggestion"), given.pop("finding")
    with around.database.reading() as session:
        marked = find_suggestion(session, find_api(session, slug).id, suggestion) if suggestion else None
        if marked and (operation or any(part[name] for name in ("name", "place", "value"))):
            raise click.UsageError("--from-suggestion says what ends: leave OPERATION and its parts out")
        thing = marked.aim.thing if marked else thing_named(session, slug, operation or "", **part)
    said, reached = _said(given, marked), marked.aim.reaches if marked else reaches(around, thing)
    with around.database.transaction() as session:
        now, exceptions = around.clock(), excused.exemptions(session)
        made = verb(
            session,
            thing=thing,
            reaches=reached,
            finding=finding,
            exceptions=exceptions,
            by=actor(),
            now=now,
            **said,
        )
        act = "deprecation announced" if announce else "deprecation planned"
        record(session, actor=actor(), action=act, subject=f"{slug} {made.target.label}", now=now)
        facts = deprecation_facts(made)
    if as_json:
        print_json(facts)
        return
    click.echo(_told(facts))


@dataclass(frozen=True, slots=True)
class _Excused:
    """Rules that a plan need not keep, as the options name them."""

    rules: tuple[str, ...]
    reason: str
    approved_by: str

    def exemptions(self, session: Session) -> tuple[plans.Exemption, ...]:
        """Return them; raises UsageError where nobody says why, or who answers for it."""
        if self.rules and not (self.reason and self.approved_by):
            raise click.UsageError("--except takes --except-reason and --except-approved-by too")
        return tuple(
            exemption(session, rule=rule, reason=self.reason, approved_by=self.approved_by, by=actor())
            for rule in self.rules
        )


def _said(given: dict[str, Any], marked: Suggestion | None) -> plans.Said:
    """Return what a plan says by its options, completed by what the document says of it."""
    said: dict[str, Any] = {
        name: value.date() if isinstance(value, datetime) else value for name, value in given.items()
    }
    words = {name: said[name] for name in ("reason", "replacement", "sunset_on")}
    if marked is not None:
        words = dict(zip(words, completed(marked, **words), strict=True))
    missing = [f"--{name.replace('_', '-')}" for name, value in words.items() if value is None]
    if missing:
        raise click.UsageError(f"say {' and '.join(missing)}")
    return cast(plans.Said, {**said, **words, "sunset_by": SunsetBy(said["sunset_by"])})


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
    rows = [(one["id"], one["api"], one["target"]["label"], one["state"], one["sunset_on"]) for one in facts]
    print_rows(rows, ("id", "api", "what ends", "state", "last day"), "Nothing is ending.")


@deprecation.command("suggestions")
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_suggestions(slug: str, as_json: bool) -> None:
    """List what the newest document of the API SLUG marks as deprecated and nothing is planned for."""
    with surroundings().database.reading() as session:
        facts = [suggestion_facts(one) for one in suggestions(session, find_api(session, slug).id)]
    if as_json:
        print_json(facts)
        return
    rows = [(one["id"], one["target"]["label"], one["sunset"], one["replacement"]) for one in facts]
    print_rows(rows, ("id", "what", "sunset", "instead"), "Every mark of the document has its plan.")


@deprecation.command("show")
@click.argument("deprecation_id", type=int)
def show(deprecation_id: int) -> None:
    """Show a deprecation with how its successor differs, its history and notices, as JSON."""
    with surroundings().database.reading() as session:
        found = board.find(session, deprecation_id)
        told = notices.notices(session, deprecation_id=found.id)
        facts = {
            **deprecation_facts(found),
            "successor": successor_facts(successor_of(session, found)),
            "history": [event_facts(one) for one in history.history(session, found)],
            "extensions": [extension_facts(one) for one in extensions.extensions(session, found.id)],
            "notices": [notice_facts(one) for one in told.items],
        }
    print_json(facts)


@deprecation.command("edit")
@click.argument("deprecation_id", type=int)
@click.option("--reason", help="Why it ends, for its consumers.")
@click.option("--replacement", help="“GET /v2/orders/{id}”, a link, a sentence, or none.")
@click.option("--documentation", help="Link to the migration guide.")
@click.option("--deprecated-on", type=DATE, help="First day that it counts as deprecated.")
@click.option("--closes-on", type=DATE, help="The day from which it is closed to new consumers.")
@click.option("--sunset-on", type=DATE, help="Last day on which it works.")
@click.option("--sunset-by", type=SUNSET_BY, help="What ends it.")
@click.option("--sunset-version", help="The version whose arrival ends it.")
@click.option("--zone", help="The zone that the days are counted in.")
@click.option("--stability", help="What its policy goes by.")
@click.option("--audience", help="What its policy goes by.")
def edit(deprecation_id: int, **given: Any) -> None:
    """Change what a draft says; what is left out stays."""
    changes: dict[str, Any] = {
        name: value.date() if isinstance(value, datetime) else value
        for name, value in given.items()
        if value is not None
    }
    if "sunset_by" in changes:
        changes["sunset_by"] = SunsetBy(changes["sunset_by"])
    take_step(
        deprecation_id,
        "edited",
        lambda session, found, now: plans.edit(
            session, found, by=actor(), now=now, **cast(plans.Changes, changes)
        ),
    )


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


def take_step(deprecation_id: int, done: str, step: Callable[[Session, Deprecation, datetime], Any]) -> None:
    """Take a step of a plan in one transaction, write it into the audit trail, and say where it stands."""
    around = surroundings()
    with around.database.transaction() as session:
        now = around.clock()
        found = board.find(session, deprecation_id)
        step(session, found, now)
        record(session, actor=actor(), action=f"deprecation {done}", subject=found.target.label, now=now)
        facts = deprecation_facts(found)
    click.echo(_told(facts))


def _told(facts: Facts) -> str:
    last = f"{facts['sunset_on']} ({facts['zone']})"
    return f"{facts['id']}: {facts['target']['label']} is {facts['state']}; its last day is {last}"


def day(at: datetime | None) -> date | None:
    """Return the day that an option named, if it was given."""
    return at.date() if at else None
