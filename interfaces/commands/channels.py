"""What the commands of contacts and of owners share: an address taken in, an outcome told."""

import sys

import click

from interfaces.mail import deliver_due
from interfaces.runtime import Runtime
from interfaces.telling import BY_MAIL, NewSecret, secret_of
from notifications.desk import find, what_became
from notifications.endpoints import NAMES
from notifications.models import Endpoint, EnvelopeState, PostOffice

CHANNEL = click.Choice([BY_MAIL, *NAMES])


def address_given(channel: str, address: str | None) -> str:
    """Return the address of a channel; it is read from standard input where no argument gives it."""
    if channel != BY_MAIL and address in (None, "-"):
        return sys.stdin.readline()
    return address or ""


def say_where(around: Runtime, email: str, made: Endpoint | None) -> None:
    """Say where somebody is told from now on, with the secret that signs there, this once."""
    click.echo(f"{email} is told {f'at {made.hint}' if made else 'by mail'} from now on")
    if secret := secret_of(around, made):
        click.echo(f"secret   {secret}")


def say_secret(around: Runtime, made: NewSecret) -> None:
    """Say a new secret, this once, and on standard error which one signs no more."""
    click.echo(f"secret   {secret_of(around, made.endpoint) or 'nothing is signed there'}")
    if made.ended:
        click.echo(made.ended, err=True)


def try_now(around: Runtime, key: str) -> None:
    """Send an envelope, say what became of it, and leave with 1 where it did not go."""
    deliver_due(around, lambda: False)
    with around.database.reading() as session:
        envelope = find(session, key)
    click.echo(f"{envelope.state}: {what_became(envelope) or why_paused(around) or 'not tried yet'}")
    if envelope.state != EnvelopeState.SENT:
        sys.exit(1)


def why_paused(around: Runtime) -> str:
    """Say why no mail leaves, and how it does again; "" where it leaves."""
    with around.database.reading() as session:
        office = session.get(PostOffice, 1)
        if office is None or office.paused_at is None:
            return ""
        return f"mail is paused by {office.paused_by}: {office.reason}; `sundial mail resume` lets it leave"
