"""A moment to count from, and one API with one operation."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from registry.models import Api, Operation
from tests.support.factories_deprecations import NOW, make_api, make_operation


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def api(session: Session) -> Api:
    return make_api(session)


@pytest.fixture
def operation(session: Session, api: Api) -> Operation:
    return make_operation(session, api)
