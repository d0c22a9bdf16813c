"""`sundial edge`."""

import sys
from pathlib import Path
from typing import BinaryIO

import click

from deprecations.exporters.edges import EDGES, as_json
from deprecations.exporters.pitfalls.lint import LINTERS, edge_of
from deprecations.exporters.pitfalls.lint import lint as pitfalls_of
from interfaces.commands.setting import print_json, print_rows, surroundings

_LARGEST = 8 * 1024 * 1024
_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.File("rb")


@click.group()
def edge() -> None:
    """Write the configuration of gateways, and find what is wrong in theirs."""


@edge.command("list")
def list_edges() -> None:
    """List the gateways, and whether their configuration was ever run on them."""
    rows = [(name, one.about.title, one.about.tried_on or "-") for name, one in EDGES.items()]
    print_rows(rows, ("edge", "gateway", "run on"), "")


@edge.command("export")
@click.argument("name", metavar="EDGE", type=click.Choice(list(EDGES)))
@click.option("--api", "slug", required=True, metavar="SLUG", help="The API whose headers are wanted.")
@click.option("--to", "folder", type=_FOLDER, help="Write the files below this folder; else print them.")
@click.option("--json", "as_json_", is_flag=True, help="As JSON.")
def export(name: str, slug: str, folder: Path | None, as_json_: bool) -> None:
    """Write what puts the deprecation headers of an API on replies.

    EDGE is the gateway; `sundial edge list` names them. Each output says at its head how to install it.
    """
    from deprecations.rules import ruleset
    from registry.apis import find_api

    around = surroundings()
    with around.database.reading() as session:
        rules = ruleset(session, api_id=find_api(session, slug).id, now=around.clock())
    if as_json_:
        print_json(as_json(name, rules))
        return
    for file in EDGES[name].export(rules):
        if folder is None:
            click.echo(f"==> {file.name} <==\n{file.text}")
            continue
        path = folder / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text, encoding="utf-8")
        click.echo(path)


@edge.command("lint")
@click.argument("file", type=_FILE)
@click.option(
    "--edge", "name", type=click.Choice(list(LINTERS)), help="Whose configuration it is; else guessed."
)
@click.option("--json", "as_json_", is_flag=True, help="As JSON.")
def lint(file: BinaryIO, name: str | None, as_json_: bool) -> None:
    """Name what spoils these headers in FILE (- for standard input), by line.

    It knows the pitfalls of nginx and HAProxy. Exit 0: none. 1: some. 2: FILE can't be read.
    """
    text = file.read(_LARGEST).decode("utf-8", "replace")
    found = pitfalls_of(text, name or edge_of(text))
    if as_json_:
        print_json([{"line": one.line, "pitfall": one.name, "text": one.text} for one in found])
    else:
        for one in found:
            click.echo(f"{file.name}:{one.line}: {one.name}: {one.text}")
    sys.exit(1 if found else 0)
