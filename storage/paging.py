"""Lists a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

Item = TypeVar("Item")
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of a list: its items, its number from 1, and how many items there are in all."""

    items: tuple[Item, ...]
    number: int
    total: int
    size: int = PAGE_SIZE

    @property
    def pages(self) -> int:
        """How many pages the list has, at least 1."""
        return max(1, -(-self.total // self.size))


def page_within(items: Sequence[Item], number: int, size: int = PAGE_SIZE) -> Page[Item]:
    """Return one page of what is in memory; a number beyond the end answers the last page."""
    number = min(max(1, number), max(1, -(-len(items) // size)))
    return Page(tuple(items[(number - 1) * size : number * size]), number, len(items), size)


def page_of(session: Session, statement: Select[Any], number: int, size: int = PAGE_SIZE) -> Page[Any]:
    """Read one page of a statement's entities; a number beyond the end answers the last page."""
    total = session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    last = max(1, -(-total // size))
    number = min(max(1, number), last)
    items = session.scalars(statement.limit(size).offset((number - 1) * size)).unique()
    return Page(tuple(items), number, total, size)
