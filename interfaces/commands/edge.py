"""`sundial edge`."""

import sys
from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import click

from access.audit import record
from deprecations.exporters.edges import EDGES, as_json
from deprecations.exporters.pitfalls.lint import LINTERS, edge_of
from deprecations.exporters.pitfalls.lint import lint as pitfalls_of
from interfaces.commands.live_check import check, probe
from interfaces.commands.setting import actor, print_json, print_rows, surroundings
from interfaces.views.facts import plain

_LARGEST = 8 * 1024 * 1024
_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.File("rb")


@click.group()
def edge() -> None:
    """Write the configuration of gateways, find what is wrong in theirs, and check what they really send."""


edge.add_command(check)
edge.add_command(probe)


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


@edge.command("settings")
@click.argument("slug")
@click.option("--links/--no-links", default=None, help="Whether replies carry Link headers.")
@click.option("--tombstones/--no-tombstones", default=None, help="Whether edges answer 410 after the end.")
@click.option("--base-url", help="Where live checks find the API; “” for nowhere.")
@click.option("--policy-link", help="What explains the API's policy, for rel=sunset; “” for none.")
@click.option("--json", "as_json_", is_flag=True, help="As JSON.")
def settings(slug: str, as_json_: bool, **given: Any) -> None:
    """Show or change what replies of the API SLUG may carry beside the dates."""
    from deprecations.edge_terms import edge_terms, set_edge_terms
    from registry.apis import find_api

    around = surroundings()
    changes = {name: value for name, value in given.items() if value is not None}
    with around.database.transaction() as session:
        api = find_api(session, slug)
        terms = edge_terms(session, api.id)
        if changes:
            terms = set_edge_terms(session, api.id, replace(terms, **changes))
            act = "edge settings changed"
            record(session, actor=actor(), action=act, subject=slug, detail=str(terms), now=around.clock())
    if as_json_:
        print_json(plain(terms))
        return
    for name, value in plain(terms).items():
        click.echo(f"{name}: {value}")


@edge.command("secret")
@click.option("--credentials", is_flag=True, help="Print the key that exempt callers are known by, instead.")
@click.option(
    "--base64", "as_base64", is_flag=True, help="The key as HAProxy takes it; goes with --credentials."
)
def secret(credentials: bool, as_base64: bool) -> None:
    """Print the secret that rule sets are signed with, for middleware that verifies them.

    The signature is in Sundial-Signature: v1= and the HMAC-SHA256 of the body in hexadecimal, as
    `openssl dgst -sha256 -hmac SECRET` computes it.
    """
    around = surroundings()
    key = b64encode(around.pepper).decode() if as_base64 else around.pepper.hex()
    click.echo(key if credentials else around.rules_secret)


@edge.command("lint")
@click.argument("file", type=_FILE)
@click.option(
    "--edge", "name", type=click.Choice(list(LINTERS)), help="Whose configuration it is; else guessed."
)
@click.option("--json", "as_json_", is_flag=True, help="As JSON.")
def lint(file: BinaryIO, name: str | None, as_json_: bool) -> None:
    """Name what spoils these headers in FILE (- for standard input), by line.

    It knows the pitfalls of nginx, HAProxy, Apache, Caddy and Envoy. Exit 0: none. 1: some. 2: FILE can't
    be read.
    """
    text = file.read(_LARGEST).decode("utf-8", "replace")
    kind, where = name or edge_of(text), getattr(file, "name", "<stdin>")
    found = pitfalls_of(text, kind)
    if as_json_:
        print_json([{"line": one.line, "pitfall": one.name, "text": one.text} for one in found])
    else:
        for one in found:
            click.echo(f"{where}:{one.line}: {one.name}: {one.text}")
        if not found:
            click.echo(
                f"{where}: none of the pitfalls that are known of {EDGES[kind].about.title}.", err=True
            )
    sys.exit(1 if found else 0)
