"""Engines that outlive a test: what one compiled of SQL, the next need not compile again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from storage.engine import make_engine

_shared: dict[str, Engine] = {}


@contextmanager
def sharing(url: str) -> Iterator[str]:
    """Keep one engine for a URL under which each test finds another database; no connection outlives it."""
    if url not in _shared:
        _shared[url] = make_engine(url)
        if _shared[url].dialect.name == "sqlite":
            event.listen(_shared[url], "connect", _trust_the_machine)
    yield url
    _shared[url].dispose()


def engine_for(url: str) -> Engine:
    """Answer the shared engine for a URL, or one of its own."""
    return _shared.get(url) or make_engine(url)


def _trust_the_machine(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")  # a test doesn't wait for the disk; no power cut is tested
