import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.diffing.hostile.documents import CASES
from tests.diffing.hostile.pairs import PAIRS

pytestmark = pytest.mark.slow

Ask = Callable[[str], Any]


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    command = [sys.executable, "-m", "tests.diffing.hostile.kennel"]
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin and process.stdout
        stdin, stdout = process.stdin, process.stdout

        def answer(name: str) -> Any:
            stdin.write(name + "\n")
            stdin.flush()
            return json.loads(stdout.readline())

        yield answer
        stdin.close()


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_document_is_refused_by_name_and_line_or_loads_within_two_seconds(
    name: str, ask: Ask
) -> None:
    answer = ask(name)
    assert answer["signal"] == 0, "the loader was killed"
    expected = CASES[name].says
    if expected is None:
        assert answer["message"] is None
    else:
        assert answer["message"] is not None, "it loaded"
        assert re.search(expected, answer["message"], re.DOTALL), answer["message"][:300]


@pytest.mark.parametrize("name", PAIRS)
def test_hostile_documents_are_compared_with_each_other_within_two_seconds(name: str, ask: Ask) -> None:
    answer = ask(name)
    assert answer["signal"] == 0, "the comparison was killed"
    assert answer["message"] is None


def test_there_are_enough_hostile_documents() -> None:
    assert len(CASES) >= 60
