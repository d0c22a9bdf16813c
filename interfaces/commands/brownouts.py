"""`sundial brownout` and `sundial freeze`."""

from datetime import datetime, time, timedelta

import click
from sqlalchemy.orm import Session

from access.audit import record
from consumers import directory
from deprecations import board
from deprecations.brownouts import exemptions, freezes, windows
from deprecations.brownouts.ramps import RAMPS, STATUSES, Window, in_both, lay_out, stretch
from deprecations.brownouts.report import report as report_of
from deprecations.calendar import clock_time
from deprecations.dates_in_words import day
from deprecations.models import Deprecation
from interfaces.brownouts import aborted, announced, exempted
from interfaces.commands.setting import actor, print_json, print_rows, surroundings
from interfaces.views.edge import brownout_facts, freeze_facts, report_facts
from interfaces.views.facts import Facts
from registry.apis import find_api

_TIME = click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"])


class _End(click.DateTime):
    """A time at which something ends; a day without a time counts whole."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read a time, or the end of a day."""
        at: datetime = super().convert(value, param, ctx)
        is_day = isinstance(value, str) and len(value.strip()) == len("2026-12-28")
        return at + timedelta(days=1) if is_day else at


_END = _End(_TIME.formats)
_NUMBER = click.argument("deprecation_id", type=int)


@click.group()
def brownout() -> None:
    """Announce brownouts of what ends, abort them, and see what they did."""


@brownout.command("ramps")
def ramps() -> None:
    """List the ramps that can be announced."""
    print_rows([(name, ramp.title) for name, ramp in RAMPS.items()], ("ramp", "windows"), "")


@brownout.command("announce")
@_NUMBER
@click.option("--ramp", type=click.Choice(list(RAMPS)), help="A ramp; `sundial brownout ramps` lists them.")
@click.option(
    "--at", "first_at", type=_TIME, required=True, help="The (first) beginning, in the plan's zone."
)
@click.option(
    "--until",
    type=_END,
    help="The end of a single window, in the plan's zone; a day counts whole.",
)
@click.option("--percent", type=click.IntRange(1, 100), default=100, show_default=True, help="Of callers.")
@click.option("--status", type=click.Choice([str(one) for one in STATUSES]), default="503", show_default=True)
@click.option("--reason", default="", help="Why, for the history.")
def announce(
    deprecation_id: int,
    ramp: str | None,
    first_at: datetime,
    until: datetime | None,
    percent: int,
    status: str,
    reason: str,
) -> None:
    """Announce a ramp of brownouts, or one window, of the deprecation DEPRECATION_ID."""
    if (ramp is None) == (until is None):
        raise click.UsageError("say --ramp for several windows, or --until for one")
    around = surroundings()
    with around.database.transaction() as session:
        plan = board.find(session, deprecation_id)
        start = clock_time(first_at, plan.zone)
        if ramp:
            chosen = lay_out(RAMPS[ramp], first_at=start, zone=plan.zone, status=int(status))
        else:
            chosen = (Window(start, clock_time(until or first_at, plan.zone), percent, int(status)),)
        announced(session, plan, chosen, by=actor(), reason=reason, now=around.clock())
    for one in chosen:
        click.echo(f"{in_both(one, plan.zone)}, {one.percent} %, {one.status}")


@brownout.command("list")
@_NUMBER
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_(deprecation_id: int, as_json: bool) -> None:
    """List a deprecation's brownouts in order of time."""
    around = surroundings()
    with around.database.reading() as session:
        plan = board.find(session, deprecation_id)
        facts = _windows(session, plan, around.clock())
        spans = [
            stretch(one.starts_at, one.ends_at, plan.zone)
            for one in windows.brownouts(session, [plan.id])[plan.id]
        ]
    if as_json:
        print_json(facts)
        return
    rows = [
        (one["id"], one["phase"], f"{one['percent']} %", one["status"], span)
        for one, span in zip(facts, spans, strict=True)
    ]
    print_rows(rows, ("id", "phase", "callers", "status", "window"), "No brownout is announced.")


@brownout.command("abort")
@_NUMBER
@click.option("--only", type=int, help="Only this brownout; else all that run or lie ahead.")
@click.option("--reason", required=True, help="Why, for the history.")
def abort(deprecation_id: int, only: int | None, reason: str) -> None:
    """Stop the brownout that runs and those ahead; edges follow by their next poll."""
    around = surroundings()
    with around.database.transaction() as session:
        plan = board.find(session, deprecation_id)
        stopped = aborted(session, plan, only=only, by=actor(), reason=reason, now=around.clock())
        click.echo(f"{len(stopped)} stopped: {', '.join(str(one.id) for one in stopped)}")


