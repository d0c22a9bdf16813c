"""Names that nobody could read as they were typed are refused wherever something is named."""

from typing import Any

import pytest

from tests.support.programs import ORDERS_1, Program


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/apis", {"slug": "parcels", "name": "Par\ncels"}),
        ("/apis", {"slug": "parcels", "name": "Parcels", "owner": "dana\r\nkim"}),
        ("/consumers", {"slug": "shop", "name": "The\x07shop"}),
        ("/consumers", {"slug": "shop", "name": "The shop", "team": "one\ntwo"}),
        ("/tokens", {"name": "ci\x1b[31m", "scopes": ["read"]}),
    ],
)
def test_a_name_with_a_control_character_is_refused(api: Program, path: str, body: dict[str, Any]) -> None:
    assert "without control characters" in api.send("POST", path, 422, body)["detail"]


def test_a_contact_s_name_is_held_to_the_same_rule(api: Program) -> None:
    api.send("POST", "/consumers", 201, {"slug": "shop", "name": "The shop"})
    contact = {"name": "Mara\nBcc: all", "email": "mara@example.com"}
    refused = api.send("POST", "/consumers/shop/contacts", 422, contact)
    assert "the name of a contact holds U+000A at character 5" in refused["detail"]


def test_a_version_s_label_is_held_to_the_same_rule(orders: Program) -> None:
    refused = orders.send(
        "PUT", "/apis/orders/versions/2%070", 422, data=ORDERS_1.encode(), content_type="application/yaml"
    )
    assert "the name of a version holds U+0007" in refused["detail"]
