"""`sundial docs`: writes the documents that are generated, or says which are out of date."""

import sys
from collections.abc import Callable
from pathlib import Path

import click

from interfaces.documents import commands_page, rules_page, settings_page

PAGES: dict[str, Callable[[], str]] = {
    "docs/commands.md": commands_page,
    "docs/rules.md": rules_page,
    "docs/settings.md": settings_page,
}
"""Each generated document, and what writes it."""

_HOME = Path(__file__).parent.parent.parent


@click.command()
@click.option("--check", is_flag=True, help="Only say which are out of date; exit 1 when one is.")
def docs(check: bool) -> None:
    """Write the generated documents."""
    stale = [name for name, write in PAGES.items() if _read(_HOME / name) != write()]
    for name in stale:
        if not check:
            (_HOME / name).parent.mkdir(exist_ok=True)
            (_HOME / name).write_text(PAGES[name](), encoding="utf-8")
        click.echo(f"{name} " + ("is out of date: run `sundial docs`" if check else "is written"))
    if check and stale:
        sys.exit(1)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
