import re

from access.audit import trail
from access.models import ApiToken
from access.tokens import find_token
from tests.interfaces.pages.conftest import NOW, Visitor

SECRET = re.compile(r"sundial_[\w-]{20,}")


def test_a_token_is_shown_once_and_kept_nowhere(visitor: Visitor) -> None:
    answer = visitor.send("/tokens", name="orders pipeline", scope=["publish", "read"], days="90")
    secret = SECRET.search(answer.get_data(as_text=True))
    assert secret
    assert answer.cache_control.no_store
    assert not SECRET.search(visitor.get("/tokens"))
    with visitor.runtime.database.reading() as session:
        token = find_token(session, secret[0], NOW)
        assert token is not None
        assert token.scopes == "publish read"
        assert secret[0] not in (token.digest, token.hint, token.name)
        assert trail(session).items[0].action == "token made"


def test_a_token_without_a_scope_is_refused_beside_the_form(visitor: Visitor) -> None:
    answer = visitor.send("/tokens", name="orders pipeline")
    assert answer.status_code == 422
    assert "choose at least one scope" in answer.get_data(as_text=True)
    with visitor.runtime.database.reading() as session:
        assert session.query(ApiToken).count() == 0


def test_a_revoked_token_lets_nobody_in(visitor: Visitor) -> None:
    answer = visitor.send("/tokens", name="orders pipeline", scope=["read"], days="")
    secret = SECRET.search(answer.get_data(as_text=True))
    assert secret
    with visitor.runtime.database.reading() as session:
        token = find_token(session, secret[0], NOW)
    assert token is not None
    assert token.expires_at is None
    assert "Revoked" in visitor.act(f"/tokens/{token.id}/revoke")
    with visitor.runtime.database.reading() as session:
        assert find_token(session, secret[0], NOW) is None
