"""A plan that was announced and whose first day is over, and moments to choose from."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from deprecations.models import Deprecation
from registry.models import Operation
from tests.support.factories_deprecations import NOW, make_plan

TUESDAY = datetime(2026, 12, 8, 13, 0, tzinfo=UTC)  # 14:00 in Berlin


@pytest.fixture
def plan(session: Session, operation: Operation) -> Deprecation:
    """From 1 Dec 2026 to 30 Jun 2027, in Berlin."""
    return make_plan(session, operation, deprecated_on=date(2026, 12, 1), zone="Europe/Berlin", now=NOW)
