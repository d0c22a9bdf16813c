"""`sundial rules`."""

import click

from diffing.finding import Level
from interfaces.commands.setting import print_json, print_rows
from interfaces.views.facts import plain

_LEVELS = [level.value for level in Level]


@click.command()
@click.option("--level", type=click.Choice(_LEVELS), help="Only rules that can give this level.")
@click.option("--search", default="", help="Only rules whose id holds this text.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with reasons and examples.")
def rules(level: str | None, search: str, as_json: bool) -> None:
    """List the comparison's rules with their levels; docs/rules.md gives reasons and examples."""
    from diffing.catalogue import catalogue

    found = [
        rule
        for rule in catalogue()
        if search in rule.id and level in (None, *(ruling.level for ruling in rule.rulings))
    ]
    if as_json:
        print_json([plain(rule) for rule in found])
        return
    rows = [(rule.id, " or ".join(ruling.level for ruling in rule.rulings)) for rule in found]
    print_rows(rows, ("rule", "level"), "No rule is like that.")
