"""`sundial user`: the people who may sign in."""

import click

from access import people
from access.models import User
from access.sessions import last_seen
from interfaces.commands.setting import actor, print_json, print_rows, surroundings
from interfaces.people import Act, added, done, linked, sign_in_address
from interfaces.views.access import user_facts
from interfaces.views.facts import instant


@click.group()
def user() -> None:
    """Say who may sign in, and who administers."""


@user.command("add")
@click.argument("email")
@click.option("--name", required=True, help="What people call them.")
@click.option("--administrator", is_flag=True, help="They may add and disable people too.")
def add(email: str, name: str, administrator: bool) -> None:
    """Add the person with the address EMAIL and print their sign-in link; it is shown this once."""
    around = surroundings()
    with around.database.transaction() as session:
        _user, secret = added(
            session,
            email=email,
            name=name,
            is_administrator=administrator,
            by=actor(),
            now=around.clock(),
        )
    click.echo(sign_in_address(around.settings.address, secret))


@user.command("list")
@click.option("--page", default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(page: int, as_json: bool) -> None:
    """List the people by name, those who are disabled last."""
    with surroundings().database.reading() as session:
        found = people.people(session, page).items
        seen = last_seen(session, [one.id for one in found])
    if as_json:
        print_json([user_facts(one, seen.get(one.id)) for one in found])
        return
    rows = [(one.email, one.name, _standing(one), instant(seen.get(one.id)) or "not yet") for one in found]
    head = ("e-mail", "name", "standing", "last seen")
    print_rows(rows, head, "Nobody may sign in yet: sundial sign-in makes the first administrator")


@user.command("link")
@click.argument("email")
def link(email: str) -> None:
    """Print a new sign-in link for EMAIL; those made before and not used work no more."""
    around = surroundings()
    with around.database.transaction() as session:
        secret = linked(session, people.find_by_email(session, email), by=actor(), now=around.clock())
    click.echo(sign_in_address(around.settings.address, secret))


@user.command("promote")
@click.argument("email")
def promote(email: str) -> None:
    """Make EMAIL an administrator."""
    click.echo(f"{_done(email, Act.PROMOTE)} is an administrator")


@user.command("demote")
@click.argument("email")
def demote(email: str) -> None:
    """Make EMAIL an administrator no more; the last one stays it."""
    click.echo(f"{_done(email, Act.DEMOTE)} is no administrator")


@user.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Let EMAIL in no more: sessions and unused links end, and every history keeps the name."""
    click.echo(f"{_done(email, Act.DISABLE)} is disabled and signed out everywhere")


@user.command("enable")
@click.argument("email")
def enable(email: str) -> None:
    """Let EMAIL in again; they need a new link."""
    email = _done(email, Act.ENABLE)
    click.echo(f"{email} may come in again: sundial user link {email}")


def _done(email: str, act: Act) -> str:
    around = surroundings()
    with around.database.transaction() as session:
        found = people.find_by_email(session, email)
        done(session, found, act, by=actor(), now=around.clock())
        return found.email


def _standing(one: User) -> str:
    if one.disabled_at is not None:
        return f"disabled {instant(one.disabled_at)}"
    return "administrator" if one.is_administrator else "active"
