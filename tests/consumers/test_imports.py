"""Lists are read with their places, applied whole or not at all, and twice is once."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from consumers import directory
from consumers.declared import declared_apis, forget_declared
from consumers.imports.apply import ImportReport, apply
from consumers.imports.backstage import read_catalog
from consumers.imports.csv_table import read_table
from consumers.imports.entries import Entry, ImportRefused
from consumers.ingest import ingest
from consumers.models import Consumer
from consumers.usage import consumer_totals
from registry.models import Api
from tests.support.factories_consumers import NOW, PEPPER, event, publish_templates

TABLE = """\
consumer,name,team,credential_kind,credential_value,contact_email,contact_role,api
shop,The shop,Web,api-key,the-key-of-the-shop,web@example.com,owner,orders
shop,,,user,shop-batch,,,
"""
CATALOG = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: Web.Shop, title: The shop, description: "Sells\\n things."}
spec: {type: website, owner: group:default/web, consumesApis: [orders, api:default/invoices]}
---
kind: Component
metadata: {name: batch}
spec: {owner: user:dana, consumesApis: ["orders"]}
---
kind: Component
metadata: {name: library}
spec: {owner: web}
---
kind: API
metadata: {name: orders}
spec: {owner: web}
---
kind: Group
metadata: {name: web}
spec: {profile: {displayName: Web team, email: web@example.com}, members: []}
---
kind: User
metadata: {name: dana}
spec: {profile: {displayName: Dana, email: dana@example.com}, memberOf: [web]}
---
kind: System
metadata: {name: everything}
"""


@pytest.fixture
def orders(session: Session) -> Api:
    publish_templates(session, "orders", "1", [("GET", "/v1/orders/{id}")])
    return session.scalars(select(Api)).one()


def imported(session: Session, entries: tuple[Entry, ...], *, may_move: bool = False) -> ImportReport:
    return apply(session, entries, origin="a list", pepper=PEPPER, may_move=may_move, now=NOW)


def told(report: ImportReport) -> list[tuple[str, str, str]]:
    return [(one.what, one.subject, one.detail) for one in report.changes]


def test_a_table_registers_consumers_with_all_that_hangs_on_them(session: Session, orders: Api) -> None:
    report = imported(session, read_table(TABLE.encode()))
    assert told(report) == [
        ("consumer registered", "shop", "The shop"),
        ("credential added", "shop", "api-key …shop"),
        ("contact added", "shop", "web@example.com"),
        ("use declared", "shop", "orders"),
        ("credential added", "shop", "user shop-batch"),
    ]
    assert report.changes[0].place == "line 2"
    assert told(imported(session, read_table(TABLE.encode()))) == []


def test_a_catalog_registers_who_consumes_with_owners_as_contacts(session: Session, orders: Api) -> None:
    report = imported(session, read_catalog(CATALOG.encode()))
    assert told(report) == [
        ("consumer registered", "web-shop", "The shop"),
        ("contact added", "web-shop", "web@example.com"),
        ("use declared", "web-shop", "orders"),
        ("consumer registered", "batch", "batch"),
        ("contact added", "batch", "dana@example.com"),
        ("use declared", "batch", "orders"),
        ("owner changed", "orders", "nobody → Web team <web@example.com>"),
    ]
    assert report.notes == ("document 1 (line 1): no API is called invoices here, so that use is left out",)
    shop = directory.find(session, "web-shop")
    assert (shop.team, shop.description) == ("Web team", "Sells things.")
    assert declared_apis(session, shop.id) == (orders,)
    assert told(imported(session, read_catalog(CATALOG.encode()))) == []


def test_people_of_a_group_without_an_address_are_told_themselves(session: Session, orders: Api) -> None:
    text = CATALOG.replace(", email: web@example.com", "")
    report = imported(session, read_catalog(text.encode()))
    assert ("contact added", "web-shop", "dana@example.com") in told(report)
    assert ("owner changed", "orders", "nobody → Web team") in told(report)


def test_what_is_known_is_changed_and_what_is_not_told_stays(session: Session, orders: Api) -> None:
    imported(session, read_table(TABLE.encode()))
    again = (
        "consumer;team;contact_email;contact_zone;contact_language\r\n"
        "shop;Other;WEB@example.com;Europe/Berlin;de\r\n"
    )
    assert told(imported(session, read_table(again.encode("utf-8-sig")))) == [
        ("consumer changed", "shop", "team: Web → Other"),
        ("contact changed", "shop", "WEB@example.com: zone: UTC → Europe/Berlin; language: en → de"),
    ]
    assert directory.find(session, "shop").name == "The shop"


def test_a_name_that_traffic_used_before_brings_its_calls(session: Session, orders: Api) -> None:
    line = event(identity={"api-key": "the-key-of-the-shop"}, count=7)
    ingest(session, source="edge", key="k", log_format="ndjson", data=[line], pepper=PEPPER, now=NOW)
    report = imported(session, read_table(TABLE.encode()))
    assert ("credential added", "shop", "api-key …shop, seen before under no name") in told(report)
    shop = directory.find(session, "shop")
    later = NOW + timedelta(hours=1)
    assert consumer_totals(session, [shop.id], since=NOW, until=later)[shop.id].calls == 7


