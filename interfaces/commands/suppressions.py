"""`sundial suppression`: the addresses that get no mail."""

from typing import TextIO

import click

from interfaces import suppressing
from interfaces.commands.setting import actor, print_json, print_rows, surroundings
from interfaces.views.suppressions import suppression_facts
from notifications.models import SuppressionReason
from notifications.suppressions import list_csv, list_suppressions


@click.group()
def suppression() -> None:
    """List, add and remove the addresses that get no mail."""


@suppression.command("list")
@click.option("--reason", type=click.Choice([*SuppressionReason]), help="Only those for this reason.")
@click.option("--search", default="", help="Only those with this in the address.")
@click.option("--page", default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_(reason: str | None, search: str, page: int, as_json: bool) -> None:
    """List the addresses, newest first."""
    with surroundings().database.reading() as session:
        found = list_suppressions(session, reason=reason or "", search=search, page=page)
        facts = [suppression_facts(one) for one in found.items]
    if as_json:
        print_json(facts)
        return
    columns = ("address", "reason", "since", "by", "detail")
    print_rows([[one[name] for name in columns] for one in facts], columns, "Every address gets its mail.")


@suppression.command("add")
@click.argument("address")
@click.option("--why", default="", help="What is known about it.")
def add(address: str, why: str) -> None:
    """Send ADDRESS nothing from now on."""
    around = surroundings()
    with around.database.transaction() as session:
        made = suppressing.add(session, around, address, detail=why, by=actor())
        click.echo(f"{made.address} gets no mail")


@suppression.command("remove")
@click.argument("address")
@click.option("--reason", required=True, help="Why it may get mail again, for the audit trail.")
def remove(address: str, reason: str) -> None:
    """Take ADDRESS off the list."""
    around = surroundings()
    with around.database.transaction() as session:
        gone, again = suppressing.take_off(session, around, address, reason=reason, by=actor())
        click.echo(f"{gone.address} may get mail again; contacts told again: {again}")


@suppression.command("import")
@click.argument("file", type=click.File("r", encoding="utf-8"))
def import_(file: TextIO) -> None:
    """Put the addresses of a CSV FILE on the list, all or none; - reads standard input."""
    around, text = surroundings(), file.read()
    with around.database.transaction() as session:
        new = suppressing.import_list(session, around, text, by=actor())
    click.echo(f"{new} addresses more get no mail")


@suppression.command("export")
def export() -> None:
    """Write the whole list as CSV."""
    with surroundings().database.reading() as session:
        for line in list_csv(session):
            click.echo(line, nl=False)
