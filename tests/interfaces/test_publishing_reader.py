"""What a pushed spec may refer to: files of its repository, and nothing that its host serves beside them."""

import pytest

from interfaces.publishing import beside
from registry.errors import NotFound


def test_references_are_paths_from_the_documents_folder() -> None:
    asked: list[str] = []

    def read(path: str) -> bytes:
        asked.append(path)
        return b""

    for path in ("parts/a.yaml", "../common.yaml", "../../shared/./b.yaml"):
        beside(read, "specs/orders/api.yaml")(path)
    beside(read, "api.yaml")("a.yaml")
    assert asked == ["specs/orders/parts/a.yaml", "specs/common.yaml", "shared/b.yaml", "a.yaml"]


@pytest.mark.parametrize(
    "path", ["../../../user", "../../../../../user/keys", "/etc/passwd", "a/../../../../x"]
)
def test_nothing_above_the_repository_is_asked_for(path: str) -> None:
    def read(asked: str) -> bytes:
        raise AssertionError(asked)

    with pytest.raises(NotFound, match="leads above the root of the repository"):
        beside(read, "specs/orders/api.yaml")(path)
