"""`sundial alarms`."""

import sys

import click

from deprecations.alarms import alarms as raised
from interfaces.commands.setting import print_json, surroundings
from interfaces.views.facts import plain
from registry.apis import find_api


@click.command()
@click.option("--api", "slug", help="Only those of this API.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def alarms(slug: str | None, as_json: bool) -> None:
    """List where traffic and documents don't do what the plans say, each with what to do.

    New consumers of something closed, calls that rise or come after the last day, documents that don't
    show what a plan says; the worst first. Exit 0: none of it. 1: some.
    """
    around = surroundings()
    with around.database.reading() as session:
        api_id = find_api(session, slug).id if slug else None
        found = raised(session, around.clock(), api_id=api_id)
    if as_json:
        print_json([plain(one) for one in found])
    else:
        for one in found:
            click.echo(f"{one.kind} ({one.api}, {one.deprecation_id}): {one.sentence} {one.to_do}")
        if not found:
            click.echo("Traffic and documents do what the plans say.")
    sys.exit(1 if found else 0)
