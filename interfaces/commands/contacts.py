"""`sundial contact`: who is told what concerns a consumer, and where."""

import click

from consumers import directory
from consumers.models import ContactRole
from deprecations.contact_endpoints import endpoints_of
from interfaces.commands.channels import CHANNEL, address_given, say_secret, say_where, try_now
from interfaces.commands.setting import actor, print_json, print_rows, surroundings
from interfaces.telling import (
    choose_channel,
    contact_of,
    edit_contact,
    new_secret,
    try_channel,
)
from interfaces.views.consumers import contact_facts
from storage.languages import NAMES


@click.group()
def contact() -> None:
    """Change a consumer's contacts, and choose where they are told."""


@contact.command("list")
@click.argument("consumer")
@click.option("--page", default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_(consumer: str, page: int, as_json: bool) -> None:
    """List the contacts of a CONSUMER, and where they are told."""
    with surroundings().database.reading() as session:
        found = directory.contacts_of(session, directory.find(session, consumer).id, page).items
        told = endpoints_of(session, [one.id for one in found])
        facts = [contact_facts(one, told.get(one.id)) for one in found]
    if as_json:
        print_json(facts)
        return
    rows = [
        (
            one["id"],
            one["email"],
            one["role"],
            one["language"],
            one["channel"]["channel"],
            one["channel"]["address"] or "",
            one["channel"]["off_because"] or one["disabled_reason"] or "",
        )
        for one in facts
    ]
    print_rows(
        rows,
        ("id", "contact", "role", "reads", "told by", "at", "why not"),
        "No contact: nobody will be told what concerns it.",
    )


@contact.command("edit")
@click.argument("consumer")
@click.argument("contact_id", type=int)
@click.option("--name", help="The person, or the mailbox.")
@click.option("--role", type=click.Choice([role.value for role in ContactRole]))
@click.option("--zone", help="The reader's time zone, as Europe/Berlin.")
@click.option("--language", type=click.Choice([*NAMES]), help="The language of their mails.")
def edit(consumer: str, contact_id: int, **given: str | None) -> None:
    """Change what is said about the contact CONTACT_ID of a CONSUMER."""
    around = surroundings()
    with around.database.transaction() as session:
        found = directory.find(session, consumer)
        one = contact_of(session, found, contact_id)
        edit_contact(session, around, found, one, by=actor(), **given)
        click.echo(f"{one.email} is {one.name}, {one.role}, in {one.zone}, and reads {NAMES[one.language]}")


@contact.command("channel")
@click.argument("consumer")
@click.argument("contact_id", type=int)
@click.argument("channel", type=CHANNEL)
@click.option("--address", help="Where to post; without it, or as -, it is read from standard input.")
def channel_(consumer: str, contact_id: int, channel: str, address: str | None) -> None:
    """Choose the CHANNEL by which a contact is told.

    The address is a secret: better not as an argument, where other users of the machine see it.
    """
    around = surroundings()
    where = address_given(channel, address)
    with around.database.transaction() as session:
        found = directory.find(session, consumer)
        one = contact_of(session, found, contact_id)
        made = choose_channel(session, around, found, one, channel=channel, address=where, by=actor())
        say_where(around, one.email, made)


@contact.command("secret")
@click.argument("consumer")
@click.argument("contact_id", type=int)
def secret_(consumer: str, contact_id: int) -> None:
    """Begin a new secret for a contact's webhook; the one before signs along for 14 days."""
    around = surroundings()
    with around.database.transaction() as session:
        found = directory.find(session, consumer)
        one = contact_of(session, found, contact_id)
        say_secret(around, new_secret(session, around, found, one, by=actor()))


@contact.command("trial")
@click.argument("consumer")
@click.argument("contact_id", type=int)
def trial(consumer: str, contact_id: int) -> None:
    """Send a trial message to where a contact is told, and say what became of it."""
    around = surroundings()
    with around.database.transaction() as session:
        found = directory.find(session, consumer)
        key = try_channel(session, around, found, contact_of(session, found, contact_id), by=actor()).key
    try_now(around, key)
