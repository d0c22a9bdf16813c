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
from consumers.pacts.broker import Broker
from interfaces.commands.setting import actor, print_json, print_rows, surroundings
from interfaces.contract_intake import Move, move, moved_words, retire, take_contract, told, warned
from interfaces.contract_intake import fetch as fetch_all
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
@click.option("--branch", default="", help="The consumer's branch; one beside the main line hurts nobody.")
def add(
    paths: tuple[Path, ...],
    api_slug: str | None,
    consumer_slug: str | None,
    version: str | None,
    branch: str,
) -> None:
    """Keep the Pact files at PATHS; of a folder, every .json file in it and below.

    A consumer that nobody knows is registered under its name. A contract of a branch that leads to no
    deployment (SUNDIAL_MAIN_BRANCHES lists those that do) counts only where its version is deployed. Exit 1
    when a file was refused; the others are kept.
    """
    around, refused = surroundings(), 0
    for path in _files(paths):
        if path.stat().st_size > _LARGEST:
            click.echo(f"{path}: is larger than {_LARGEST >> 20} MB", err=True)
            refused += 1
            continue
        offer = Offer(path.read_bytes(), str(path), version, api_slug, consumer_slug, branch)
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
    """Keep the contracts of a provider's consumers that are out, as the Pact Broker at URL knows it.

    Those are the versions that are deployed or released in any environment, and the newest on each consumer's
    main branch; of a consumer with neither, its newest. What no longer runs in production is retired. No
    other host is asked, whatever the broker's answers point at. Exit 1 when a contract was refused.
    """
    broker = Broker(url, token, user, password)
    found, refused = fetch_all(
        surroundings(),
        broker,
        provider,
        api_slug,
        by=actor(),
        say=lambda _name, text: click.echo(text),
        warn=lambda name, text: click.echo(f"{name}: {text}", err=True),
    )
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
            one["state"],
            ", ".join(place["environment"] for place in one["deployments"]),
            one["confirmed_at"],
        )
        for one in facts
    ]
    head = ("id", "consumer", "api", "version", "interactions", "unmatched", "state", "runs in", "handed in")
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
    state = f"retired by {facts['retired_by']}" if found.retired_at else facts["state"]
    places = ", ".join(place["environment"] for place in facts["deployments"])
    state += (f", branch {found.branch}" if found.branch else "") + (f", runs in {places}" if places else "")
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


@contract.command("deployed")
@click.argument("consumer")
@click.argument("version")
@click.argument("environment")
@click.option("--beside", is_flag=True, help="Other versions stay out too, as of apps that people install.")
def deployed(consumer: str, version: str, environment: str, beside: bool) -> None:
    """Note that the VERSION of a CONSUMER runs in an ENVIRONMENT now, in place of what ran there.

    A version that ran in production (or prod, or live), and now nowhere, is retired: it counts no more.
    """
    asked = Move(consumer, version, environment, beside=beside)
    click.echo(moved_words(asked, move(surroundings(), asked, actor())))


@contract.command("withdrawn")
@click.argument("consumer")
@click.argument("version")
@click.argument("environment")
def withdrawn(consumer: str, version: str, environment: str) -> None:
    """Note that the VERSION of a CONSUMER runs in an ENVIRONMENT no longer."""
    asked = Move(consumer, version, environment, is_deployed=False)
    click.echo(moved_words(asked, move(surroundings(), asked, actor())))


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
