"""Who would be told what of an ending, when, and in which words: a part of `sundial mail`."""

import click

from deprecations import board
from deprecations import dry_run as ahead
from interfaces.commands.setting import print_json, print_rows, surroundings
from interfaces.mail import desk
from interfaces.views.dry_run import coming_facts, forecast_facts


@click.command("dry-run")
@click.argument("deprecation_id", type=int)
@click.option("--to", "email", help="Show the mail to this contact.")
@click.option("--milestone", help="The one about this step; without it the next.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def dry_run(deprecation_id: int, email: str | None, milestone: str | None, as_json: bool) -> None:
    """Tell who would be told what of the plan DEPRECATION_ID, when; nothing is sent or written."""
    around = surroundings()
    with around.database.reading() as session:
        plan, now, ours = board.find(session, deprecation_id), around.clock(), desk(around)
        found = ahead.dry_run(session, plan, desk=ours, now=now)
        if email is None:
            _show_list([coming_facts(one) for one in found], as_json)
            return
        notice = next(
            (
                one.notice
                for one in found
                if one.notice.contact
                and one.notice.contact.email.lower() == email.strip().lower()
                and milestone in (None, one.notice.milestone)
            ),
            None,
        )
        if notice is None or notice.contact_id is None:
            raise click.UsageError(f"nothing of that is to come for {email}")
        mail = ahead.forecast(session, plan, notice.contact_id, notice.milestone, desk=ours, now=now)
        facts = forecast_facts(mail)
    if as_json:
        print_json(facts)
        return
    if facts["stopped_by"]:
        click.echo(f"as things stand it would not go: {facts['stopped_by']}", err=True)
    click.echo(f"Goes: {facts['goes_at']}\nTo: {facts['recipient']}\nSubject: {facts['subject']}\n")
    click.echo(facts["text"], nl=False)


def _show_list(facts: list[dict[str, object]], as_json: bool) -> None:
    if as_json:
        print_json(facts)
        return
    columns = ("goes_at", "contact", "consumer", "milestone")
    rows = [[one[name] or "" for name in (*columns, "stopped_by")] for one in facts]
    print_rows(rows, ("goes", "to", "consumer", "step", "would not go, because"), "Nobody would be told.")
    stopped = sum(bool(one["stopped_by"]) for one in facts)
    if facts:
        click.echo(f"{len(facts) - stopped} would go, {stopped} would not as things stand", err=True)
