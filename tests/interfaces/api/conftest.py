"""Programs with tokens of their own, against the whole web application and a fresh database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from access import tokens
from interfaces.runtime import Runtime, make_runtime
from interfaces.settings import Settings
from storage.base import Base
from tests.support.factories_registry import make_api, make_version
from tests.support.programs import NOW, ORDERS_1, Program


@pytest.fixture
def runtime(database_url: str, tmp_path: Path) -> Iterator[Runtime]:
    """The product's surroundings at one fixed instant, on each kind of database."""
    settings = Settings(data_dir=tmp_path / "data", database_url=database_url, max_unpacked_mb=1)
    made = make_runtime(settings, lambda: NOW)
    yield made
    made.database.engine.dispose()


@pytest.fixture
def program(web: Flask, runtime: Runtime) -> Callable[..., Program]:
    """Make a program whose token has these scopes; without any, it has no token."""

    def make(*scopes: str) -> Program:
        if not scopes:
            return Program(web, None)
        with runtime.database.transaction() as session:
            _row, secret = tokens.issue(session, name="ci", scopes=scopes, by="a test", now=NOW)
        return Program(web, secret)

    return make


@pytest.fixture
def api(program: Callable[..., Program]) -> Program:
    """A program that may do everything."""
    return program("manage")


@pytest.fixture
def orders(api: Program) -> Program:
    """The same, with an API called orders that has one version."""
    api.send("POST", "/apis", 201, {"slug": "orders", "name": "Orders"})
    api.publish(ORDERS_1)
    return api


@pytest.fixture
def rows(runtime: Runtime) -> Callable[[], dict[str, int]]:
    """Count the rows of every table."""

    def count() -> dict[str, int]:
        with runtime.database.reading() as session:
            tables = Base.metadata.sorted_tables
            return {one.name: session.scalar(select(func.count()).select_from(one)) or 0 for one in tables}

    return count


@pytest.fixture
def known(api: Program, runtime: Runtime) -> Program:
    """A program that may do everything, with an API called orders that has two operations."""
    with runtime.database.transaction() as session:
        made = make_api(session)
        make_version(session, made, "GET /v1/orders/{id}", "POST /v1/orders", label="1.0.0")
    return api
