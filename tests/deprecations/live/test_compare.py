"""A reply beside the plan."""

import pytest

from deprecations.live.compare import Kind, compare

EXPECTED = (
    ("Deprecation", "@1796083200"),
    ("Sunset", "Wed, 30 Jun 2027 23:59:59 GMT"),
    ("Link", '<https://docs.example.com/v2>; rel="deprecation"'),
    ("Link", '</v2/orders/7>; rel="successor-version"'),
)
LINKS = (
    "link",
    '</v1/orders?page=2>; rel=next, <https://docs.example.com/v2>;rel=Deprecation;type="text/html"',
)
SUCCESSOR = ("LINK", '</v2/orders/7>; title="a, b"; rel="successor-version latest-version"')
RIGHT = (("deprecation", "@1796083200"), ("SUNSET", "Wed, 30 Jun 2027 23:59:59 GMT"), LINKS, SUCCESSOR)


def without(name: str, *more: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return (*(pair for pair in RIGHT if pair[0].lower() != name), *more)


def test_a_reply_as_planned_has_no_drift() -> None:
    assert compare(EXPECTED, RIGHT, status=200, is_gone=False) == ()
    assert compare((), (("Link", "</2>; rel=next"),), status=200, is_gone=False) == ()


@pytest.mark.parametrize(
    ("got", "kind", "header", "said"),
    [
        (without("deprecation"), Kind.MISSING, "Deprecation", "it should be “@1796083200”"),
        (without("sunset"), Kind.MISSING, "Sunset", "it should be “Wed, 30 Jun 2027 23:59:59 GMT”"),
        (
            without("deprecation", ("Deprecation", "true")),
            Kind.MALFORMED,
            "Deprecation",
            "drafts of RFC 9745",
        ),
        (
            without("deprecation", ("Deprecation", "Tue, 01 Dec 2026 00:00:00 GMT")),
            Kind.MALFORMED,
            "Deprecation",
            "write @1796083200",
        ),
        (
            without("sunset", ("Sunset", "Wed, 30 Jun 2027 23:59:59 UTC")),
            Kind.MALFORMED,
            "Sunset",
            "write Wed, 30 Jun 2027 23:59:59 GMT",
        ),
        (
            without("sunset", ("Sunset", "Thu, 01 Jul 2027 23:59:59 GMT")),
            Kind.WRONG_DATE,
            "Sunset",
            "and the plan says “Wed, 30 Jun 2027 23:59:59 GMT”",
        ),
        ((*RIGHT, ("Sunset", "next year")), Kind.DUPLICATE, "Sunset", "has Sunset 2 times"),
        (without("link", SUCCESSOR), Kind.MISSING_LINK, "Link", "docs.example.com"),
    ],
)
def test_each_way_of_straying_is_named(got: object, kind: Kind, header: str, said: str) -> None:
    (drift,) = compare(EXPECTED, got, status=200, is_gone=False)  # type: ignore[arg-type]  # header pairs
    assert (drift.kind, drift.header) == (kind, header)
    assert said in drift.text


def test_headers_that_no_plan_calls_for_are_named() -> None:
    (drift,) = compare((), (("Sunset", "x" * 1000),), status=200, is_gone=False)
    assert drift.kind is Kind.UNPLANNED
    assert len(drift.text) < 400


def test_what_has_ended_must_be_gone() -> None:
    (drift,) = compare(EXPECTED, RIGHT, status=200, is_gone=True)
    assert drift.kind is Kind.NOT_GONE
    assert compare(EXPECTED, RIGHT, status=410, is_gone=True) == ()
