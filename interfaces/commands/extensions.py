"""`sundial deprecation extend`, `extensions` and `revoke`: a later last day for one consumer."""

from datetime import datetime

import click

from consumers import directory
from deprecations import board, extensions
from interfaces.answerable import answerable
from interfaces.commands.deprecations import DATE, deprecation, take_step
from interfaces.commands.setting import actor, print_json, print_rows, surroundings
from interfaces.views.deprecations import extension_facts


@deprecation.command("extend")
@click.argument("deprecation_id", type=int)
@click.argument("consumer")
@click.option("--until", "until_on", type=DATE, required=True, help="Its last day, in the plan's zone.")
@click.option("--reason", required=True, help="Why, for the history.")
@click.option("--approved-by", required=True, help="The address of who answers for it.")
def extend(deprecation_id: int, consumer: str, until_on: datetime, reason: str, approved_by: str) -> None:
    """Give CONSUMER a later last day; it expires by itself."""
    take_step(
        deprecation_id,
        "extended",
        lambda session, found, now: extensions.grant(
            session,
            found,
            directory.find(session, consumer),
            until_on=until_on.date(),
            reason=reason,
            approved_by=answerable(session, approved_by, actor()),
            by=actor(),
            now=now,
        ),
    )


@deprecation.command("extensions")
@click.argument("deprecation_id", type=int)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_extensions(deprecation_id: int, as_json: bool) -> None:
    """List every extension that a deprecation ever had, newest first."""
    with surroundings().database.reading() as session:
        found = extensions.extensions(session, board.find(session, deprecation_id).id)
        facts = [extension_facts(one) for one in found]
    if as_json:
        print_json(facts)
        return
    rows = [
        (one["id"], one["consumer"], one["until_on"], one["approved_by"], one["revoked_at"] or "")
        for one in facts
    ]
    print_rows(rows, ("id", "consumer", "until", "approved by", "revoked"), "Nobody was given a later day.")


@deprecation.command("revoke")
@click.argument("extension_id", type=int)
@click.option("--reason", required=True, help="Why, for the history.")
def revoke(extension_id: int, reason: str) -> None:
    """Take an extension back: the plan's own last day holds again."""
    with surroundings().database.reading() as session:
        deprecation_id = extensions.find_extension(session, extension_id).deprecation_id
    take_step(
        deprecation_id,
        "extension revoked",
        lambda session, found, now: extensions.revoke(
            session,
            found,
            extensions.find_extension(session, extension_id),
            reason=reason,
            by=actor(),
            now=now,
        ),
    )
