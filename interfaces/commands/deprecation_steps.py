"""`sundial deprecation announce`, `move`, `close` and the other steps that a plan takes."""

from collections.abc import Callable
from datetime import datetime

import click

from deprecations import acts, approvals, moving, plans
from deprecations.lifecycle import Step
from deprecations.models import SunsetBy
from interfaces.commands.deprecations import DATE, SUNSET_BY, day, deprecation, take_step
from interfaces.commands.setting import actor


@deprecation.command("announce")
@click.argument("deprecation_id", type=int)
def announce(deprecation_id: int) -> None:
    """Announce a draft: its dates are a promise then, and its consumers are told."""
    take_step(
        deprecation_id,
        "announced",
        lambda session, found, now: plans.announce(session, found, by=actor(), now=now),
    )


@deprecation.command("approve")
@click.argument("deprecation_id", type=int)
@click.option("--step", type=click.Choice(["announce", "move"]), required=True, help="What you agree to.")
@click.option("--deprecated-on", type=DATE, help="Without it, as it is.")
@click.option("--sunset-on", type=DATE, help="The last day that you agree to; without it, as it is.")
@click.option("--reason", required=True, help="Why, for the history.")
def approve(
    deprecation_id: int, step: str, deprecated_on: datetime | None, sunset_on: datetime | None, reason: str
) -> None:
    """Agree to a step that somebody else is to take; an earlier last day always needs that."""
    take_step(
        deprecation_id,
        "approved",
        lambda session, found, now: approvals.approve(
            session,
            found,
            Step(step),
            deprecated_on=day(deprecated_on) or found.deprecated_on,
            sunset_on=day(sunset_on) or found.sunset_on,
            reason=reason,
            by=actor(),
            now=now,
        ),
    )


@deprecation.command("move")
@click.argument("deprecation_id", type=int)
@click.option("--deprecated-on", type=DATE, help="Without it, as it was.")
@click.option("--sunset-on", type=DATE, required=True, help="The new last day.")
@click.option("--closes-on", type=DATE, help="Closed to new consumers from; without it, as it was.")
@click.option("--sunset-by", type=SUNSET_BY, help="What ends it; without it, as it was.")
@click.option("--sunset-version", default="", help="The version whose arrival ends it.")
@click.option("--reason", required=True, help="Why, for the history and for consumers.")
def move(
    deprecation_id: int,
    deprecated_on: datetime | None,
    sunset_on: datetime,
    closes_on: datetime | None,
    sunset_by: str | None,
    sunset_version: str,
    reason: str,
) -> None:
    """Move a deprecation's dates; earlier ones need an approval, and the whole notice period from today."""
    take_step(
        deprecation_id,
        "moved",
        lambda session, found, now: moving.move(
            session,
            found,
            deprecated_on=day(deprecated_on) or found.deprecated_on,
            sunset_on=sunset_on.date(),
            closes_on=day(closes_on),
            sunset_by=SunsetBy(sunset_by) if sunset_by else None,
            sunset_version=sunset_version,
            by=actor(),
            reason=reason,
            now=now,
        ),
    )


@deprecation.command("resume")
@click.argument("deprecation_id", type=int)
@click.option("--sunset-on", type=DATE, help="The new last day; without it, as it was.")
@click.option("--reason", required=True, help="Why, for the history and for consumers.")
def resume(deprecation_id: int, sunset_on: datetime | None, reason: str) -> None:
    """Go on with a paused deprecation; the days that were left then are owed again."""
    take_step(
        deprecation_id,
        "resumed",
        lambda session, found, now: moving.resume(
            session, found, sunset_on=day(sunset_on), by=actor(), reason=reason, now=now
        ),
    )


def _because(name: str, done: str, told: str, verb: Callable[..., object]) -> None:
    """Add the command of a step that takes nothing but its reason."""

    @deprecation.command(name, help=told)
    @click.argument("deprecation_id", type=int)
    @click.option("--reason", required=True, help="Why, for the history and for consumers.")
    def command(deprecation_id: int, reason: str) -> None:
        take_step(
            deprecation_id,
            done,
            lambda session, found, now: verb(session, found, by=actor(), reason=reason, now=now),
        )


_because("close", "closed", "Close it to new consumers: who calls it later raises an alarm.", acts.close)
_because("reopen", "reopened", "Let new consumers in again.", acts.reopen)
_because("pause", "paused", "Halt it: headers and notices stop until it is resumed.", acts.pause)
_because("cancel", "cancelled", "Cancel a deprecation: the operation stays.", acts.cancel)
_because("revive", "taken up again", "Take a cancelled deprecation up again, as a draft.", acts.revive)


@deprecation.command("remove")
@click.argument("deprecation_id", type=int)
@click.option("--reason", required=True, help="What it rests on.")
@click.option("--despite-verdict", is_flag=True, help="You answer for it where the verdict isn't safe.")
def remove(deprecation_id: int, reason: str, despite_verdict: bool) -> None:
    """Note that it is gone, after its sunset and with a verdict that is safe."""
    take_step(
        deprecation_id,
        "removed",
        lambda session, found, now: acts.remove(
            session, found, despite_verdict=despite_verdict, by=actor(), reason=reason, now=now
        ),
    )
