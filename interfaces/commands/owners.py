"""`sundial owner`: who of an API's own team is told what needs it."""

import click

from deprecations.escalation import plan_escalations
from deprecations.owner_mail import owner_notices, tell_owners
from deprecations.owners import find_owner, owners, told_of
from interfaces import teams
from interfaces.commands.channels import CHANNEL, address_given, say_secret, say_where, try_now
from interfaces.commands.setting import actor, print_json, print_rows, surroundings
from interfaces.mail import desk
from interfaces.views.owners import owner_facts, owner_notice_facts
from registry.apis import find_api
from storage.languages import DEFAULT, NAMES

_LANGUAGE = click.Choice([*NAMES])


@click.group()
def owner() -> None:
    """Choose who of an API's team is told of breaking versions, silent sources, questions and the like."""


@owner.command("list")
@click.argument("api")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_(api: str, as_json: bool) -> None:
    """List who of the team of an API is told."""
    with surroundings().database.reading() as session:
        found = find_api(session, api)
        facts = [owner_facts(one) for one in owners(session, found.id)]
        implied = told_of(session, [found])[found.id] if not facts else ()
    if as_json:
        print_json(facts)
        return
    rows = [
        (one["id"], one["email"], one["channel"]["channel"], "yes" if one["fallback"] else "", one["zone"])
        for one in facts
    ]
    nobody = f"Nobody is told: sundial owner add {api} EMAIL --name NAME"
    asked = f"Nobody is named, so {implied[0].email} is told: whom to ask." if implied else nobody
    print_rows(rows, ("id", "owner", "told by", "fallback", "zone"), asked)


@owner.command("add")
@click.argument("api")
@click.argument("email")
@click.option("--name", required=True, help="The person, or the mailbox.")
@click.option("--zone", default="UTC", show_default=True, help="Their time zone, as Europe/Berlin.")
@click.option("--language", type=_LANGUAGE, default=DEFAULT, show_default=True, help="Of their mails.")
@click.option("--fallback", is_flag=True, help="Told too where nobody of a consumer answers.")
def add(api: str, email: str, fallback: bool, **given: str) -> None:
    """Name EMAIL as somebody of the team of an API."""
    around = surroundings()
    with around.database.transaction() as session:
        found = find_api(session, api)
        teams.add_owner(session, around, found, by=actor(), email=email, is_fallback=fallback, **given)
    click.echo(f"{email} is told what needs {api}")


@owner.command("edit")
@click.argument("api")
@click.argument("owner_id", type=int)
@click.option("--name", help="The person, or the mailbox.")
@click.option("--zone", help="Their time zone, as Europe/Berlin.")
@click.option("--language", type=_LANGUAGE, help="The language of their mails.")
@click.option("--fallback/--no-fallback", default=None, help="Told too where nobody of a consumer answers.")
def edit(api: str, owner_id: int, fallback: bool | None, **given: str | None) -> None:
    """Change what is said about OWNER_ID."""
    around = surroundings()
    with around.database.transaction() as session:
        found = find_api(session, api)
        one = find_owner(session, found, owner_id)
        teams.change_owner(session, around, found, one, by=actor(), is_fallback=fallback, **given)
        click.echo(f"{one.email} is changed")


@owner.command("remove")
@click.argument("api")
@click.argument("owner_id", type=int)
def remove(api: str, owner_id: int) -> None:
    """Tell OWNER_ID no more."""
    around = surroundings()
    with around.database.transaction() as session:
        found = find_api(session, api)
        teams.remove_owner(session, around, found, find_owner(session, found, owner_id), by=actor())
    click.echo("removed")


@owner.command("channel")
@click.argument("api")
@click.argument("owner_id", type=int)
@click.argument("channel", type=CHANNEL)
@click.option("--address", help="Where to post; without it, or as -, it is read from standard input.")
def channel_(api: str, owner_id: int, channel: str, address: str | None) -> None:
    """Choose the CHANNEL by which OWNER_ID is told.

    The address is a secret: better not as an argument, where other users of the machine see it.
    """
    around = surroundings()
    where = address_given(channel, address)
    with around.database.transaction() as session:
        found = find_api(session, api)
        one = find_owner(session, found, owner_id)
        made = teams.choose_owner_channel(
            session, around, found, one, channel=channel, address=where, by=actor()
        )
        say_where(around, one.email, made)


@owner.command("secret")
@click.argument("api")
@click.argument("owner_id", type=int)
def secret_(api: str, owner_id: int) -> None:
    """Begin a new secret for the webhook of OWNER_ID; the one before signs along for 14 days."""
    around = surroundings()
    with around.database.transaction() as session:
        found = find_api(session, api)
        one = find_owner(session, found, owner_id)
        say_secret(around, teams.new_owner_secret(session, around, found, one, by=actor()))


@owner.command("trial")
@click.argument("api")
@click.argument("owner_id", type=int)
def trial(api: str, owner_id: int) -> None:
    """Send a trial message to where OWNER_ID is told, and say what became of it."""
    around = surroundings()
    with around.database.transaction() as session:
        found = find_api(session, api)
        one = find_owner(session, found, owner_id)
        key = teams.try_owner_channel(session, around, found, one, by=actor()).key
    try_now(around, key)


@owner.command("tell")
def tell() -> None:
    """Put what needs the teams of all APIs into envelopes, as the scheduler does by itself.

    Where nobody of a consumer answers, the notices for the next role are planned too.
    """
    around = surroundings()
    with around.database.transaction() as session:
        plan_escalations(session, around.clock())
        posted = tell_owners(session, desk=desk(around), now=around.clock())
    click.echo(f"{posted} envelopes written")


@owner.command("notices")
@click.argument("api")
@click.option("--page", default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def notices_(api: str, page: int, as_json: bool) -> None:
    """List what the team of an API was told or is to be told, newest first."""
    with surroundings().database.reading() as session:
        found = owner_notices(session, find_api(session, api).id, page).items
        facts = [owner_notice_facts(one) for one in found]
    if as_json:
        print_json(facts)
        return
    rows = [
        (one["created_at"], one["recipient"], "told" if one["envelope"] else "waits", one["sentence"])
        for one in facts
    ]
    print_rows(rows, ("since", "to", "", "what"), "Nothing needed this API's team so far.")
