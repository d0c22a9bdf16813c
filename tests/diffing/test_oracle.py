"""The table of polarities against an independent validator: each row is reached, and each edit does to the
set of legal values what the law says, no more and no less.
"""

from datetime import date
from random import Random

import pytest

from diffing.compare import compare
from diffing.conventions import CONVENTIONS
from diffing.finding import Effect
from tests.diffing.specs import document
from tests.support.oracle import BOTH, findings, said, seen
from tests.support.oracle_edits import EDITS, Edit
from tests.support.oracle_laws import DEPARTURES, broken, departs
from tests.support.oracle_messages import documents
from tests.support.oracle_rows import message_rows, met, schema_rows

pytestmark = pytest.mark.slow

BOTH_WAYS = [*EDITS, *(edit.back() for edit in EDITS)]
ACTS_BOTH_WAYS = "a branch of oneOf that overlaps"
"""The one edit of which only what hurts is claimed: whether branches overlap is not decided by values."""

UNREACHED = {
    "request link existence": "a link stands in a response; one in a callback's answer leads the provider",
    "request property existence added optional-closed": "of requests it counts whether names had a meaning",
    "request property existence added required-closed": "of requests it counts whether names had a meaning",
    "request media-type existence added pushed": "consumers choose the format of what they send",
    "request media-type existence removed narrowed": "who sends another type of the range is refused",
    "request property write-only": "what is write-only is hidden from responses alone",
    "response property read-only": "what is read-only is hidden from requests alone",
}
"""Rows of the table that no pair of documents can reach, with the reason; a stale one fails too."""


@pytest.mark.parametrize("edit", BOTH_WAYS, ids=lambda edit: edit.name)
def test_an_edit_does_what_the_law_says(edit: Edit) -> None:
    old, new = edit.sides()
    found = findings(old, new)
    for direction in BOTH:
        claimed = said(found, direction)
        shown = seen(Random(edit.name), old, new, direction, 120).effect
        if edit.effect is Effect.UNKNOWN:
            continue
        assert shown is edit.effect, direction
        if edit.name.startswith(ACTS_BOTH_WAYS):
            continue
        swaps = {frozenset({Effect.SWAPS}), frozenset({Effect.NARROWS, Effect.WIDENS})}
        exact = {frozenset[Effect]()} if edit.effect is Effect.NONE else {frozenset({edit.effect})}
        assert claimed in (swaps if edit.effect is Effect.SWAPS else exact), direction


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.name)
def test_an_edit_keeps_the_laws(edit: Edit) -> None:
    assert broken(Random(edit.name), *edit.sides(), count=60) == []


def test_every_row_of_the_table_is_reached_in_both_directions() -> None:
    with met() as rows:
        for edit in BOTH_WAYS:
            findings(*edit.sides())
        for _, old, new in documents():
            for one, other in ((old, new), (new, old)):
                compare(document(one), document(other), today=date(2026, 11, 22))
    never = {
        " ".join(word for word in row if word): row
        for row in {**schema_rows(), **message_rows()}.keys() - rows
    }
    excused = {text: [name for name in UNREACHED if text.startswith(name)] for text in never}
    assert sorted(text for text, names in excused.items() if not names) == []
    assert UNREACHED.keys() == {name for names in excused.values() for name in names}


def test_every_departure_from_set_theory_is_met_and_is_a_convention() -> None:
    with_extensible = [
        Edit(
            "",
            {"enum": ["a"], "x-extensible-enum": True},
            {"enum": ["a", "b"], "x-extensible-enum": True},
            Effect.WIDENS,
        )
    ]
    used = {
        departs(finding) for edit in [*BOTH_WAYS, *with_extensible] for finding in findings(*edit.sides())
    }
    assert used - {None} == DEPARTURES.keys()
    aspects = {word for row in CONVENTIONS for word in row.aspect.split("|")}
    assert {name.split()[2] for name in DEPARTURES} <= aspects


def test_a_place_below_a_name_with_a_hash_is_whole() -> None:
    """Expressions such as `{$request.body#/url}` are keys; the mark of what no text holds is another."""
    old, new = next((old, new) for name, old, new in documents() if name == "a body required, called back")
    (finding,) = compare(document(old), document(new), today=date(2026, 11, 22)).findings
    assert finding.new is not None
    assert finding.new.pointer == (
        "/paths/~1x/post/callbacks/done/{$request.body#~1url}/post/requestBody/required"
    )
