"""`sundial consumer`."""

from pathlib import Path

import click

from access.audit import record
from consumers import directory
from consumers.merging import credential_of, split
from consumers.models import ContactRole, CredentialKind
from deprecations.contact_endpoints import endpoints_of
from deprecations.merged_consumers import merge_consumers
from interfaces.commands.setting import actor, print_json, print_rows, surroundings
from interfaces.importing import FORMATS, List, format_of, import_list
from interfaces.views.consumers import consumer_facts, contact_facts, credential_facts
from interfaces.views.facts import plain
from storage.languages import DEFAULT, NAMES

_KINDS = [kind.value for kind in CredentialKind if kind is not CredentialKind.NONE]


@click.group()
def consumer() -> None:
    """Register consumers, their credentials and their contacts."""


@consumer.command("add")
@click.argument("slug")
@click.option("--name", required=True, help="What people call it.")
@click.option("--description", default="", help="What it does, in a sentence.")
@click.option("--team", default="", help="Who runs it.")
def add(slug: str, name: str, description: str, team: str) -> None:
    """Register a consumer under SLUG."""
    around = surroundings()
    with around.database.transaction() as session:
        now = around.clock()
        directory.register(session, slug=slug, name=name, description=description, team=team, now=now)
        record(session, actor=actor(), action="consumer registered", subject=slug, now=now)
    click.echo(
        f"{slug} is registered. How does traffic name it? sundial consumer credential {slug} KIND VALUE"
    )


@consumer.command("remove")
@click.argument("slug")
@click.option("--yes", is_flag=True, help="Do it; without it nothing is removed.")
def remove(slug: str, yes: bool) -> None:
    """Take the consumer SLUG away with its contacts, for good; what it called becomes unattributed."""
    around = surroundings()
    with around.database.transaction() as session:
        found = directory.find(session, slug)
        if not yes:
            raise click.UsageError(
                f"{slug} would go with its credentials, contacts and notices, for good: say --yes to do so"
            )
        now, name = around.clock(), found.name
        directory.remove(session, found, now)
        record(session, actor=actor(), action="consumer removed", subject=slug, detail=name, now=now)
    click.echo(f"{slug} is gone; what it called is unattributed now")


