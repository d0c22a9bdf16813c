"""A moment to count from, one API with one operation, and databases made from the models."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.orm import Session

from registry.models import Api, Operation
from tests.support.factories_deprecations import NOW, make_api, make_operation

if TYPE_CHECKING:
    from tests.support.postgresql import Cluster


def _create_tables(url: str) -> None:
    import interfaces.migrate  # noqa: F401 - it knows every room's models
    from storage.base import Base
    from storage.engine import make_engine

    engine = make_engine(url)
    Base.metadata.create_all(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "template.sqlite"
    _create_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_cluster(postgresql_cluster: "Cluster") -> "Cluster":
    _create_tables(postgresql_cluster.create("sundial_template"))
    return postgresql_cluster


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def api(session: Session) -> Api:
    return make_api(session)


@pytest.fixture
def operation(session: Session, api: Api) -> Operation:
    return make_operation(session, api)
