"""`sundial mail`: what the post office does, by hand."""

from collections.abc import Mapping
from typing import Any

import click

from access.audit import record
from consumers.contacts import change_contact, contacts_at
from consumers.models import ContactRole
from deprecations.cadences import cadence_of, set_cadence
from deprecations.escalation import USUAL_DAYS, escalation_days, set_escalation
from deprecations.hearing import Topic, as_words, in_words, routing_of, set_routing
from deprecations.ledger import ledger, ledger_csv
from deprecations.milestones import Cadence
from deprecations.notices import plan_notices
from deprecations.packing import pack
from deprecations.successors import waiting as without_comparison
from interfaces.commands.answers import answers_, decline, grant
from interfaces.commands.channels import try_now, why_paused
from interfaces.commands.dry_run import dry_run
from interfaces.commands.setting import actor, print_json, print_rows, surroundings
from interfaces.mail import deliver_due, desk, resume_mail, send_trial
from interfaces.successors import compare_successor
from interfaces.views.facts import instant, plain
from interfaces.views.notices import envelope_facts
from notifications.desk import find, list_envelopes, retry
from notifications.models import EnvelopeState
from notifications.office import pause
from registry.apis import find_api
from storage.languages import NAMES

_MOST_COMPARED = 1000


@click.group()
def mail() -> None:
    """Plan notices, send what is due, look at the outbox."""


for command in (answers_, grant, decline, dry_run):
    mail.add_command(command)


@mail.command("write")
def write() -> None:
    """Plan the notices and put those that are due into envelopes, as the scheduler does by itself.

    What differs at what is to be called instead is compared before, so that the mails tell it.
    """
    around = surroundings()
    with around.database.reading() as session:
        waiting = without_comparison(session, _MOST_COMPARED)
    for plan_id in waiting:
        compare_successor(around, plan_id)
    with around.database.transaction() as session:
        planned = plan_notices(session, around.clock())
        packed = pack(session, desk=desk(around), now=around.clock())
    click.echo(f"{planned} notices planned, {packed} envelopes written")


@mail.command("send")
def send() -> None:
    """Send what is due in the outbox, as the scheduler does by itself."""
    around = surroundings()
    click.echo(f"{deliver_due(around, lambda: False)} envelopes sent")
    if paused := why_paused(around):
        click.echo(paused, err=True)