@consumer.command("list")
@click.option("--search", default="", help="Part of a name.")
@click.option("--page", default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_(search: str, page: int, as_json: bool) -> None:
    """List the consumers."""
    with surroundings().database.reading() as session:
        found = directory.consumers(session, search=search, page=page)
        facts = [consumer_facts(one) for one in found.items]
    if as_json:
        print_json(facts)
        return
    rows = [(one["slug"], one["name"], one["team"]) for one in facts]
    print_rows(
        rows, ("slug", "name", "team"), "There are no consumers: sundial consumer add SLUG --name NAME"
    )


@consumer.command("show")
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def show(slug: str, as_json: bool) -> None:
    """Show a consumer with its credentials and contacts."""
    with surroundings().database.reading() as session:
        found = directory.find(session, slug)
        listed = directory.contacts_of(session, found.id).items
        told = endpoints_of(session, [one.id for one in listed])
        facts = {
            **consumer_facts(found),
            "credentials": [
                credential_facts(one) for one in directory.credentials_of(session, found.id).items
            ],
            "contacts": [contact_facts(one, told.get(one.id)) for one in listed],
        }
    if as_json:
        print_json(facts)
        return
    click.echo(f"{facts['name']} ({slug})")
    credentials = [(one["id"], one["kind"], one["hint"]) for one in facts["credentials"]]
    print_rows(
        credentials, ("id", "credential", "hint"), "No credential: its traffic can't be told from others'."
    )
    contacts = [
        (one["id"], one["email"], one["role"], one["zone"], one["language"]) for one in facts["contacts"]
    ]
    print_rows(
        contacts,
        ("id", "contact", "role", "zone", "language"),
        "No contact: nobody will be told what concerns it.",
    )


@consumer.command("credential")
@click.argument("slug")
@click.argument("kind", type=click.Choice(_KINDS))
@click.argument("value")
def credential(slug: str, kind: str, value: str) -> None:
    """Say how traffic names the consumer SLUG; usage seen under that name before becomes its own."""
    around = surroundings()
    with around.database.transaction() as session:
        now = around.clock()
        made = directory.add_credential(
            session, directory.find(session, slug), kind=kind, value=value, pepper=around.pepper, now=now
        )
        record(
            session,
            actor=actor(),
            action="credential added",
            subject=slug,
            detail=f"{kind} {made.hint}",
            now=now,
        )
    click.echo(f"{kind} {made.hint} names {slug} now")


@consumer.command("contact")
@click.argument("slug")
@click.argument("email")
@click.option("--name", required=True, help="The person, or the mailbox.")
@click.option(
    "--role", type=click.Choice([role.value for role in ContactRole]), default="technical", show_default=True
)
@click.option("--zone", default="UTC", show_default=True, help="The reader's time zone, as Europe/Berlin.")
@click.option("--language", type=click.Choice([*NAMES]), default=DEFAULT, show_default=True, help="Of mails.")
def contact(slug: str, email: str, **given: str) -> None:
    """Add a contact of the consumer SLUG: whom to tell what concerns it."""
    around = surroundings()
    with around.database.transaction() as session:
        now = around.clock()
        found = directory.find(session, slug)
        directory.add_contact(session, found, email=email, **given, now=now)
        record(session, actor=actor(), action="contact added", subject=slug, detail=email, now=now)
    click.echo(f"{email} is told what concerns {slug}")


@consumer.command("move")
@click.argument("slug")
@click.argument("credential_id", type=int)
@click.argument("to")
def move(slug: str, credential_id: int, to: str) -> None:
    """Give a credential of the consumer SLUG to the consumer TO, with all calls that came under it."""
    around = surroundings()
    with around.database.transaction() as session:
        found, now = credential_of(session, directory.find(session, slug), credential_id), around.clock()
        calls = directory.move_credential(session, found, directory.find(session, to))
        detail = f"{found.kind} {found.hint} to {to}"
        record(session, actor=actor(), action="credential moved", subject=slug, detail=detail, now=now)
    click.echo(f"{detail}; {calls} calls went along")


@consumer.command("merge")
@click.argument("slug")
@click.argument("other")
@click.option("--yes", is_flag=True, help="Do it; without it nothing is merged.")
def merge_(slug: str, other: str, yes: bool) -> None:
    """Make the consumer OTHER one with SLUG: all that it has goes along, and it is no more."""
    around = surroundings()
    with around.database.transaction() as session:
        into, gone = directory.find(session, slug), directory.find(session, other)
        if not yes:
            raise click.UsageError(f"{other} would go into {slug}, and be no more: say --yes to do so")
        now = around.clock()
        merged = merge_consumers(session, into, gone, by=actor(), now=now)
        record(
            session, actor=actor(), action="consumer merged", subject=slug, detail=f"with {other}", now=now
        )
    click.echo(
        f"{other} is {slug} now: {merged.calls} calls, {merged.credentials} credentials and "
        f"{merged.contacts} contacts went along"
    )


@consumer.command("split")
@click.argument("slug")
@click.argument("new")
@click.argument("credentials", nargs=-1, required=True, type=int)
@click.option("--name", required=True, help="What people call the new one.")
def split_(slug: str, new: str, credentials: tuple[int, ...], name: str) -> None:
    """Make the consumer NEW of some CREDENTIALS of SLUG, with all calls that came under them."""
    around = surroundings()
    with around.database.transaction() as session:
        now = around.clock()
        split(session, directory.find(session, slug), credentials, slug=new, name=name, now=now)
        detail = f"{new} out of it"
        record(session, actor=actor(), action="consumer split", subject=slug, detail=detail, now=now)
    click.echo(f"{new} is a consumer of its own now")


@consumer.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "kind", type=click.Choice(list(FORMATS)), help="Without it, the name tells.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--move", is_flag=True, help="Let credentials of other consumers change hands.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def import_(file: Path, kind: str | None, dry_run: bool, move: bool, as_json: bool) -> None:
    """Import consumers, contacts and owners from FILE: a Backstage catalog (.yaml) or a table (.csv).

    Nothing is taken away. A list with a fault changes nothing; every fault is told at its place.
    """
    given = List(file.read_bytes(), file.name, kind or format_of(file.name), may_move=move)
    report = import_list(surroundings(), given, actor(), dry_run=dry_run)
    if as_json:
        print_json({"applied": not dry_run, **plain(report)})
        return
    rows = [(one.place, one.what, one.subject, one.detail) for one in report.changes]
    print_rows(rows, ("where", "what", "whose", "how"), "Nothing changes: all of it is so already.")
    for note in report.notes:
        click.echo(note, err=True)
    if dry_run and rows:
        click.echo("Nothing was changed: leave --dry-run out to do so.", err=True)
