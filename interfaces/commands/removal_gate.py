"""`sundial gate`: may this document take the place of the newest one?"""

import sys
from pathlib import Path

import click

from access.audit import record
from deprecations import gate as gates
from interfaces.commands.publishing import upload_of
from interfaces.commands.setting import actor, print_json, print_rows, surroundings
from interfaces.removal_gate import ask_gate, change_endings, rate_facts, removal_facts, run_facts
from interfaces.views.facts import Facts
from registry.apis import find_api

_WORDS = {"safe": "safe", "unsafe": "unsafe", "not_proven": "not proven"}


@click.group()
def gate() -> None:
    """Let a removal into a spec only when nobody is hurt, or somebody answers for it."""


@gate.command("ask")
@click.argument("slug")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--override", multiple=True, help="“GET /v1/orders=why”: let it pass; you answer for it.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def ask(slug: str, file: Path, override: tuple[str, ...], as_json: bool) -> None:
    """Judge every operation that FILE takes away from the newest version of the API SLUG.

    Exit 0: it may go, or the gate only advises. 1: it may not, the answer says why. 2: it can't be asked so.
    """
    around = surroundings()
    facts = ask_gate(around, slug, upload_of(file), dict(map(_override, override)))
    with around.database.reading() as session:
        rate = rate_facts(gates.alarm_rate(session, find_api(session, slug).id))
    if as_json:
        print_json({**facts, "alarms": rate})
    else:
        _tell(facts, rate)
    sys.exit(0 if facts["open"] else 1)


@gate.command("list")
@click.argument("slug")
@click.option("--page", default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_(slug: str, page: int, as_json: bool) -> None:
    """List what the gate was asked about the API SLUG, newest first."""
    with surroundings().database.reading() as session:
        found = gates.runs(session, find_api(session, slug).id, page)
        facts = [run_facts(one) for one in found.items]
    if as_json:
        print_json(facts)
        return
    rows = [
        (
            removal["id"],
            one["at"],
            removal["operation"],
            _WORDS[removal["answer"]],
            removal["mark"],
            _override_told(removal),
        )
        for one in facts
        for removal in one["removals"]
    ]
    head = ("id", "asked", "removal", "verdict", "marked", "let pass by")
    print_rows(rows, head, "Nobody asked about a removal yet.")


@gate.command("override")
@click.argument("removal_id", type=int)
@click.option("--reason", required=True, help="Why it may go whatever the verdict says.")
def override_(removal_id: int, reason: str) -> None:
    """Let a removal pass; you answer for it by name."""
    around = surroundings()
    with around.database.transaction() as session:
        found = gates.override(session, removal_id, reason=reason, by=actor())
        record(session, actor=actor(), action="gate overridden", subject=found.label, now=around.clock())
        facts = removal_facts(found)
    click.echo(f"{facts['operation']} passes; {facts['overridden_by']} answers for it.")


@gate.command("mark")
@click.argument("removal_id", type=int)
@click.argument("mark", type=click.Choice(gates.MARKS))
def mark_(removal_id: int, mark: str) -> None:
    """Say whether an alarm was right."""
    around = surroundings()
    with around.database.transaction() as session:
        found = gates.mark(session, removal_id, mark=mark, by=actor(), now=around.clock())
        label = found.label
    click.echo(f"{label}: {mark}")


@gate.command("enforce")
@click.argument("slug")
@click.option("--off", is_flag=True, help="Only advise, as at first.")
def enforce(slug: str, off: bool) -> None:
    """Let the gate's answer bind, where it only advised before."""
    change_endings(surroundings(), slug, actor(), gate_enforces=not off)
    click.echo(f"{slug}: the gate {'advises' if off else 'is binding'}")


def _override(text: str) -> tuple[str, str]:
    operation, equals, reason = text.partition("=")
    if not equals or not reason.strip():
        raise click.UsageError(f"“{text}” is no override: write it as “GET /v1/orders=why it may go”")
    return operation.strip(), reason.strip()


def _override_told(removal: Facts) -> str:
    by = removal["overridden_by"]
    return f"{by}: {removal['override_reason']}" if by else ""


def _tell(facts: Facts, rate: Facts) -> None:
    if not facts["removals"]:
        click.echo(f"{facts['subject']} removes nothing.")
    for one in facts["removals"]:
        passed = f" (overridden by {one['overridden_by']})" if one["overridden_by"] else ""
        click.echo(f"{one['operation']}: {_WORDS[one['answer']]}{passed}")
        click.echo(click.wrap_text(one["because"], 100, initial_indent="  ", subsequent_indent="  "))
    if facts["removals"] and not facts["enforced"]:
        click.echo("The gate only advises: `sundial gate enforce` lets its answer bind.")
    if rate["marked"]:
        alarms = "1 alarm" if rate["marked"] == 1 else f"{rate['marked']} alarms"
        click.echo(f"People judged {alarms}; false: {rate['false']}.")
