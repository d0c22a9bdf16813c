"""What contacts answered, and deciding about what they asked: a part of `sundial mail`."""

from datetime import datetime

import click

from deprecations.answers import list_answers
from interfaces.commands.setting import actor, print_json, print_rows, surroundings
from interfaces.deciding import decline_answer, grant_answer
from interfaces.views.notices import answer_facts

_DATE = click.DateTime(["%Y-%m-%d"])


@click.command("answers")
@click.option("--deprecation", type=int, help="Only those about that one.")
@click.option("--asking", is_flag=True, help="Only those that wait for a decision.")
@click.option("--page", default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def answers_(deprecation: int | None, asking: bool, page: int, as_json: bool) -> None:
    """List what contacts answered to their mails, newest first."""
    with surroundings().database.reading() as session:
        found = list_answers(session, deprecation_id=deprecation, only_asking=asking, page=page).items
        facts = [answer_facts(one) for one in found]
    if as_json:
        print_json(facts)
        return
    columns = ("id", "at", "consumer", "by", "kind", "on", "words")
    rows = [[one[name] or "" for name in columns] for one in facts]
    empty = "Nothing asks for a decision." if asking else "Nobody answered yet."
    print_rows(rows, ("id", "at", "consumer", "by", "answer", "day", "words"), empty)


@click.command("grant")
@click.argument("answer_id", type=int)
@click.option(
    "--until", "until_on", type=_DATE, help="The consumer's last day; without it the one asked for."
)
@click.option("--reason", required=True, help="Why: who asked reads it.")
@click.option("--approved-by", default="", help="Who answers for more time: a person who signs in.")
def grant(answer_id: int, until_on: datetime | None, reason: str, approved_by: str) -> None:
    """Agree to what the answer ANSWER_ID asks: more time, or to be told no more."""
    around = surroundings()
    with around.database.transaction() as session:
        decided = grant_answer(
            session,
            around,
            answer_id,
            until_on=until_on.date() if until_on else None,
            reason=reason,
            approved_by=approved_by,
            by=actor(),
        )
        click.echo(_told(decided.by, answer_facts(decided)["decision"]))


@click.command("decline")
@click.argument("answer_id", type=int)
@click.option("--reason", required=True, help="Why not: who asked reads it.")
def decline(answer_id: int, reason: str) -> None:
    """Say no to what the answer ANSWER_ID asks."""
    around = surroundings()
    with around.database.transaction() as session:
        decided = decline_answer(session, around, answer_id, reason=reason, by=actor())
        click.echo(_told(decided.by, answer_facts(decided)["decision"]))


def _told(who: str, decision: dict[str, object]) -> str:
    word = "granted" if decision["granted"] else "declined"
    until = f" until {decision['until_on']}" if decision["until_on"] else ""
    told = f"{who} is told by mail" if decision["envelope"] else f"no mail reaches {who} any more: tell them"
    return f"{word}{until}; {told}"