@brownout.command("report")
@click.argument("brownout_id", type=int)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def report(brownout_id: int, as_json: bool) -> None:
    """Tell what a brownout did: who was hit, who reacted, calls a day before and after."""
    around = surroundings()
    with around.database.reading() as session:
        one = windows.find_brownout(session, brownout_id)
        plan = board.find(session, one.deprecation_id)
        facts = report_facts(report_of(session, plan, one, now=around.clock()))
    if as_json:
        print_json(facts)
        return
    was = "consumer was" if facts["hit"] == 1 else "consumers were"
    click.echo(f"{facts['hit']} {was} hit, {facts['reacted']} reacted")
    rows = [
        (hit["consumer"], hit["refused"], hit["before"], _shown(hit["after"]), hit["reaction"])
        for hit in facts["hits"]
    ]
    print_rows(rows, ("consumer", "refused", "before", "after", "reaction"), "Nobody called around it.")
    if facts["unheard"]:
        click.echo(f"not heard of yet: {', '.join(facts['unheard'])}")


@brownout.command("exempt")
@_NUMBER
@click.argument("consumer")
@click.option("--until", type=_END, help="Up to when, in the plan's zone, a day whole; without it, for good.")
@click.option("--reason", required=True, help="Why, for the history.")
def exempt(deprecation_id: int, consumer: str, until: datetime | None, reason: str) -> None:
    """Let the brownouts of DEPRECATION_ID pass over CONSUMER."""
    around = surroundings()
    with around.database.transaction() as session:
        plan = board.find(session, deprecation_id)
        until_at = clock_time(until, plan.zone) if until else None
        who = directory.find(session, consumer)
        exempted(session, plan, who, until_at=until_at, reason=reason, by=actor(), now=around.clock())
    click.echo(f"{consumer} is passed over")


@brownout.command("end-exemption")
@_NUMBER
@click.argument("consumer")
@click.option("--reason", required=True, help="Why, for the history.")
def end_exemption(deprecation_id: int, consumer: str, reason: str) -> None:
    """Let the brownouts of DEPRECATION_ID reach CONSUMER again."""
    around = surroundings()
    with around.database.transaction() as session:
        plan, who, now = (
            board.find(session, deprecation_id),
            directory.find(session, consumer),
            around.clock(),
        )
        exemptions.end_exemption(session, plan, who, by=actor(), reason=reason, now=now)
        record(session, actor=actor(), action="exemption ended", subject=consumer, detail=reason, now=now)
    click.echo(f"{consumer} is passed over no more")


@click.group()
def freeze() -> None:
    """Keep the freeze calendar: times in which nothing is made to fail."""


@freeze.command("add")
@click.option("--api", "slug", help="Only this API; else all.")
@click.option("--from", "starts_at", type=_TIME, required=True, help="A day without a time is its beginning.")
@click.option("--to", "ends_at", type=_END, required=True, help="A day without a time counts whole.")
@click.option("--zone", default="UTC", show_default=True, help="The zone of both times.")
@click.option("--reason", required=True, help="Why, for those whose brownouts are refused.")
def add_freeze(slug: str | None, starts_at: datetime, ends_at: datetime, zone: str, reason: str) -> None:
    """Freeze an API, or all."""
    around = surroundings()
    with around.database.transaction() as session:
        now = around.clock()
        made = freezes.freeze(
            session,
            find_api(session, slug) if slug else None,
            starts_at=clock_time(starts_at, zone),
            ends_at=clock_time(ends_at, zone),
            zone=zone,
            reason=reason,
            by=actor(),
            now=now,
        )
        record(
            session, actor=actor(), action="freeze added", subject=slug or "all APIs", detail=reason, now=now
        )
        last = day(ends_at - timedelta(days=1))
        whole = f"; its last day, {last}, counts whole" if ends_at.time() == time.min else ""
        click.echo(f"{made.id}: {stretch(made.starts_at, made.ends_at, zone)}{whole}")


@freeze.command("list")
@click.option("--page", default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_freezes(page: int, as_json: bool) -> None:
    """List the freezes, the latest first."""
    with surroundings().database.reading() as session:
        found = freezes.freezes(session, page=page)
        facts = [freeze_facts(one) for one in found.items]
        spans = [stretch(one.starts_at, one.ends_at, one.zone) for one in found.items]
    if as_json:
        print_json(facts)
        return
    rows = [
        (one["id"], one["api"] or "all", span, one["reason"]) for one, span in zip(facts, spans, strict=True)
    ]
    print_rows(rows, ("id", "api", "time", "reason"), "Nothing is frozen.")


@freeze.command("remove")
@click.argument("freeze_id", type=int)
def remove_freeze(freeze_id: int) -> None:
    """Remove a freeze."""
    around = surroundings()
    with around.database.transaction() as session:
        gone = freezes.thaw(session, freeze_id)
        subject = gone.api.slug if gone.api else "all APIs"
        record(session, actor=actor(), action="freeze removed", subject=subject, now=around.clock())
    click.echo(f"{freeze_id} is removed")


def _windows(session: Session, plan: Deprecation, now: datetime) -> list[Facts]:
    frozen = freezes.freezes_of(session, plan.api_id)
    found = windows.brownouts(session, [plan.id])[plan.id]
    return [brownout_facts(one, windows.phase(one, frozen, now)) for one in found]


def _shown(rate: float | None) -> str:
    return "-" if rate is None else str(rate)
