"""`sundial impact`."""

import sys

import click

from access.audit import record
from deprecations.impact import WINDOW_DAYS
from deprecations.impact_record import Impact
from deprecations.outdated import outdated
from deprecations.snapshots import current, latest, take
from deprecations.standing import Standing, rank
from interfaces.commands.publishing import compared
from interfaces.commands.setting import actor, print_json, print_rows, surroundings
from interfaces.impact_words import WORDS, based_on, counted, headline, told
from interfaces.runtime import Runtime
from interfaces.views.comparisons import impact_facts
from interfaces.views.facts import instant
from registry import comparisons
from registry.errors import RegistryError
from registry.models import ComparisonState

_FAILING = [standing.value for standing in Standing if standing is not Standing.NOT_HURT]


@click.command("impact")
@click.argument("slug")
@click.argument("old")
@click.argument("new")
@click.option("--again", is_flag=True, help="Work it out anew, from what is known by now, and keep that too.")
@click.option("--days", type=click.IntRange(1, 400), help="With --again: from the calls of so many days.")
@click.option("--fail-on", type=click.Choice(_FAILING), help="Exit 1 when a consumer stands so, or worse.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def impact(
    slug: str, old: str, new: str, again: bool, days: int | None, fail_on: str | None, as_json: bool
) -> None:
    """Say whom the step from version OLD to NEW of the API SLUG hits, and how that is known.

    It is the impact as it was worked out last. Exit 0, or 1 as --fail-on says.
    """
    if days is not None and not again:
        raise click.UsageError("--days is for --again: what was kept rests on the days that it was made with")
    around = surroundings()
    found, stale = _found(around, compared(around, slug, old, new), again, days or WINDOW_DAYS)
    if as_json:
        print_json({**impact_facts(found), "outdated": stale})
    else:
        _print(found)
        if stale:
            click.echo(f"{stale}: --again works it out anew.")
    if fail_on and any(rank(one.standing) <= rank(Standing(fail_on)) for one in found.consumers):
        sys.exit(1)


def _found(around: Runtime, comparison_id: int, again: bool, days: int) -> tuple[Impact, str | None]:
    """Return the impact, and what came in since it was worked out."""
    with around.database.reading() as session:
        comparison = comparisons.find(session, comparison_id)
        if comparison.state != ComparisonState.DONE:
            raise RegistryError(comparison.error or "the comparison is being made: ask again")
        if not again:
            now = around.clock()
            found = current(session, comparison_id, now)
            return found, outdated(session, comparison.api_id, found.at, now)
    with around.database.transaction() as session:
        now = around.clock()
        take(session, comparison_id, by=actor(), window_days=days, now=now)
        subject = f"{comparison.api.slug} {comparison.old_version.label} {comparison.new_version.label}"
        record(session, actor=actor(), action="impact worked out", subject=subject, now=now)
        kept = latest(session, comparison_id)
    assert kept is not None  # noqa: S101 - for the type checker: it was kept a line above
    return kept, None


def _print(found: Impact) -> None:
    click.echo(headline(found))
    if found.total:
        click.echo(f"Of all consumers {counted(found.counts)}.")
    click.echo(based_on(found))
    for one in found.findings:
        click.echo(f"  {one.level:9}  {one.text}")
        click.echo(f"             {told(one)}")
    rows = [
        (one.name, WORDS[one.standing], one.findings, one.calls, instant(one.last_call_at) or "never")
        for one in found.consumers
        if one.standing is not Standing.NOT_HURT
    ]
    if rows:
        print_rows(rows, ("consumer", "standing", "findings", "calls", "last call"), "")
