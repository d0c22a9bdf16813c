"""Each format's lines become hits, or say why they don't."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from consumers.hit import Broken, Hit, Identity
from consumers.readers import READERS, combined, ndjson, recognise
from tests.support.factories_consumers import combined_line, event

AT = datetime(2026, 11, 22, 5, 10, 34, tzinfo=UTC)
ACME = (Identity("user", "acme"),)
HEAD = '203.0.113.9 - acme [22/Nov/2026:05:10:34 +0000] "'


def one(items: Iterator[Hit | Broken | None]) -> Hit:
    (hit,) = items
    assert isinstance(hit, Hit), hit
    return hit


def refused(items: Iterator[Hit | Broken | None]) -> Broken:
    (item,) = items
    assert isinstance(item, Broken), item
    return item


def test_a_line_of_nginx_becomes_a_hit_without_address() -> None:
    line = combined_line("/v1/orders/7?x=1#y", user="acme", agent="acme-sync/2.1 (linux; 203.0.113.9)")
    assert one(combined.read([line])) == Hit(
        AT, "GET", "/v1/orders/7", "", 200, ACME, "acme-sync/2.1", 1, query="x=1"
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('GET /a b?q=1 HTTP/1.1" 200 53 "-" "x/1"', ("GET", "/a b", 200, "x/1")),
        ('GET /a HTTP/1.1" 200 53', ("GET", "/a", 200, "")),
        ('GET /a HTTP/2.0" 304 - "-" "-"', ("GET", "/a", 304, "")),
        ('POST /a HTTP/1.1" 201 9 "https://x.example/?q=\\"" "we\\"ird/1"', ("POST", "/a", 201, "we")),
        ('POST /a HTTP/1.1" 201 9 "-" "caf\\xC3\\xA9/1"', ("POST", "/a", 201, "caf")),
        ('GET /a HTTP/1.1" 200 53 "-" "x/1" "203.0.113.7" rt=0.01', ("GET", "/a", 200, "x/1")),
        ('GET https://API.example.com:8443/a?b HTTP/1.1" 200 53 "-" "x/1"', ("GET", "/a", 200, "x/1")),
        ('get /a HTTP/1.0" 200 53 "-" "x/1"', ("GET", "/a", 200, "x/1")),
        ('GET /\\x22quoted\\x22 HTTP/1.1" 404 53 "-" "x/1"', ("GET", '/"quoted"', 404, "x/1")),
    ],
)
def test_odd_lines_that_servers_write_are_read(line: str, expected: tuple[str, str, int, str]) -> None:
    hit = one(combined.read([(HEAD + line).encode()]))
    assert (hit.method, hit.path, hit.status, hit.user_agent) == expected
    assert (hit.at, hit.identities) == (AT, ACME)


def test_a_user_with_spaces_is_read_whole() -> None:
    hit = one(combined.read([combined_line(user="acme [sales] team")]))
    assert hit.identities == (Identity("user", "acme [sales] team"),)


def test_a_line_in_another_zone_is_turned_to_utc() -> None:
    assert one(combined.read([combined_line(at="22/Nov/2026:10:40:34 +0530")])).at == AT


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"garbage\n", "not in the combined log format"),
        (b"\x16\x03\x01\x02\x00\xff\xfe\n", "not in the combined log format"),
        (f'{HEAD}" 400 0 "-" "-"'.encode(), "the request is no HTTP request"),
        (f'{HEAD}\\x16\\x03\\x01" 400 0 "-" "-"'.encode(), "the request is no HTTP request"),
        (f'{HEAD}GET * HTTP/1.1" 400 0 "-" "-"'.encode(), "the request is no HTTP request"),
        (combined_line(user="acme", at="32/Nov/2026:05:10:34 +0000", agent="x/1"), "its time is none"),
        (combined_line(user="acme", at="22/Foo/2026:05:10:34 +0000", agent="x/1"), "its time is none"),
        (combined_line("/" + "x" * 40_000), "longer than 32768 bytes"),
    ],
)
def test_a_line_that_is_no_call_says_why(line: bytes, reason: str) -> None:
    found = refused(combined.read([line]))
    assert found.reason.startswith(reason)
    assert "acme" not in found.sample
    assert "203" not in found.sample


def test_our_own_event_becomes_a_hit() -> None:
    line = event(
        "/v1/orders/7?x=1",
        datetime.fromisoformat("2026-11-22T06:10:34+01:00"),
        method="put",
        status=404,
        host="API.example.com:443",
        user_agent="acme-sync/2.1 (linux)",
        identity={"user": "acme", "api-key": "k1"},
        count=12,
        further="passed over",
    )
    identities = (Identity("user", "acme"), Identity("api-key", "k1"))
    expected = Hit(
        AT, "PUT", "/v1/orders/7", "api.example.com", 404, identities, "acme-sync/2.1", 12, query="x=1"
    )
    assert one(ndjson.read([line])) == expected


def test_an_event_with_only_what_is_needed_is_enough() -> None:
    line = b'{"at":"2026-11-22T05:10:34Z","method":"GET","path":"/a","status":200}'
    assert one(ndjson.read([line])) == Hit(AT, "GET", "/a", "", 200, (), "", 1)


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"at": None}, "“at” is no instant"),
        ({"at": "yesterday"}, "“at” is no instant"),
        ({"at": "2026-11-22T05:10:34"}, "“at” has no time zone"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "“at” lies outside"),
        ({"method": "G T"}, "“method” is no HTTP method"),
        ({"method": 7}, "“method” is no HTTP method"),
        ({"path": "orders"}, "“path” doesn't begin with a slash"),
        ({"path": ["/a"]}, "“path” doesn't begin with a slash"),
        ({"status": "200"}, "“status” is no number from 100 to 599"),
        ({"status": True}, "“status” is no number"),
        ({"status": 600}, "“status” is no number"),
        ({"count": 0}, "“count” is no number from 1"),
        ({"count": 10**12}, "“count” is no number from 1"),
        ({"count": None}, "“count” is no number from 1"),
        ({"user_agent": 7}, "“user_agent” is no text"),
        ({"host": ["a"]}, "“host” is no text"),
        ({"identity": "acme"}, "“identity” is no object"),
        ({"identity": {"ip": "203.0.113.9"}}, "“identity” has a member other than"),
        ({"identity": {"user": 7}}, "“identity” is no text"),
        ({"identity": {"user": "   "}}, "a value in “identity” is empty"),
        ({"identity": {"user": "x" * 4001}}, "a value in “identity” is empty or longer"),
    ],
)
def test_an_event_that_cannot_be_counted_says_which_member(members: dict[str, object], reason: str) -> None:
    line = json.dumps(json.loads(event()) | members).encode()
    assert refused(ndjson.read([line])).reason.startswith(reason)


@pytest.mark.parametrize("line", [b"[1]", b'"text"', b"7", b"{", b"\xff", b"{}x", b"[" * 30_000])
def test_what_is_no_object_is_broken(line: bytes) -> None:
    assert refused(ndjson.read([line])).reason.startswith("not ")


@pytest.mark.parametrize("name", READERS)
def test_blank_lines_are_neither_hit_nor_broken(name: str) -> None:
    assert list(READERS[name]([b"\n", b"", b" \r\n"])) == [None, None, None]


def test_a_format_is_recognised_by_most_of_its_lines() -> None:
    assert recognise([event(), event()]) == "ndjson"
    assert recognise([b"garbage\n", combined_line(), combined_line()]) == "combined"
    assert recognise([b"garbage\n", b"{}\n"]) is None
    assert recognise([]) is None
