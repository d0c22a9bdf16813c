"""Coming in by a one-time link, and going out.

The link's page only shows a button: mail scanners open links, and none of them may use one up.
"""

from datetime import timedelta

from flask import flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from access import sessions
from access.audit import record
from access.users import redeem as use_link
from interfaces.gate import COOKIE, actor, csrf, keep_signed_in, runtime, signed_in
from interfaces.pages.route import GET_OR_POST, POST, Route

_WANTED = "wanted"
_SPENT = 410


def sign_in() -> ResponseReturnValue:
    """Say how to sign in; remember where the browser wanted to go."""
    if signed_in() is not None:
        return redirect(url_for("pages.home"))
    wanted = request.args.get("next", "")
    if _is_ours(wanted):
        session[_WANTED] = wanted
    return render_template("sign_in.html", problem=None)


def redeem(secret: str) -> ResponseReturnValue:
    """Show the button that signs in, or do it."""
    if request.method != "POST":
        return _unkept(render_template("redeem.html", secret=secret))
    csrf.protect()
    around = runtime()
    now = around.clock()
    with around.database.transaction() as transaction:
        user = use_link(transaction, secret, now)
        if user is None:
            return render_template(
                "sign_in.html", problem="This link was used before, or it has expired."
            ), _SPENT
        cookie = sessions.begin(
            transaction,
            user,
            browser=request.user_agent.string,
            lifetime=timedelta(hours=around.settings.session_hours),
            now=now,
        )
        record(transaction, actor=user.email, action="signed in", subject=user.email, now=now)
    wanted = session.pop(_WANTED, None)
    session.clear()
    answer = make_response(redirect(wanted or url_for("pages.home")))
    keep_signed_in(answer, cookie)
    return answer


def sign_out() -> ResponseReturnValue:
    """End the browser's session."""
    browser, around = signed_in(), runtime()
    if browser is not None:
        now = around.clock()
        with around.database.transaction() as transaction:
            sessions.end(transaction, browser.user_id, browser.id, now)
            record(transaction, actor=actor(), action="signed out", subject=actor(), now=now)
    session.clear()
    flash("You are signed out.", "good")
    answer = make_response(redirect(url_for("pages.sign_in")))
    answer.delete_cookie(COOKIE)
    return answer


def _is_ours(address: str) -> bool:
    """Tell whether an address leads to a page of ours: a path, and no other host in disguise."""
    return address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()


def _unkept(page: str) -> Response:
    answer = make_response(page)
    answer.cache_control.no_store = True
    return answer


ROUTES = (
    Route("/sign-in", "sign_in", sign_in),
    Route("/sign-in/<secret>", "redeem", redeem, GET_OR_POST),
    Route("/sign-out", "sign_out", sign_out, POST),
)
