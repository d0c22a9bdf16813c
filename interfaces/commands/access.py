"""`sundial token` and `sundial sign-in`."""

from datetime import timedelta

import click

from access import tokens
from access.audit import record
from access.errors import AccessError
from access.tokens import SCOPES
from access.users import administrator, sign_in_link
from interfaces.commands.setting import actor, print_rows, surroundings
from interfaces.people import sign_in_address
from interfaces.views.facts import instant


@click.command("sign-in")
def sign_in() -> None:
    """Print a link that signs the first administrator in, once, within a day."""
    around = surroundings()
    with around.database.transaction() as session:
        now = around.clock()
        first = administrator(session, email=around.settings.administrator, now=now)
        secret = sign_in_link(session, first, now)
        record(session, actor=actor(), action="sign-in link made", subject=first.email, now=now)
    click.echo(sign_in_address(around.settings.address, secret))


@click.group()
def token() -> None:
    """Make and revoke API tokens."""


@token.command("add")
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, required=True, type=click.Choice([scope.value for scope in SCOPES])
)
@click.option("--days", type=click.IntRange(1), help="Days until it expires; without it, never.")
def add(name: str, scopes: tuple[str, ...], days: int | None) -> None:
    """Make a token called NAME and print it; it is shown this once."""
    around = surroundings()
    with around.database.transaction() as session:
        now = around.clock()
        expires_at = now + timedelta(days=days) if days else None
        _row, secret = tokens.issue(
            session, name=name, scopes=scopes, by=actor(), expires_at=expires_at, now=now
        )
        record(session, actor=actor(), action="token made", subject=name, detail=" ".join(scopes), now=now)
    click.echo(secret)


@token.command("list")
@click.option("--page", default=1, show_default=True)
def list_(page: int) -> None:
    """List the tokens; their secrets are kept nowhere."""
    with surroundings().database.reading() as session:
        found = tokens.tokens(session, page).items
    rows = [
        (
            one.id,
            one.name,
            one.hint,
            one.scopes,
            instant(one.last_used_at) or "never",
            instant(one.revoked_at) or "",
        )
        for one in found
    ]
    head = ("id", "name", "ends in", "scopes", "last used", "revoked")
    print_rows(rows, head, "There are no tokens: sundial token add NAME --scope read")


@token.command("revoke")
@click.argument("token_id", type=int)
def revoke(token_id: int) -> None:
    """End the token of that id."""
    around = surroundings()
    with around.database.transaction() as session:
        now = around.clock()
        if not tokens.revoke(session, token_id, now):
            raise AccessError(f"there is no live token {token_id}: `sundial token list` shows them")
        record(session, actor=actor(), action="token revoked", subject=str(token_id), now=now)
    click.echo(f"token {token_id} is revoked")
