"""What the tests of consumers share: an API with operations to call."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from consumers.ingest import BatchReport, ingest
from tests.support.factories_consumers import NOW, PEPPER, publish_templates

Send = Callable[..., BatchReport]


@pytest.fixture
def operations(session: Session) -> dict[str, int]:
    """The ids of the operations of an API called orders, by name."""
    templates = [("GET", "/v1/orders"), ("GET", "/v1/orders/{id}"), ("POST", "/v1/orders")]
    return publish_templates(session, "orders", "1.0.0", templates)


@pytest.fixture
def send(session: Session, operations: dict[str, int]) -> Send:
    """Ingest a batch, by default from the source `edge`."""
    numbers = iter(range(1000))

    def sent(*lines: bytes, now: datetime = NOW, **words: Any) -> BatchReport:
        arguments = {"source": "edge", "key": f"batch-{next(numbers)}", "log_format": None} | words
        return ingest(session, data=lines, pepper=PEPPER, now=now, **arguments)

    return sent
