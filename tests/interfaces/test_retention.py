"""What is forgotten with its time: answers with their decisions, and templates that were replaced."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from deprecations.notice_models import Answer, AnswerKind, Decision
from interfaces.retention import forget
from interfaces.runtime import Runtime, make_runtime
from interfaces.settings import Settings
from notifications.models import Suppression, SuppressionReason, Wording
from storage.base import Base
from tests.support.factories_deprecations import NOW, make_api, make_consumer, make_operation, make_plan

OLD = NOW - timedelta(days=1200)


@pytest.fixture
def runtime(database_url: str, tmp_path: Path) -> Iterator[Runtime]:
    made = make_runtime(Settings(data_dir=tmp_path, database_url=database_url), lambda: NOW)
    yield made
    made.database.engine.dispose()


def count(runtime: Runtime, model: type[Base]) -> int:
    with runtime.database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_what_is_old_goes_and_what_is_in_force_stays(runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        plan, consumer = (
            make_plan(session, make_operation(session, make_api(session))),
            make_consumer(session),
        )
        for at in (OLD, NOW):
            answer = Answer(
                deprecation_id=plan.id, consumer_id=consumer.id, by="dana", kind=AnswerKind.MORE_TIME, at=at
            )
            session.add(answer)
            session.flush()
            session.add(Decision(answer_id=answer.id, is_granted=False, reason="No.", by="lee", at=at))
        for number in (1, 2):
            session.add(
                Wording(kind="trial", language="en", number=number, is_default=True, by="lee", at=OLD)
            )
        session.add(Suppression(address="a@b.example", reason=SuppressionReason.BOUNCE, since=OLD, by="mx"))
    assert forget(runtime) >= 2
    kept = {model: count(runtime, model) for model in (Answer, Decision, Wording, Suppression)}
    assert kept == {Answer: 1, Decision: 1, Wording: 1, Suppression: 1}, "nothing leaves that list by itself"
