"""By which attributes an API's callers are told apart: a rank and a confidence for each, in one form."""

from collections.abc import Iterator

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from access.audit import record
from consumers.errors import ConsumersError
from consumers.identity_order import (
    Attribute,
    attribute,
    reset_attributes,
    set_attributes,
)
from interfaces.gate import actor, runtime
from interfaces.pages.api import page
from interfaces.pages.identity_form import NAMES, RANKS, UNUSED
from interfaces.pages.route import POST, Route
from registry.apis import find_api

_REFUSED = 422


def change_identity(slug: str) -> ResponseReturnValue:
    """Give an API an order of its own, or the usual one again."""
    around = runtime()
    try:
        with around.database.transaction() as session:
            api, now = find_api(session, slug), around.clock()
            if "usual" in request.form:
                reset_attributes(session, api.id)
                record(session, actor=actor(), action="identity reset", subject=slug, now=now)
            else:
                asked = [one for _rank, one in sorted(_asked(), key=lambda pair: pair[0])]
                set_attributes(session, api.id, asked)
                detail = ", ".join(one.kind for one in asked)
                record(
                    session, actor=actor(), action="identity changed", subject=slug, detail=detail, now=now
                )
    except ConsumersError as error:
        with around.database.reading() as session:
            return page(session, find_api(session, slug), "settings", errors={"": str(error)}), _REFUSED
    flash("Calls that are counted from now on are told apart so.", "good")
    return redirect(url_for("pages.api", slug=slug, view="settings"))


def _asked() -> Iterator[tuple[int, Attribute]]:
    taken: dict[str, str] = {}
    for kind in NAMES:
        rank = request.form.get(f"rank-{kind}", UNUSED).strip()
        if rank == UNUSED:
            continue
        if (rank, rank) not in RANKS:
            raise ConsumersError(f"“{rank}” is no place in the order: use 1 to {len(NAMES)}")
        if rank in taken:
            raise ConsumersError(f"{taken[rank]} and {kind} both stand at place {rank}: give each its own")
        taken[rank] = kind
        yield int(rank), attribute(kind, request.form.get(f"confidence-{kind}"))


ROUTES = (Route("/apis/<slug>/identity", "change_identity", change_identity, POST),)