def test_a_credential_changes_hands_only_where_that_is_said(session: Session, orders: Api) -> None:
    imported(session, read_table(TABLE.encode()))
    other = b"consumer,name,credential_kind,credential_value\nkiosk,Kiosk,user,shop-batch\n"
    with pytest.raises(ImportRefused, match="line 2: user shop-batch names shop already"):
        imported(session, read_table(other))
    report = imported(session, read_table(other), may_move=True)
    assert ("credential moved", "kiosk", "user shop-batch from shop; 0 calls go along") in told(report)


def test_every_fault_is_told_at_its_line(session: Session, orders: Api) -> None:
    faulty = (
        "consumer,name,credential_kind,credential_value,contact_email,api\n"
        "shop,The shop,,,nobody,\n"
        "other,,,,,\n"
        "Bad Name,Bad,,,,\n"
        'kiosk,"Kio\nsk",secret,x,,nothing\n'
    )
    with pytest.raises(ImportRefused) as refused:
        imported(session, read_table(faulty.encode()))
    assert [fault.partition(":")[0] for fault in refused.value.faults] == [
        *("line 2", "line 3", "line 4", "line 6")
    ]
    assert "“nobody” is no e-mail address" in refused.value.faults[0]
    assert "no name to register it with" in refused.value.faults[1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name\nx\n", "line 1: the table needs a column “consumer”"),
        ("consumer,colour\nx,y\n", "line 1: there is no column “colour”"),
        ("consumer,name\nx\n", "line 2: has more or fewer cells than the first line"),
        ("consumer,name\n,X\n", "line 2: names no consumer"),
        ("consumer,credential_kind\nx,user\n", "line 2: a credential needs both"),
        ("consumer,contact_role\nx,owner\n", "line 2: a contact needs contact_email"),
        ('consumer\n"x\n', "line 2: "),
        ("", "line 1: the table needs a column “consumer”"),
    ],
)
def test_a_table_that_can_not_be_read_says_at_which_line(text: str, said: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        read_table(text.encode())
    assert refused.value.faults[0].startswith(said)


def test_a_table_in_another_encoding_says_so() -> None:
    with pytest.raises(ImportRefused, match="line 2: is no UTF-8"):
        read_table("consumer\nkäse\n".encode("latin-1"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [", "line 2: "),
        ("a: &x [1]\nb: *x\n", "line 2: aliases (*x) are not read here"),
        ("[" * 100, "line 1: is nested more than 60 deep"),
        ("a: 1\n", "document 1 (line 1): is no entity"),
        ("kind: System\n---\nkind: API\nmetadata: {}\n", "document 2 (line 3): metadata/name: is missing"),
        ("kind: API\nmetadata: {name: a}\nspec: []\n", "document 1 (line 1): spec: is no object"),
        (
            "kind: Component\nmetadata: {name: a}\nspec: {consumesApis: orders}\n",
            "document 1 (line 1): spec/consumesApis: is no list of names",
        ),
        (
            "kind: API\nmetadata: {name: a}\n---\nkind: API\nmetadata: {name: A}\n",
            "document 2 (line 4): API A stands in document 1 (line 1) already",
        ),
    ],
)
def test_a_catalog_that_can_not_be_read_says_in_which_document(text: str, said: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        read_catalog(text.encode())
    assert refused.value.faults[0].startswith(said)


def test_names_that_look_like_numbers_or_dates_are_names() -> None:
    text = 'kind: Component\nmetadata: {name: 2026-11-22, title: "007"}\nspec: {consumesApis: [1.10]}\n'
    consumer, use = read_catalog(text.encode())
    assert (consumer.slug, consumer.name) == ("2026-11-22", "007")  # type: ignore[union-attr]
    assert use.api == "1-10"  # type: ignore[union-attr]


def test_an_address_of_pages_names_no_consumer(session: Session) -> None:
    with pytest.raises(ImportRefused, match="“import” is an address of its own here"):
        imported(session, read_table(b"consumer,name\nimport,Import\n"))
    assert session.scalar(select(Consumer)) is None


def test_a_use_that_no_list_declares_any_more_is_forgotten_after_its_time(
    session: Session, orders: Api
) -> None:
    imported(session, read_table(b"consumer,name,api\nshop,Shop,orders\nkiosk,Kiosk,orders\n"))
    later = NOW + timedelta(days=100)
    again = read_table(b"consumer,api\nshop,orders\n")
    report = apply(session, again, origin="a list", pepper=PEPPER, now=later)
    assert report.changes == ()
    assert forget_declared(session, before=NOW + timedelta(days=50)) == 1
    shop, kiosk = (directory.find(session, slug) for slug in ("shop", "kiosk"))
    assert (declared_apis(session, shop.id), declared_apis(session, kiosk.id)) == ((orders,), ())
