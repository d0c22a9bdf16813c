"""Planted faults: whichever row of whichever table is wrong, a law, an edit or a case says so.

First every witness (an edit, a pair of documents, a case) is asked once which rows it meets; then each row
is made wrong in turn and only the witnesses that meet it are asked again.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from itertools import islice
from pathlib import Path

import pytest
import yaml

from diffing import aspects, conventions, judge, law
from diffing.conventions import CONVENTIONS, Convention
from diffing.finding import Direction, Effect, Finding, Level
from tests.diffing import test_cases
from tests.diffing.test_oracle import UNREACHED
from tests.support.oracle import BOTH, findings, said
from tests.support.oracle_edits import EDITS, Edit
from tests.support.oracle_laws import unturned
from tests.support.oracle_messages import Tree, documents
from tests.support.oracle_rows import Row, message_rows, met, planted, schema_rows

pytestmark = pytest.mark.slow

WRONG = {
    Effect.NARROWS: Effect.WIDENS,
    Effect.WIDENS: Effect.NARROWS,
    Effect.SWAPS: Effect.NONE,
    Effect.UNKNOWN: Effect.NONE,
    Effect.NONE: Effect.NARROWS,
}
MOST = 40
"""Witnesses asked for a row; more would only take time."""
WANTED = Path(__file__).parents[1] / "support" / "oracle_messages.yaml"

Witness = Callable[[], bool]
"""Answers whether something is wrong."""


def edit_fails(edit: Edit) -> bool:
    forth, back = findings(*edit.sides()), findings(*edit.back().sides())
    for direction in BOTH:
        for way, found in ((edit, forth), (edit.back(), back)):
            exact = _exact(way)
            if exact is not None and (said(found, direction) or {Effect.NONE}) not in exact:
                return True
    return bool(unturned(forth, back, repr(edit).replace("'", '"')))


def _exact(edit: Edit) -> tuple[set[Effect], ...] | None:
    if "only" in edit.name or "contradict" in edit.name:  # what only one direction sees
        return None
    if edit.name.startswith("a branch of oneOf that overlaps"):
        return ({Effect.UNKNOWN}, {Effect.WIDENS}, {Effect.NARROWS})
    if edit.effect is Effect.SWAPS:
        return ({Effect.SWAPS}, {Effect.NARROWS, Effect.WIDENS})
    return ({edit.effect},)


def documents_fail(name: str, old: Tree, new: Tree) -> bool:
    wanted = _wanted().get(name, {})
    pairs = ((old, new, "forth"), (new, old, "back"))
    return any(told(test_cases.findings(one, other)) != wanted.get(way, []) for one, other, way in pairs)


@cache
def _wanted() -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = yaml.load(
        WANTED.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
    )
    return found


def told(found: tuple[Finding, ...]) -> list[str]:
    return sorted(f"{f.rule} {f.level} {f.effect}" for f in found if f.aspect != "spelling")


def case_fails(case: test_cases.Case) -> bool:
    checks = (
        test_cases.test_the_findings_are_those_that_the_law_asks_for,
        test_cases.test_comparing_backwards_turns_every_effect_round,
    )
    for check in checks:
        try:
            check(case)
        except AssertionError:
            return True
    return False


@cache
def witnesses() -> list[tuple[set[Row], set[Convention], Witness]]:
    """Answer every witness with the rows and conventions that it meets; none finds a fault yet."""
    found: list[tuple[set[Row], set[Convention], Witness]] = []
    for name, fails in _named():
        with met() as rows, used() as rulings:
            assert not fails(), name
        found.append((rows, rulings, fails))
    return found


def _named() -> Iterator[tuple[str, Witness]]:
    for parameters in test_cases.cases():
        (case,) = parameters.values
        yield case["case"], partial(case_fails, case)
    for edit in EDITS:
        yield edit.name, partial(edit_fails, edit)
    for name, old, new in documents():
        yield name, partial(documents_fail, name, old, new)


@contextmanager
def used() -> Iterator[set[Convention]]:
    """Collect the conventions that give levels meanwhile."""
    rulings: set[Convention] = set()

    def ask(*coordinate: str) -> Convention | None:
        row = conventions.by_convention(*coordinate)
        if row is not None:
            rulings.add(row)
        return row

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judge, "by_convention", ask)
        yield rulings


def told_by(asked: Iterable[Witness]) -> bool:
    """Answer whether a witness, one of the first at least, says that something is wrong."""
    return any(fails() for fails in islice(asked, MOST))


REACHED = [
    row
    for row in {**schema_rows(), **message_rows()}
    if not any(" ".join(word for word in row if word).startswith(name) for name in UNREACHED)
]


@pytest.mark.parametrize("row", REACHED, ids=lambda row: " ".join(word for word in row if word))
def test_a_wrong_effect_in_any_row_is_told(row: Row) -> None:
    asked = [fails for rows, _, fails in witnesses() if row in rows]  # before anything is wrong
    with planted(row, WRONG):
        assert told_by(asked)


@pytest.mark.parametrize(
    "convention",
    CONVENTIONS,
    ids=lambda row: f"{row.direction} {row.element} {row.aspect} {row.action} {row.trait}",
)
def test_a_wrong_level_in_any_convention_is_told(
    convention: Convention, monkeypatch: pytest.MonkeyPatch
) -> None:
    levels = list(Level)
    wrong = convention._replace(level=levels[(levels.index(convention.level) + 1) % len(levels)])
    asked = [fails for _, rulings, fails in witnesses() if convention in rulings]

    def ask(*coordinate: str) -> Convention | None:
        row = conventions.by_convention(*coordinate)
        return wrong if row == convention else row

    monkeypatch.setattr(judge, "by_convention", ask)
    assert told_by(asked)


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("effect", [Effect.NARROWS, Effect.WIDENS, Effect.SWAPS])
def test_a_wrong_line_of_the_law_is_told(
    direction: Direction, effect: Effect, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [fails for _, _, fails in witnesses()]

    def wrong(asked_for: Direction, moved: Effect) -> tuple[Level, str]:
        level, why = law.by_law(asked_for, moved)
        if (asked_for, moved) != (direction, effect):
            return level, why
        return (Level.COMPATIBLE if level is Level.BREAKING else Level.BREAKING), why

    monkeypatch.setattr(judge, "by_law", wrong)
    assert any(fails() for fails in asked)


@pytest.mark.parametrize("limit", aspects.LIMITS, ids=lambda limit: limit.keyword)
def test_a_bound_that_cuts_the_other_way_is_told(
    limit: aspects.Limit, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = tuple(row._replace(lower=not row.lower) if row == limit else row for row in aspects.LIMITS)
    asked = _about(limit.aspect)
    monkeypatch.setattr(aspects, "LIMITS", wrong)
    assert told_by(asked)


@pytest.mark.parametrize("nested", [row for row in aspects.NESTED if row.sign], ids=lambda row: row.keyword)
def test_a_subschema_that_acts_the_other_way_is_told(
    nested: aspects.Nested, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = tuple(row._replace(sign=-row.sign) if row == nested else row for row in aspects.NESTED)
    asked = [fails for _, _, fails in witnesses()]
    monkeypatch.setattr(aspects, "NESTED", wrong)
    assert any(fails() for fails in asked)


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [(narrow, wide) for narrow, row in aspects.FORMAT_WIDER.items() for wide in sorted(row)],
)
def test_a_format_within_another_is_told(narrow: str, wide: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = _about("format")
    monkeypatch.setitem(aspects.FORMAT_WIDER, narrow, aspects.FORMAT_WIDER[narrow] - {wide})
    assert any(fails() for fails in asked)


def _about(aspect: str) -> list[Witness]:
    return [fails for rows, _, fails in witnesses() if any(row.aspect.endswith(aspect) for row in rows)]
