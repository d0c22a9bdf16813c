"""API tokens: made, shown once, revoked."""

from datetime import timedelta

from flask import flash, make_response, redirect, render_template, request, url_for
from flask import session as kept
from flask.typing import ResponseReturnValue

from access import tokens as access_tokens
from access.audit import record
from access.errors import AccessError, NotAllowed
from access.tokens import SCOPES, Scope
from interfaces.gate import actor, is_administrator, runtime
from interfaces.pages.listing import page_number
from interfaces.pages.route import POST, Route

LIFETIMES = (("90", "90 days"), ("365", "1 year"), ("", "No end"))
_REFUSED = 422
_MADE = "made token"


def tokens() -> ResponseReturnValue:
    """List the tokens, beside the form that makes one; show the secret of one just made, this once."""
    made = kept.pop(_MADE, None)
    if made is None:
        return _page()
    name, secret = made
    answer = make_response(_page(made=name, secret=secret))
    answer.cache_control.no_store = True
    return answer


def issue_token() -> ResponseReturnValue:
    """Make a token, and lead to the page that shows its secret: loading that again makes no second one."""
    around = runtime()
    name, scopes, days = request.form.get("name", ""), request.form.getlist("scope"), _days()
    try:
        if Scope.MANAGE in scopes and not is_administrator():
            raise NotAllowed("only an administrator may make a token that manages: ask one for it")
        with around.database.transaction() as session:
            now = around.clock()
            expires_at = now + timedelta(days=days) if days else None
            token, secret = access_tokens.issue(
                session, name=name, scopes=scopes, by=actor(), expires_at=expires_at, now=now
            )
            record(
                session, actor=actor(), action="token made", subject=token.name, detail=token.scopes, now=now
            )
    except AccessError as error:
        return _page(errors={"": str(error)}, name=name, chosen=scopes), _REFUSED
    kept[_MADE] = (token.name, secret)
    return redirect(url_for("pages.tokens"))


def revoke_token(token_id: int) -> ResponseReturnValue:
    """End a token."""
    around = runtime()
    now = around.clock()
    with around.database.transaction() as session:
        revoked = access_tokens.revoke(session, token_id, now)
        if revoked:
            record(session, actor=actor(), action="token revoked", subject=str(token_id), now=now)
    said = ("The token is revoked.", "good") if revoked else ("That token was revoked already.", "info")
    flash(*said)
    return redirect(url_for("pages.tokens"))


def _page(**facts: object) -> str:
    with runtime().database.reading() as session:
        listed = access_tokens.tokens(session, page_number())
        live = access_tokens.live_count(session, runtime().clock())
    return render_template(
        "tokens.html", listed=listed, live=live, scopes=_offered(), lifetimes=LIFETIMES, **facts
    )


def _offered() -> dict[Scope, str]:
    """Return what this person may let a program do: one that manages could make them an administrator."""
    return {scope: said for scope, said in SCOPES.items() if scope != Scope.MANAGE or is_administrator()}


def _days() -> int | None:
    chosen = request.form.get("days", "")
    return int(chosen) if chosen in {days for days, _word in LIFETIMES if days} else None


ROUTES = (
    Route("/tokens", "tokens", tokens),
    Route("/tokens", "issue_token", issue_token, POST),
    Route("/tokens/<int:token_id>/revoke", "revoke_token", revoke_token, POST),
)
