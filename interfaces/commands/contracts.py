"""`sundial contract`."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from access.audit import record
from consumers import contracts, directory
from consumers.contract_routes import contract_matcher
from consumers.contracts import Offer
from consumers.errors import ConsumersError
from consumers.pacts.broker import Broker, fetch_contracts
from interfaces.commands.setting import actor, print_json, print_rows, surroundings
from interfaces.contract_intake import retire, take_contract, told, warned
from interfaces.runtime import Runtime
from interfaces.views.consumers import contract_facts, interaction_facts
from interfaces.views.facts import instant
from registry import apis

_LARGEST = 20 * 1024 * 1024


@click.group()
def contract() -> None:
    """Keep what consumers' tests rely on (Pact files), as evidence of whom a change hurts."""


@contract.command("add")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--api", "api_slug", help="The API that they are about; without it, the provider's name says.")
@click.option("--consumer", "consumer_slug", help="Whose they are; without it, the consumer's name says.")
@click.option("--version", help="The consumer's version; without it, a digest.")
def add(
    paths: tuple[Path, ...], api_slug: str | None, consumer_slug: str | None, version: str | None
) -> None:
    """Keep the Pact files at PATHS; of a folder, every .json file in it and below.

    A consumer that nobody knows is registered under its name. Exit 1 when a file was refused; the others are
    kept.
    """
    around, refused = surroundings(), 0
    for path in _files(paths):
        if path.stat().st_size > _LARGEST:
            click.echo(f"{path}: is larger than {_LARGEST >> 20} MB", err=True)
            refused += 1
            continue
        offer = Offer(path.read_bytes(), str(path), version, api_slug, consumer_slug)
        refused += not _take(around, offer, str(path))
    sys.exit(1 if refused else 0)


@contract.command("fetch")
@click.argument("url")
@click.option("--provider", required=True, help="The API's name at the broker.")
@click.option("--api", "api_slug", help="The API that they are about; without it, the provider's name says.")
@click.option("--token", envvar="SUNDIAL_PACT_BROKER_TOKEN", help="Sent as a bearer token.")
@click.option("--user", envvar="SUNDIAL_PACT_BROKER_USER", help="For a broker with user and password.")
@click.option("--password", envvar="SUNDIAL_PACT_BROKER_PASSWORD", help="The user's.")
def fetch(
    url: str, provider: str, api_slug: str | None, token: str | None, user: str | None, password: str | None
) -> None:
    """Keep the newest contract of each consumer of a provider, from the Pact Broker at URL.

    No other host is asked, whatever the broker's answers point at. Exit 1 when a contract was refused.
    """
    around, broker, refused, found = surroundings(), Broker(url, token, user, password), 0, 0
    for one in fetch_contracts(broker, provider):
        found += 1
        offer = Offer(one.data, f"broker {broker.host}", one.version, api_slug)
        refused += not _take(around, offer, one.consumer or "a contract")
    if not found:
        click.echo(f"{broker.host} has no contract with {provider}")
    sys.exit(1 if refused else 0)


@contract.command("list")
@click.option("--api", "api_slug", help="Only those with this API.")
@click.option("--consumer", "consumer_slug", help="Only those of this consumer.")
@click.option("--page", default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_(api_slug: str | None, consumer_slug: str | None, page: int, as_json: bool) -> None:
    """List the contracts, newest first."""
    with surroundings().database.reading() as session:
        found = contracts.contracts(
            session,
            api_id=apis.find_api(session, api_slug).id if api_slug else None,
            consumer_id=directory.find(session, consumer_slug).id if consumer_slug else None,
            page=page,
        )
        facts = [contract_facts(one) for one in found.items]
    if as_json:
        print_json(facts)
        return
    rows = [
        (
            one["id"],
            one["consumer"],
            one["api"],
            one["version"],
            one["interactions"],
            one["unmatched"] or "",
            "counts" if one["current"] else "retired",
            one["confirmed_at"],
        )
        for one in facts
    ]
    head = ("id", "consumer", "api", "version", "interactions", "unmatched", "state", "handed in")
    print_rows(rows, head, "There are no contracts: sundial contract add FILE")


@contract.command("show")
@click.argument("contract_id", type=int)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def show(contract_id: int, as_json: bool) -> None:
    """Show what a contract relies on."""
    with surroundings().database.reading() as session:
        found = contracts.find_contract(session, contract_id)
        match = contract_matcher(session, found.api_id)
        met = [(one, match(one.method, one.path)) for one in contracts.interactions_of(session, found)]
        facts = contract_facts(found)
    if as_json:
        print_json({**facts, "relies_on": [interaction_facts(one, operation) for one, operation in met]})
        return
    state = "counts" if facts["current"] else f"retired by {facts['retired_by']}"
    at = instant(found.confirmed_at)
    click.echo(f"{found.consumer.slug} {found.version} with {found.api.slug}: {state}, handed in {at}")
    for one, operation in met:
        known = "" if operation is not None else "  (no operation of the API)"
        click.echo(f"  {one.label} → {one.status}{known}")
        for field in one.reads:
            click.echo(f"      reads {field.pointer}  {field.rule}")


@contract.command("retire")
@click.argument("contract_id", type=int)
def retire_(contract_id: int) -> None:
    """Let a contract count no more: nobody runs that version of its consumer any longer."""
    changed = retire(surroundings(), contract_id, is_retired=True, by=actor())
    click.echo(f"{changed.consumer.slug} {changed.version} is retired")


@contract.command("resume")
@click.argument("contract_id", type=int)
def resume_(contract_id: int) -> None:
    """Let a retired contract count again."""
    changed = retire(surroundings(), contract_id, is_retired=False, by=actor())
    click.echo(f"{changed.consumer.slug} {changed.version} counts again")


@contract.command("remove")
@click.argument("contract_id", type=int)
@click.option("--yes", is_flag=True, help="Do it; without it nothing is removed.")
def remove(contract_id: int, yes: bool) -> None:
    """Take a contract away for good; to keep it as history, retire it."""
    around = surroundings()
    with around.database.transaction() as session:
        found = contracts.find_contract(session, contract_id)
        detail = f"{found.version} with {found.api.slug}"
        if not yes:
            raise click.UsageError(f"{found.consumer.slug} {detail} would go, for good: say --yes to do so")
        contracts.remove_contract(session, found)
        subject, now = found.consumer.slug, around.clock()
        record(session, actor=actor(), action="contract removed", subject=subject, detail=detail, now=now)
    click.echo(f"{subject} {detail} is gone")


def _files(paths: tuple[Path, ...]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(one for one in path.rglob("*.json") if one.is_file())
        else:
            yield path


def _take(around: Runtime, offer: Offer, name: str) -> bool:
    try:
        received = take_contract(around, offer, actor())
    except ConsumersError as error:
        click.echo(f"{name}: {error}", err=True)
        return False
    click.echo(told(received))
    if warned(received):
        click.echo(f"{name}: {warned(received)}", err=True)
    return True
