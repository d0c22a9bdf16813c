"""`sundial api` and `sundial operation`."""

import click

from access.audit import record
from consumers.identity_order import (
    attribute,
    attributes_of,
    has_own_order,
    reset_attributes,
    set_attributes,
)
from consumers.version_rules import Carrier, rule_of
from interfaces.commands.setting import actor, print_json, print_rows, surroundings
from interfaces.removal import remove_api
from interfaces.removal_gate import change_endings
from interfaces.version_rules import change_rule, rule_facts, shown_rule, told
from interfaces.views.apis import api_facts, operation_facts, version_facts
from interfaces.views.consumers import identity_facts
from registry import apis


@click.group()
def api() -> None:
    """Register APIs and look at them."""


@api.command("add")
@click.argument("slug")
@click.option("--name", required=True, help="What people call it.")
@click.option("--description", default="", help="What it is for, in a sentence.")
@click.option("--owner", default="", help="Whom to ask: a name or an e-mail address.")
def add(slug: str, name: str, description: str, owner: str) -> None:
    """Register an API under SLUG."""
    around = surroundings()
    with around.database.transaction() as session:
        now = around.clock()
        apis.register(session, slug=slug, name=name, description=description, owner=owner, now=now)
        record(session, actor=actor(), action="api registered", subject=slug, now=now)
    click.echo(f"{slug} is registered. Publish to it: sundial publish {slug} FILE")


@api.command("change")
@click.argument("slug")
@click.option("--name", help="What people call it.")
@click.option("--description", help="What it is for, in a sentence.")
@click.option("--owner", help="Whom to ask: a name or an e-mail address.")
def change(slug: str, name: str | None, description: str | None, owner: str | None) -> None:
    """Change the API SLUG; what is left out stays."""
    around = surroundings()
    with around.database.transaction() as session:
        found = apis.find_api(session, slug)
        apis.change(
            session,
            found,
            name=found.name if name is None else name,
            description=found.description if description is None else description,
            owner=found.owner if owner is None else owner,
        )
        record(session, actor=actor(), action="api changed", subject=slug, now=around.clock())
    click.echo(f"{slug} is changed")


@api.command("version-rule")
@click.argument("slug")
@click.option(
    "--by", "carrier", type=click.Choice(list(map(str, Carrier))), help="What of a call carries the version."
)
@click.option("--name", default="", help="The query parameter, with --by query.")
@click.option("--value", "values", multiple=True, help="A value that is this API's; give it for each.")
@click.option("--or-absent", is_flag=True, help="Calls that say nothing are this API's too.")
@click.option("--none", "takes_all", is_flag=True, help="Take every call at its paths again.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def version_rule(
    slug: str,
    carrier: str | None,
    name: str,
    values: tuple[str, ...],
    or_absent: bool,
    takes_all: bool,
    as_json: bool,
) -> None:
    """Show or say which calls are the API SLUG's, where others are served at the same paths.

    A header's value must be in the log: `version` of our NDJSON, `http_x_api_version` of nginx's JSON, or a
    field that --map names. It holds for calls that are counted from then on.
    """
    if takes_all and carrier:
        raise click.UsageError("--none and --by exclude each other")
    around = surroundings()
    if carrier or takes_all:
        rule = rule_of(carrier, name=name, values=values, or_absent=or_absent) if carrier else None
        change_rule(around, slug, rule, actor())
    found = shown_rule(around, slug)
    if as_json:
        print_json(rule_facts(found))
    else:
        click.echo(told(found) if found else f"{slug} takes every call at its paths")


