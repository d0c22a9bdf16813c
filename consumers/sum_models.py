"""The tables of sums: what the hours of usage come to, day by day and ever.

All of it can be made anew from usage: `summing` does, `sums` reads it, `day_marks` says what of it holds.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, Double, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from consumers.epochs import DayNumber, HourNumber, Microseconds
from storage.base import Base


class UsageDay(Base):
    """A UTC day with usage. Its sums hold while `is_summed`, those of its hours for the first `summed_hours`.

    Of a day without a row no sums hold.
    """

    __tablename__ = "usage_days"
    __table_args__ = ({"sqlite_with_rowid": False},)
    day: Mapped[date] = mapped_column(DayNumber, primary_key=True, autoincrement=False)
    is_summed: Mapped[bool] = mapped_column(default=False)
    summed_hours: Mapped[int] = mapped_column(default=0)


class PairDay(Base):
    """What a consumer's hours at an operation come to on a UTC day."""

    __tablename__ = "pair_days"
    __table_args__ = (Index(None, "consumer_id", "day"), {"sqlite_with_rowid": False})
    operation_id: Mapped[int] = mapped_column(
        ForeignKey("operations.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(DayNumber, primary_key=True)
    consumer_id: Mapped[int] = mapped_column(ForeignKey("consumers.id", ondelete="CASCADE"), primary_key=True)
    calls: Mapped[int] = mapped_column(BigInteger)
    redirects: Mapped[int] = mapped_column(BigInteger)
    client_errors: Mapped[int] = mapped_column(BigInteger)
    server_errors: Mapped[int] = mapped_column(BigInteger)
    unanswered: Mapped[int] = mapped_column(BigInteger)
    first_at: Mapped[datetime] = mapped_column(Microseconds)
    last_at: Mapped[datetime] = mapped_column(Microseconds)
    sampling_rate: Mapped[float] = mapped_column(Double)


class ConsumerDay(Base):
    """What a consumer's hours at all operations of an API come to on a UTC day."""

    __tablename__ = "consumer_days"
    __table_args__ = (Index(None, "consumer_id", "day"), {"sqlite_with_rowid": False})
    api_id: Mapped[int] = mapped_column(ForeignKey("apis.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(DayNumber, primary_key=True)
    consumer_id: Mapped[int] = mapped_column(ForeignKey("consumers.id", ondelete="CASCADE"), primary_key=True)
    calls: Mapped[int] = mapped_column(BigInteger)
    client_errors: Mapped[int] = mapped_column(BigInteger)
    server_errors: Mapped[int] = mapped_column(BigInteger)
    last_at: Mapped[datetime] = mapped_column(Microseconds)


class ConsumerHour(Base):
    """What a consumer's calls to all operations of an API come to within an hour; not of condensed days."""

    __tablename__ = "consumer_hours"
    __table_args__ = (Index(None, "consumer_id", "hour"), {"sqlite_with_rowid": False})
    api_id: Mapped[int] = mapped_column(ForeignKey("apis.id", ondelete="CASCADE"), primary_key=True)
    hour: Mapped[datetime] = mapped_column(HourNumber, primary_key=True)
    consumer_id: Mapped[int] = mapped_column(ForeignKey("consumers.id", ondelete="CASCADE"), primary_key=True)
    calls: Mapped[int] = mapped_column(BigInteger)
    client_errors: Mapped[int] = mapped_column(BigInteger)
    server_errors: Mapped[int] = mapped_column(BigInteger)
    last_at: Mapped[datetime] = mapped_column(Microseconds)


class PairSpan(Base):
    """First and last call of a consumer at an operation, and its longest silence, before a day.

    `longest_gap` is in days, between days with calls: 0 where there is one such day only.
    """

    __tablename__ = "pair_spans"
    __table_args__ = ({"sqlite_with_rowid": False},)
    operation_id: Mapped[int] = mapped_column(
        ForeignKey("operations.id", ondelete="CASCADE"), primary_key=True
    )
    consumer_id: Mapped[int] = mapped_column(
        ForeignKey("consumers.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    first_at: Mapped[datetime] = mapped_column(Microseconds)
    last_at: Mapped[datetime] = mapped_column(Microseconds)
    last_day: Mapped[date] = mapped_column(DayNumber)
    longest_gap: Mapped[int]


class OperationSpan(Base):
    """That an operation's spans tell of all days before `until_day`, unless one of those changed since."""

    __tablename__ = "operation_spans"
    operation_id: Mapped[int] = mapped_column(
        ForeignKey("operations.id", ondelete="CASCADE"), primary_key=True
    )
    until_day: Mapped[date] = mapped_column(DayNumber)
