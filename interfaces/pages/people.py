"""The people who may sign in: anybody signed in sees them, administrators add, disable and promote."""

from flask import flash, make_response, redirect, render_template, request, url_for
from flask import session as kept
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from access import people as access_people
from access.errors import AccessError
from access.models import User
from access.sessions import last_seen
from access.tokens import live_count
from interfaces.gate import actor, administrators_only, is_administrator, runtime
from interfaces.pages.figures import plural
from interfaces.pages.listing import page_number
from interfaces.pages.route import POST, Route
from interfaces.people import Act, added, done, linked, sign_in_address
from interfaces.refusals import status_of

_LINK = "made link"
_SAID = {
    Act.PROMOTE: ("{} is an administrator now.", "{} was an administrator already."),
    Act.DEMOTE: ("{} is no administrator any more.", "{} was no administrator."),
    Act.DISABLE: ("{} is disabled and signed out everywhere.", "{} was disabled already."),
    Act.ENABLE: ("{} may come in again. Make them a new link.", "{} was not disabled."),
}


def people() -> ResponseReturnValue:
    """List the people; show the link of one who was just given one, this once."""
    made = kept.pop(_LINK, None)
    if made is None:
        return _page()
    name, link = made
    answer = make_response(_page(made=name, link=link))
    answer.cache_control.no_store = True
    return answer


def add_person() -> ResponseReturnValue:
    """Add somebody, and lead to the page that shows their link."""
    administrators_only("add people")
    around, given = runtime(), request.form
    try:
        with around.database.transaction() as session:
            user, secret = added(
                session,
                email=given.get("email", ""),
                name=given.get("name", ""),
                is_administrator="administrator" in given,
                by=actor(),
                now=around.clock(),
            )
    except AccessError as error:
        return _page(errors={"": str(error)}, given=given), status_of(error)
    return _shown(user, secret)


def link_person(user_id: int) -> ResponseReturnValue:
    """Make somebody a new link."""
    administrators_only("make sign-in links")
    around = runtime()
    try:
        with around.database.transaction() as session:
            user = access_people.find_user(session, user_id)
            secret = linked(session, user, by=actor(), now=around.clock())
    except AccessError as error:
        return _page(refusal=str(error)), status_of(error)
    return _shown(user, secret)


def change_person(user_id: int, act: str) -> ResponseReturnValue:
    """Promote, demote, disable or enable somebody."""
    if act not in set(Act):
        raise NotFound
    administrators_only("change who may come in")
    around, wanted = runtime(), Act(act)
    now = around.clock()
    try:
        with around.database.transaction() as session:
            user = access_people.find_user(session, user_id)
            changed = done(session, user, wanted, by=actor(), now=now)
            left = live_count(session, now, by=user.email) if wanted is Act.DISABLE else 0
    except AccessError as error:
        return _page(refusal=str(error)), status_of(error)
    did, had = _SAID[wanted]
    tokens = f" {plural(left, 'token')} that they made still work: revoke them under Tokens." if left else ""
    flash((did if changed else had).format(user.name) + tokens, "good" if changed else "info")
    return redirect(url_for("pages.people"))


def _shown(user: User, secret: str) -> ResponseReturnValue:
    """Lead to the page that shows a link once: loading that again makes no second one."""
    kept[_LINK] = (user.name, sign_in_address(runtime().settings.address, secret))
    return redirect(url_for("pages.people"))


def _page(**facts: object) -> str:
    with runtime().database.reading() as session:
        listed = access_people.people(session, page_number())
        seen = last_seen(session, [one.id for one in listed.items])
    told = {"given": {}, "may_act": is_administrator(), **facts}
    return render_template("people.html", listed=listed, seen=seen, **told)


ROUTES = (
    Route("/people", "people", people),
    Route("/people", "add_person", add_person, POST),
    Route("/people/<int:user_id>/link", "link_person", link_person, POST),
    Route("/people/<int:user_id>/<act>", "change_person", change_person, POST),
)
