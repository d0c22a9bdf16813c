"""`sundial repository`."""

import click

from access.audit import record
from interfaces.commands.setting import actor, print_json, print_rows, surroundings
from interfaces.publishing import poll as poll_now
from interfaces.runtime import Runtime
from interfaces.views.apis import delivery_facts, repository_facts
from registry import inbox
from registry import repositories as spec_repositories
from registry.apis import find_api
from registry.models import SpecRepository
from registry.sources import HOSTS


@click.group()
def repository() -> None:
    """Connect spec repositories, so that their pushes publish."""


@repository.command("add")
@click.argument("slug")
@click.argument("location")
@click.option("--host", type=click.Choice([*HOSTS]), default="git", show_default=True)
@click.option("--branch", default="main", show_default=True)
@click.option("--path", required=True, help="The document's path from the repository's root.")
def add(slug: str, location: str, host: str, branch: str, path: str) -> None:
    """Connect the repository at LOCATION to the API SLUG; print its webhook and the secret to sign with."""
    around = surroundings()
    with around.database.transaction() as session:
        now = around.clock()
        made = spec_repositories.connect(
            session,
            find_api(session, slug),
            host=host,
            location=location,
            branch=branch,
            path=path,
            around=around.around,
            now=now,
        )
        record(session, actor=actor(), action="repository connected", subject=f"{slug} {location}", now=now)
    _print_webhook(around, made)


@repository.command("list")
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with the newest deliveries.")
def list_(slug: str, as_json: bool) -> None:
    """List the spec repositories of the API SLUG."""
    with surroundings().database.reading() as session:
        found = spec_repositories.repositories(session, find_api(session, slug).id)
        facts = [
            {
                **repository_facts(one),
                "deliveries": [delivery_facts(d) for d in inbox.deliveries(session, one.id)],
            }
            for one in found
        ]
    if as_json:
        print_json(facts)
        return
    rows = [(one["id"], one["host"], one["location"], one["branch"], one["path"]) for one in facts]
    head = ("id", "host", "location", "branch", "path")
    print_rows(rows, head, f"No repository is connected: sundial repository add {slug} LOCATION --path PATH")


@repository.command("secret")
@click.argument("repository_id", type=int)
@click.option("--rotate", is_flag=True, help="Begin a new one; the one before works until the next rotation.")
def secret(repository_id: int, rotate: bool) -> None:
    """Print the webhook of a repository and the secret to sign with."""
    around = surroundings()
    with around.database.transaction() as session:
        now = around.clock()
        found = spec_repositories.find_repository(session, repository_id)
        if rotate:
            spec_repositories.rotate_secret(session, found)
            record(session, actor=actor(), action="webhook secret rotated", subject=found.location, now=now)
    _print_webhook(around, found)


@repository.command("poll")
@click.argument("repository_id", type=int)
def poll(repository_id: int) -> None:
    """Fetch the branch's newest commit now, and publish its document."""
    around = surroundings()
    delivery = poll_now(around, repository_id)
    click.echo(f"{delivery.revision[:12]}: {delivery.state}: {delivery.outcome}")


def _print_webhook(around: Runtime, found: SpecRepository) -> None:
    click.echo(f"webhook  {around.settings.address}/webhooks/{found.host}/{found.id}")
    click.echo(f"secret   {spec_repositories.webhook_secret(found, around.secret_key)}")
    click.echo(
        f"signed   {HOSTS[found.host].signature}: {HOSTS[found.host].prefix}<HMAC-SHA256 of the body, in hex>"
    )