@mail.command("list")
@click.option(
    "--state", type=click.Choice([state.value for state in EnvelopeState]), help="Only those in this state."
)
@click.option("--page", default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_(state: str | None, page: int, as_json: bool) -> None:
    """List the envelopes, newest first."""
    with surroundings().database.reading() as session:
        facts = [envelope_facts(one) for one in list_envelopes(session, state=state or "", page=page).items]
    if as_json:
        print_json(facts)
        return
    rows = [(one["key"], one["recipient"], one["state"], _when_or_why(one)) for one in facts]
    print_rows(rows, ("key", "to", "state", "sent, or why not"), "The outbox is empty.")


def _when_or_why(one: Mapping[str, Any]) -> str:
    first, second = ("error", "sent_at") if one["state"] == EnvelopeState.FAILED else ("sent_at", "error")
    return str(one[first] or one[second] or "")


@mail.command("ledger")
@click.option("--json", "as_json", is_flag=True, help="The newest page, as JSON.")
@click.option("--page", default=1, show_default=True)
def ledger_(as_json: bool, page: int) -> None:
    """Write who was told what, when, with which promise and what proves it, as CSV."""
    with surroundings().database.reading() as session:
        if as_json:
            print_json([plain(entry) for entry in ledger(session, page=page).items])
            return
        for portion in ledger_csv(session):
            click.echo(portion, nl=False)


@mail.command("pause")
@click.argument("reason")
def pause_(reason: str) -> None:
    """Let no mail leave until `sundial mail resume`; say why."""
    around = surroundings()
    if not reason.strip():
        raise click.UsageError("say why no mail is to leave: whoever finds it paused wants to know")
    with around.database.transaction() as session:
        now = around.clock()
        pause(session, by=actor(), reason=reason, now=now)
        record(session, actor=actor(), action="mail paused", subject="all", detail=reason, now=now)
    click.echo("No mail leaves until it is resumed; notices are written all the same.")


@mail.command("resume")
@click.option("--hold-queued", is_flag=True, help="What waits now doesn't go out; it stands under failed.")
def resume_(hold_queued: bool) -> None:
    """Let mail leave again."""
    around = surroundings()
    with around.database.transaction() as session:
        held = resume_mail(session, around, hold_queued=hold_queued, by=actor())
    click.echo(f"Mail leaves again. Mails held back: {held:,}.")


@mail.command("trial")
@click.argument("recipient")
def trial(recipient: str) -> None:
    """Send a trial mail to RECIPIENT, and say what became of it."""
    around = surroundings()
    with around.database.transaction() as session:
        key = send_trial(session, around, recipient, by=actor()).key
    try_now(around, key)


@mail.command("language")
@click.argument("email")
@click.argument("language", type=click.Choice([*NAMES]))
def language_(email: str, language: str) -> None:
    """Choose the LANGUAGE in which mails to EMAIL are written."""
    around = surroundings()
    with around.database.transaction() as session:
        contacts = contacts_at(session, email)
        for contact in contacts:
            change_contact(session, contact, language=language)
        if contacts:
            now = around.clock()
            record(session, actor=actor(), action="language chosen", subject=email, detail=language, now=now)
    if not contacts:
        raise click.UsageError(f"no contact has the address {email}")
    click.echo(f"mails to {email} are written in {NAMES[language]} from now on")


@mail.command("cadence")
@click.argument("api")
@click.argument("cadence", required=False, type=click.Choice([one.value for one in Cadence]))
def cadence_(api: str, cadence: str | None) -> None:
    """Show how often an API's consumers are reminded, or choose a CADENCE."""
    around = surroundings()
    with around.database.transaction() as session:
        found = find_api(session, api)
        if cadence:
            set_cadence(session, found.id, cadence)
            record(
                session,
                actor=actor(),
                action="cadence changed",
                subject=api,
                detail=cadence,
                now=around.clock(),
            )
        click.echo(f"{found.name} reminds in the {cadence_of(session, found.id)} cadence")


@mail.command("escalation")
@click.argument("api")
@click.argument("days", required=False, type=click.IntRange(0, 365))
def escalation_(api: str, days: int | None) -> None:
    """Show how many DAYS before the end others are told where nobody answers, or choose.

    0 is never.
    """
    around = surroundings()
    with around.database.transaction() as session:
        found, now = find_api(session, api), around.clock()
        if days is not None:
            set_escalation(session, found.id, days)
            detail = f"{days} days"
            record(session, actor=actor(), action="escalation changed", subject=api, detail=detail, now=now)
        chosen = escalation_days(session).get(found.id, USUAL_DAYS)
    click.echo(f"others are told {chosen} days before the end" if chosen else "nobody else is told")


@mail.command("routing")
@click.argument("api")
@click.argument("topic", required=False, type=click.Choice([one.value for one in Topic]))
@click.argument("roles", nargs=-1, type=click.Choice([one.value for one in ContactRole]))
def routing_(api: str, topic: str | None, roles: tuple[str, ...]) -> None:
    """Show which roles hear of what an API's notices are about, or choose the ROLES that hear of a TOPIC.

    Without a role, everybody hears of it.
    """
    around = surroundings()
    with around.database.transaction() as session:
        found = find_api(session, api)
        if topic:
            detail = in_words(as_words(set_routing(session, found.id, {topic: roles})))
            now = around.clock()
            record(session, actor=actor(), action="routing changed", subject=api, detail=detail, now=now)
        rows = as_words(routing_of(session, found.id)).items()
    print_rows([(name, ", ".join(heard) or "everybody") for name, heard in rows], ("about", "told to"), "")


@mail.command("retry")
@click.argument("key")
def again(key: str) -> None:
    """Queue the failed envelope of that KEY again."""
    around = surroundings()
    with around.database.transaction() as session:
        envelope = find(session, key)
        retry(session, envelope, now=around.clock())
    click.echo(f"{key} is queued for {instant(envelope.next_attempt_at)}")
