"""Whatever stands where in two documents, wrong types everywhere: a comparison, or an error with a place.

`make fuzz` searches longer, and by coverage.
"""

import json
from random import Random

import pytest

from tests.diffing.fuzz_examination import MARK, examine
from tests.diffing.fuzz_mutations import mutated
from tests.diffing.specs import skeleton
from tests.diffing.test_cases import cases, tree

pytestmark = pytest.mark.slow

PAIRS = 150


@pytest.mark.parametrize("share", range(8))
def test_documents_with_anything_anywhere_are_compared_or_refused(share: int) -> None:
    random = Random(f"anything {share}")
    seeds = [parameter.values[0] for parameter in cases()]
    for _ in range(PAIRS):
        case = random.choice(seeds)
        trees = [tree(case, side) for side in ("old", "new")]
        for _ in range(random.choice((1, 1, 2, 3))):
            trees = mutated(trees, random)
        examine(MARK.join(json.dumps(one).encode() for one in trees))


@pytest.mark.parametrize("url", [{}, [], None, 7])
def test_a_server_without_a_url_is_compared_like_any(url: object) -> None:
    examine(json.dumps(skeleton(servers=[{"url": url}])).encode())
