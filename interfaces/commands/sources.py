"""`sundial source change`, `retire` and `resume`."""

from typing import Any

import click

from access.audit import record
from consumers.readers.mapped import mapping_in
from interfaces import source_changes
from interfaces.commands.setting import actor, surroundings
from interfaces.commands.usage import source


@source.command("change")
@click.argument("slug")
@click.option("--api", "api_slug", help="The only API that it reports on.")
@click.option("--all-apis", is_flag=True, help="It reports on every API.")
@click.option("--stale-after-hours", type=int, help="How long its silence is nothing unusual.")
@click.option(
    "--map", "fields", help="Where its lines have what: method=verb,path=url; - for a known format."
)
def change(
    slug: str, api_slug: str | None, all_apis: bool, stale_after_hours: int | None, fields: str | None
) -> None:
    """Change the source SLUG; what is left out stays."""
    if api_slug is not None and all_apis:
        raise click.UsageError("--api and --all-apis can't both be: choose one")
    asked: dict[str, Any] = {}
    if all_apis or api_slug is not None:
        asked["api"] = api_slug
    if stale_after_hours is not None:
        asked["stale_after_hours"] = stale_after_hours
    if fields is not None:
        asked["mapping"] = None if fields == "-" else mapping_in(fields)
    if not asked:
        raise click.UsageError("say what to change: --api SLUG, --all-apis, --stale-after-hours N or --map")
    _apply(slug, asked)
    click.echo(f"{slug} is changed: {source_changes.said(asked)}")


@source.command("retire")
@click.argument("slug")
def retire(slug: str) -> None:
    """Wait for the source SLUG no more; its counts stay, and a batch that it sends later revives it."""
    _apply(slug, {"retired": True})
    click.echo(f"{slug} is retired: nothing waits for it any more")


@source.command("resume")
@click.argument("slug")
def resume(slug: str) -> None:
    """Wait for the source SLUG again."""
    _apply(slug, {"retired": False})
    click.echo(f"{slug} is waited for again")


def _apply(slug: str, asked: dict[str, Any]) -> None:
    around = surroundings()
    with around.database.transaction() as session:
        now = around.clock()
        source_changes.apply(session, source_changes.source_of(session, slug), asked, now)
        detail = source_changes.said(asked)
        record(session, actor=actor(), action="source changed", subject=slug, detail=detail, now=now)
