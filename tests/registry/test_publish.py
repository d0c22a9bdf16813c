from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import apis
from registry.errors import Conflict, NotFound, RegistryError
from registry.models import DocumentOperation, Operation, StoredDocument, Version
from registry.publish import publish, shape
from tests.support.factories_registry import NOW, a_publication, an_operation, make_api, make_version


def _count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_path_s_shape_forgets_the_names_of_its_parameters() -> None:
    assert shape("/v1/books/{bookId}/pages/{n}.json") == "/v1/books/{}/pages/{}.json"


def test_the_first_version_has_nothing_to_be_compared_with(session: Session) -> None:
    published = make_version(session, make_api(session), "GET /orders")
    assert (published.created, published.comparison_id, published.version.position) == (True, None, 1)


def test_the_second_version_asks_for_its_comparison_in_the_same_transaction(session: Session) -> None:
    api = make_api(session)
    make_version(session, api, "GET /orders")
    assert make_version(session, api, "GET /orders", "POST /orders").comparison_id is not None


def test_a_document_equal_to_the_newest_makes_no_version(session: Session) -> None:
    api = make_api(session)
    publication = a_publication("GET /orders")
    first = publish(session, api, publication, NOW)
    again = publish(session, api, publication, NOW)
    assert not again.created
    assert again.version.id == first.version.id
    assert _count(session, Version) == 1


def test_going_back_to_an_earlier_document_is_a_version_but_stores_the_document_once(
    session: Session,
) -> None:
    api = make_api(session)
    early = a_publication("GET /orders", version="1.0.0")
    publish(session, api, early, NOW)
    publish(session, api, a_publication("GET /orders", version="1.1.0"), NOW)
    back = publish(session, api, early, NOW)
    assert back.created
    assert back.version.position == 3
    assert _count(session, StoredDocument) == 2


def test_documents_that_share_a_version_text_get_labels_that_tell_them_apart(session: Session) -> None:
    api = make_api(session)
    labels = [publish(session, api, a_publication("GET /a", version="2.0"), NOW).version.label for _ in "ab"]
    assert labels[0] == "2.0"
    assert labels[1].startswith("2.0+")


def test_a_label_that_was_published_with_another_document_is_refused_and_changes_nothing(
    session: Session,
) -> None:
    api = make_api(session)
    publish(session, api, a_publication("GET /a", label="1.0"), NOW)
    with pytest.raises(Conflict, match=r"orders has a version 1\.0 already"):
        publish(session, api, a_publication("GET /b", label="1.0"), NOW)
    assert _count(session, StoredDocument) == 1


def test_a_renamed_path_parameter_stays_the_same_operation(session: Session) -> None:
    api = make_api(session)
    make_version(session, api, "GET /orders/{id}")
    make_version(session, api, "GET /orders/{orderId}")
    assert [one.path for one in session.scalars(select(Operation))] == ["/orders/{orderId}"]


def test_an_operation_remembers_the_last_version_that_shows_it(session: Session) -> None:
    api = make_api(session)
    first = make_version(session, api, "GET /orders", "GET /old")
    second = make_version(session, api, "GET /orders")
    old, new = (apis.operation_named(session, api, name) for name in ("GET /old", "GET /orders"))
    assert old.last_version_id == first.version.id
    assert (new.first_version_id, new.last_version_id) == (first.version.id, second.version.id)


def test_an_operation_below_two_base_paths_is_one_with_two_spellings(session: Session) -> None:
    api = make_api(session)
    publication = a_publication()
    operation = an_operation("GET /orders", base=("/v1", "/sandbox/v1"))
    examined = replace(publication.examined, operations=(operation,))
    publish(session, api, replace(publication, examined=examined), NOW)
    assert [one.path for one in session.scalars(select(Operation))] == ["/v1/orders"]
    spellings = session.scalars(select(DocumentOperation.full_path).order_by(DocumentOperation.full_path))
    assert list(spellings) == ["/sandbox/v1/orders", "/v1/orders"]


def test_an_operation_is_found_as_people_write_it(session: Session) -> None:
    api = make_api(session)
    make_version(session, api, "GET /orders/{orderId}")
    assert apis.operation_named(session, api, " get /orders/{id} ").label == "GET /orders/{orderId}"
    with pytest.raises(NotFound, match=r"no operation DELETE /orders/\{id\} in any of its versions"):
        apis.operation_named(session, api, "DELETE /orders/{id}")
    with pytest.raises(RegistryError, match="write it as"):
        apis.operation_named(session, api, "/orders")


def test_removing_an_api_keeps_a_document_that_another_api_published(session: Session) -> None:
    one, other = make_api(session), make_api(session, slug="copies")
    shared = a_publication("GET /orders")
    for api in (one, other):
        publish(session, api, shared, NOW)
    make_version(session, one, "GET /orders", "GET /more")
    apis.remove_api(session, one)
    assert _count(session, StoredDocument) == 1
    assert _count(session, Version) == 1


@pytest.mark.parametrize("slug", ["", "Orders", "a b", "-a", "a--b", "a" * 81])
def test_a_slug_that_would_not_do_in_an_address_is_refused(session: Session, slug: str) -> None:
    with pytest.raises(RegistryError, match="can't name an API"):
        make_api(session, slug=slug)


def test_a_slug_that_is_taken_is_refused(session: Session) -> None:
    make_api(session)
    with pytest.raises(Conflict, match="there is an API called orders already"):
        make_api(session)
