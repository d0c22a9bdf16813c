"""Values of Deprecation and Sunset as servers really send them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deprecations.dialects import Dialect, complaint, is_lawful, read
from deprecations.headers import deprecation_value, sunset_value

END = datetime(2030, 6, 30, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "dialect", "at"),
    [
        ("@1909094399", Dialect.STRUCTURED_DATE, END),
        ("@1909094399;x=1", Dialect.STRUCTURED_DATE, END),
        ("true", Dialect.TRUE, None),
        ("?1", Dialect.TRUE, None),
        ("Sun, 30 Jun 2030 23:59:59 GMT", Dialect.IMF_FIXDATE, END),
        ("Sun, 30 Jun 2030 23:59:59 UTC", Dialect.OTHER_DATE, END),
        ("Mon, 30 Jun 2030 23:59:59 GMT", Dialect.OTHER_DATE, END),
        ("Sun, 30 Jun 2030 19:59:59 -0400", Dialect.OTHER_DATE, END),
        ("Sunday, 30-Jun-30 23:59:59 GMT", Dialect.OTHER_DATE, END),
        ("Sun Jun 30 23:59:59 2030", Dialect.OTHER_DATE, END),
        ("2030-06-30T23:59:59Z", Dialect.ISO_DATE, END),
        ("2030-06-30", Dialect.ISO_DATE, datetime(2030, 6, 30, tzinfo=UTC)),
        ("1909094399", Dialect.UNKNOWN, None),
        ("@1909094399.5", Dialect.UNKNOWN, None),
        ("@999999999999", Dialect.STRUCTURED_DATE, None),
        ("next year, perhaps", Dialect.UNKNOWN, None),
        ("", Dialect.UNKNOWN, None),
    ],
)
def test_a_value_is_read_in_its_dialect(value: str, dialect: Dialect, at: datetime | None) -> None:
    reading = read(value)
    assert (reading.dialect, reading.at) == (dialect, at)


@pytest.mark.parametrize(
    ("header", "value", "instead"),
    [
        ("Deprecation", "true", "is what drafts of RFC 9745 had: it must look like @1814399999"),
        ("Deprecation", "Sun, 30 Jun 2030 23:59:59 GMT", "write @1909094399"),
        ("Sunset", "Sun, 30 Jun 2030 23:59:59 UTC", "write Sun, 30 Jun 2030 23:59:59 GMT (RFC 8594)"),
        ("Sunset", "@1909094399", "is a structured date: write Sun, 30 Jun 2030 23:59:59 GMT"),
        ("Sunset", "soon", "can't be read: it must look like Wed, 30 Jun 2027 23:59:59 GMT"),
    ],
)
def test_a_complaint_says_what_to_write(header: str, value: str, instead: str) -> None:
    assert instead in complaint(header, value)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds
def test_what_sundial_writes_is_lawful_and_reads_back(at: datetime) -> None:
    whole = at.replace(microsecond=0)
    for header, value in (("Deprecation", deprecation_value(whole)), ("Sunset", sunset_value(whole))):
        assert complaint(header, value) == ""
        assert read(value).at == whole


@given(st.text(max_size=300))
def test_whatever_comes_is_read(value: str) -> None:
    for header in ("Deprecation", "Sunset"):
        assert bool(complaint(header, value)) is not is_lawful(header, read(value))
