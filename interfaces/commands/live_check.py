"""`sundial edge check` and `sundial edge probe`."""

import sys

import click

from access.audit import record
from deprecations.live import probes
from interfaces.commands.setting import actor, print_json, print_rows, surroundings
from interfaces.live_check import check_now
from interfaces.views.edge import probe_facts
from registry.apis import find_api


@click.command()
@click.argument("slug")
@click.option("--json", "as_json_", is_flag=True, help="As JSON.")
def check(slug: str, as_json_: bool) -> None:
    """Ask the API SLUG what its replies really carry, and compare that with its plans.

    Exit 0: all as planned. 1: some stray. 2: nothing can be asked.
    """
    around = surroundings()
    with around.database.reading() as session:
        api = find_api(session, slug)
    found = [probe_facts(one) for one in check_now(around, api)]
    if as_json_:
        print_json(found)
    else:
        for one in found:
            told = [drift["text"] for drift in one["drifts"]] or ["as planned"]
            for text in told:
                click.echo(f"{one['method']} {one['path']}: {text}")
    sys.exit(1 if any(one["drifts"] for one in found) else 0)


@click.group()
def probe() -> None:
    """Say which paths live checks ask."""


@probe.command("add")
@click.argument("slug")
@click.argument("path")
@click.option("--method", type=click.Choice(["GET", "HEAD"]), default="GET", show_default=True)
def add_probe(slug: str, path: str, method: str) -> None:
    """Check PATH (“/v1/orders/7”) of the API SLUG every hour."""
    around = surroundings()
    with around.database.transaction() as session:
        now = around.clock()
        api = find_api(session, slug)
        made = probes.add_probe(session, api, method=method, path=path, by=actor(), now=now)
        record(session, actor=actor(), action="probe added", subject=f"{slug} {made.path}", now=now)
        click.echo(f"{made.id}: {made.method} {made.path}")


@probe.command("list")
@click.argument("slug")
@click.option("--json", "as_json_", is_flag=True, help="As JSON.")
def list_probes(slug: str, as_json_: bool) -> None:
    """List the probes of the API SLUG with what they found last."""
    with surroundings().database.reading() as session:
        facts = [probe_facts(one) for one in probes.probes(session, find_api(session, slug).id)]
    if as_json_:
        print_json(facts)
        return
    rows = [
        (one["id"], one["method"], one["path"], one["last_at"] or "-", len(one["drifts"])) for one in facts
    ]
    print_rows(rows, ("id", "method", "path", "last", "faults"), "Nothing is checked.")


@probe.command("remove")
@click.argument("slug")
@click.argument("probe_id", type=int)
def remove_probe(slug: str, probe_id: int) -> None:
    """Check a path of the API SLUG no more."""
    around = surroundings()
    with around.database.transaction() as session:
        gone = probes.remove_probe(session, find_api(session, slug), probe_id)
        subject = f"{slug} {gone.path}"
        record(session, actor=actor(), action="probe removed", subject=subject, now=around.clock())
    click.echo(f"{probe_id} is removed")
