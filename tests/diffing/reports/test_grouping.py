import pytest

from diffing.finding import Place, Reach
from diffing.reports.grouping import WHOLE, grouped, told
from tests.diffing.findings import (
    CREATE_ORDER,
    GONE,
    NEW_STATE,
    NEW_WORDS,
    ONE_OF_EACH,
    READ_ORDER,
    SHORTER_NOTE,
    finding,
)


def test_every_finding_stands_in_exactly_one_group_and_groups_in_order_of_their_worst() -> None:
    groups = grouped((GONE, *ONE_OF_EACH))
    assert [group.title for group in groups] == ["GET /orders/{id}", "POST /orders", "schemas Order", WHOLE]
    assert sorted(each.fingerprint for group in groups for each in group.findings) == sorted(
        each.fingerprint for each in (GONE, *ONE_OF_EACH)
    )


def test_a_finding_at_several_places_of_one_operation_belongs_to_that_operation() -> None:
    answer = Reach("POST", "/orders", "createOrder", "response 201 application/json")
    (group,) = grouped([finding(operations=(CREATE_ORDER, answer))])
    assert group.title == "POST /orders"
    assert group.operations == ()


@pytest.mark.parametrize(
    ("pointer", "title"),
    [
        ("/components/schemas/Item/properties/note", "schemas Item"),
        ("/components/parameters/a~1b/schema", "parameters a/b"),
        ("/definitions/Item/type", "definitions Item"),
        ("/paths/~1orders~1{id}/parameters/0", "/orders/{id}"),
        ("/security/0", WHOLE),
        ("", WHOLE),
    ],
)
def test_a_shared_cause_is_named_after_what_holds_it(pointer: str, title: str) -> None:
    place = Place(pointer, 1, "b.yaml", 1, 1)
    (group,) = grouped([finding(new=place, operations=(CREATE_ORDER, READ_ORDER))])
    assert group.title == title
    assert group.operations == ("POST /orders", "GET /orders/{id}")


def test_what_reaches_no_operation_names_none() -> None:
    groups = grouped([NEW_WORDS, finding(SHORTER_NOTE, operations=()), NEW_STATE])
    assert [(group.title, len(group.operations)) for group in groups] == [
        (WHOLE, 0),
        ("schemas Item", 0),
        ("schemas Order", 2),
    ]


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("POST /orders, request body: `note` became required.", "Request body: `note` became required."),
        ("POST /orders: summary changed.", "Summary changed."),
        ("POST /orders was removed.", "POST /orders was removed."),
        ("GET /orders, query parameter x: it was added.", "GET /orders, query parameter x: it was added."),
    ],
)
def test_a_sentence_under_its_operation_does_not_name_it_again(text: str, short: str) -> None:
    (group,) = grouped([finding(text=text)])
    assert told(group.findings[0], group) == short