@api.command("identity")
@click.argument("slug")
@click.argument("attributes", nargs=-1)
@click.option("--usual", is_flag=True, help="Let the usual order hold again.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def identity(slug: str, attributes: tuple[str, ...], usual: bool, as_json: bool) -> None:
    """Show by which attributes callers of the API SLUG are told apart, or set ATTRIBUTES, surest first.

    An attribute is a kind (app-id, client-id, api-key, certificate, header, user, user-agent), with how sure
    it is where that isn't as usual: header=certain. One that is left out tells nobody apart.
    """
    if usual and attributes:
        raise click.UsageError("--usual and an order of its own exclude each other")
    around = surroundings()
    asked = [attribute(*one.split("=", 1)) for one in attributes]
    with around.database.transaction() as session:
        found, now = apis.find_api(session, slug), around.clock()
        if asked:
            set_attributes(session, found.id, asked)
            detail = ", ".join(one.kind for one in asked)
            record(session, actor=actor(), action="identity changed", subject=slug, detail=detail, now=now)
        if usual:
            reset_attributes(session, found.id)
            record(session, actor=actor(), action="identity reset", subject=slug, now=now)
        facts = identity_facts(attributes_of(session, found.id), own=has_own_order(session, found.id))
    if as_json:
        print_json(facts)
        return
    rows = [(rank, one["kind"], one["confidence"]) for rank, one in enumerate(facts["attributes"], 1)]
    print_rows(rows, ("place", "attribute", "how sure"), "")


@api.command("public")
@click.argument("slug")
@click.option("--off", is_flag=True, help="Show it to nobody but users, as at first.")
def public(slug: str, off: bool) -> None:
    """Let anyone read what of the API SLUG is ending: page, feeds, calendar, a place in the api-catalog."""
    around = surroundings()
    change_endings(around, slug, actor(), is_public=not off)
    where = f"{around.settings.address}/public/{slug}/deprecations"
    click.echo(f"{slug} is read by users only" if off else f"Anyone may read what is ending: {where}")


@api.command("remove")
@click.argument("slug")
@click.option("--yes", is_flag=True, help="Do it; without it nothing is removed.")
def remove(slug: str, yes: bool) -> None:
    """Take the API SLUG away with its versions, comparisons, endings and usage, for good."""
    around = surroundings()
    with around.database.transaction() as session:
        found = apis.find_api(session, slug)
        if not yes:
            raise click.UsageError(
                f"{slug} would go with its versions, comparisons, repositories, endings and usage, for good: "
                "say --yes to remove it"
            )
        now, name = around.clock(), found.name
        remove_api(session, found, now)
        record(session, actor=actor(), action="api removed", subject=slug, detail=name, now=now)
    click.echo(f"{slug} is gone, with all that hung on it")


@api.command("list")
@click.option("--page", default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_(page: int, as_json: bool) -> None:
    """List the APIs."""
    with surroundings().database.reading() as session:
        found = apis.apis(session, page)
        facts = [api_facts(one) for one in found.items]
    if as_json:
        print_json(facts)
        return
    rows = [(one["slug"], one["name"], one["owner"]) for one in facts]
    print_rows(rows, ("slug", "name", "owner"), "There are no APIs yet: sundial api add SLUG --name NAME")


@api.command("show")
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def show(slug: str, as_json: bool) -> None:
    """Show an API's versions, newest first."""
    with surroundings().database.reading() as session:
        found = apis.find_api(session, slug)
        versions = [version_facts(one) for one in apis.versions(session, found.id).items]
        facts = {**api_facts(found), "versions": versions}
    if as_json:
        print_json(facts)
        return
    click.echo(f"{facts['name']} ({slug})")
    rows = [(one["label"], one["dialect"], one["published_at"], one["origin"]) for one in versions]
    print_rows(rows, ("version", "dialect", "published", "by way of"), "No version was published yet.")


@click.group()
def operation() -> None:
    """Look at the operations of an API."""


@operation.command("list")
@click.argument("slug")
@click.option("--page", default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_operations(slug: str, page: int, as_json: bool) -> None:
    """List the operations of the API SLUG, those of earlier versions included."""
    with surroundings().database.reading() as session:
        found = apis.operations(session, apis.find_api(session, slug).id, page)
        facts = [operation_facts(one) for one in found.items]
    if as_json:
        print_json(facts)
        return
    rows = [(one["id"], one["operation"], one["summary"]) for one in facts]
    print_rows(rows, ("id", "operation", "summary"), "This API has no operations yet: publish a version.")
    if found.pages > 1:
        click.echo(f"page {found.number} of {found.pages}")


@operation.command("show")
@click.argument("slug")
@click.argument("name")
@click.option("--days", default=30, show_default=True, help="How far back to look.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def show_operation(slug: str, name: str, days: int, as_json: bool) -> None:
    """Say who calls NAME (“GET /v1/orders/{id}”) of the API SLUG, how often, and when last."""
    from datetime import timedelta

    from consumers.usage import callers
    from interfaces.views.usage import caller_facts

    around = surroundings()
    now = around.clock()
    with around.database.reading() as session:
        found = apis.operation_named(session, apis.find_api(session, slug), name)
        who = callers(session, found.id, since=now - timedelta(days=days), until=now)
        facts = {**operation_facts(found), "callers": [caller_facts(one) for one in who]}
    if as_json:
        print_json(facts)
        return
    click.echo(f"{facts['operation']}, the last {days} days")
    rows = [(one["consumer"], one["calls"], one["last_at"]) for one in facts["callers"]]
    print_rows(rows, ("consumer", "calls", "last"), "No call was seen.")


@operation.command("names")
@click.argument("slug")
@click.argument("name")
@click.option("--parameter", help="Only this query parameter: who still sends it?")
@click.option("--days", default=30, show_default=True, help="How far back to look.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_names(slug: str, name: str, parameter: str | None, days: int, as_json: bool) -> None:
    """List the query parameters and media types that NAME of the API SLUG is called with, and by whom."""
    from datetime import timedelta

    from consumers.models import NameKind
    from consumers.used_names import names_in_use
    from interfaces.views.usage import name_facts

    around = surroundings()
    now = around.clock()
    with around.database.reading() as session:
        found = apis.operation_named(session, apis.find_api(session, slug), name)
        kind = NameKind.PARAMETER if parameter else None
        since = now - timedelta(days=days)
        uses = names_in_use(session, found.id, kind=kind, name=parameter, since=since, until=now)
        facts = [name_facts(use) for use in uses]
    if as_json:
        print_json(facts)
        return
    rows = [
        (one["kind"], one["name"], caller["consumer"], caller["calls"], caller["last_at"])
        for one in facts
        for caller in one["callers"]
    ]
    nothing = f"No call sent it in {days} days." if parameter else "No parameter and no media type was seen."
    print_rows(rows, ("kind", "name", "consumer", "calls", "last"), nothing)
