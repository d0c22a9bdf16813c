"""`sundial can-remove`."""

import sys
from datetime import datetime

import click

from deprecations.board import find
from deprecations.consumer_grades import ConsumerGrade, Grade
from deprecations.plan_verdict import verdict_on
from deprecations.verdict import WINDOW_DAYS, Verdict
from deprecations.verdict import can_remove as judge
from deprecations.verdict_reasons import Answer
from interfaces.commands.setting import print_json, print_rows, surroundings
from interfaces.views.facts import Facts, instant
from interfaces.views.verdicts import MOST_OPERATIONS, plan_verdict_facts, verdict_facts
from registry.apis import find_api, operation_named

_GRADES = {
    Grade.MOVED: "gone, to its successor",
    Grade.SILENT: "silent beyond its habit",
    Grade.SEEN_ONCE: "seen once, no rhythm known",
    Grade.TOO_SHORT: "silent, not long enough",
    Grade.NOT_TOLD: "calls, use not told",
    Grade.EXTENDED: "was given longer",
    Grade.CALLING: "calls",
}
_WORDS = {Answer.SAFE: "safe", Answer.UNSAFE: "unsafe", Answer.NOT_PROVEN: "not proven"}


@click.command("can-remove")
@click.argument("slug")
@click.argument("operation", required=False)
@click.option("--plan", type=int, help="What the plan of that number ends, of an operation a part, say.")
@click.option("--days", default=WINDOW_DAYS, show_default=True, type=click.IntRange(1, 400))
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day of the removal; without it, today.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def can_remove(
    slug: str, operation: str | None, plan: int | None, days: int, on: datetime | None, as_json: bool
) -> None:
    """Say whether OPERATION (“GET /v1/orders/{id}”) of the API SLUG may be removed, today or on a day.

    Or what a plan ends: all operations that it reaches, or a part of one.

    Exit 0: safe. 1: unsafe or not proven, the answer says which. 2: the question can't be asked so.
    """
    if (operation is None) == (plan is None):
        raise click.UsageError("Say what would go: an operation, or --plan NUMBER.")
    around = surroundings()
    with around.database.reading() as session:
        api, day, now = find_api(session, slug), on.date() if on else None, around.clock()
        if plan is not None:
            ending = find(session, plan)
            if ending.api_id != api.id:
                raise click.UsageError(f"{slug} has no plan {plan}")
            judged = verdict_on(session, ending, on=day, window_days=days, most=MOST_OPERATIONS, now=now)
            verdict, facts = judged.worst, plan_verdict_facts(ending, judged)
        else:
            found = operation_named(session, api, operation or "")
            verdict = judge(session, found.id, on=day, window_days=days, now=now)
            facts = verdict_facts(verdict)
    if as_json:
        print_json(facts)
    else:
        click.echo(f"{facts['target']}: {_WORDS[verdict.answer]}")
        _tell_operations(facts.get("operations", []), facts.get("more", 0))
        _tell_reasons(verdict)
    sys.exit(0 if verdict.answer is Answer.SAFE else 1)


def _tell_operations(operations: list[Facts], more: int) -> None:
    """Say the answer for each of several operations, before the reasons of the worst."""
    if len(operations) + more < 2:
        return
    for one in operations:
        click.echo(f"  {one['operation']}: {_WORDS[one['answer']]}")
    if more:
        click.echo(f"  and {more} more operations")
    click.echo(f"Why {operations[0]['operation']} is {_WORDS[operations[0]['answer']]}:")


def _tell_reasons(verdict: Verdict) -> None:
    for reason in verdict.reasons:
        click.echo(f"  {reason.sentence}")
    last = {one.consumer_id: instant(one.last_call_at) or "never" for one in verdict.consumers}
    rows = [
        (f"  {one.name}", _GRADES[one.grade], one.calls, last[one.consumer_id], _adopted(one))
        for one in verdict.grades
    ]
    if rows:
        head = (
            "  consumer",
            "grade",
            f"calls in {verdict.window_days} days",
            "last call",
            "on the successor",
        )
        print_rows(rows, head, "")


def _adopted(one: ConsumerGrade) -> str:
    return "" if one.adoption is None else f"{one.adoption:.0%} of its calls"
