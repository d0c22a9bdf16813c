"""The laws of the comparison over drawn pairs of schemas, judged by an independent validator.

Some hundreds of pairs by default; SUNDIAL_TRUTH_PAIRS asks for more of each kind (`make truth`). A pair is
drawn from its kind and number alone, so what fails once fails again.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.diffing import schema_pairs
from tests.support import oracle_corpus, oracle_groups, oracle_refactors, oracle_schemas
from tests.support.oracle import Side, findings
from tests.support.oracle_edits import EDITS, placed
from tests.support.oracle_laws import broken
from tests.support.processes import ROOT

pytestmark = pytest.mark.slow

PAIRS = int(os.environ.get("SUNDIAL_TRUTH_PAIRS", "0"))
SHARES = 8
"""Parts that a kind is drawn in, so that workers can share it."""
USUAL = 160


def edits(random: Random) -> tuple[Side, Side]:
    """Draw a known edit within contexts."""
    edit, _ = placed(random, random.choice(EDITS), random.randint(0, 3))
    return edit.sides()


def soup(random: Random) -> tuple[Side, Side]:
    """Draw a schema of any keywords, and an edit anywhere in it."""
    drawn = oracle_schemas.schema(random, random.choice((0, 1, 2)))
    return Side(drawn), Side(oracle_schemas.edited(random, drawn))


def usual(random: Random) -> tuple[Side, Side]:
    """Draw a schema of the keywords that are met most, and an edit or two."""
    old = schema_pairs.schema(random)
    new = schema_pairs.edited(random, old)
    return Side(old), Side(schema_pairs.edited(random, new) if random.random() < 0.3 else new)


def groups(random: Random) -> tuple[Side, Side]:
    """Draw keywords that mean something beside each other over parts of an `allOf`, and an edit or two."""
    old = oracle_groups.schema(random)
    new = oracle_groups.edited(random, old)
    return old, oracle_groups.edited(random, new) if random.random() < 0.3 else new


KINDS: dict[str, Callable[[Random], tuple[Side, Side]]] = {
    "edits": edits,
    "soup": soup,
    "usual": usual,
    "groups": groups,
}


def numbers(share: int) -> range:
    """Answer the numbers of the pairs that a share draws."""
    return range(share, PAIRS or USUAL, SHARES)


@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("kind", KINDS)
def test_no_drawn_pair_breaks_a_law(kind: str, share: int) -> None:
    found = []
    for number in numbers(share):
        random = Random(f"{kind} {number}")
        old, new = KINDS[kind](random)
        found += [f"{kind} {number}: {message}" for message in broken(random, old, new)]
    assert not found, "\n".join(found[:5])


@pytest.mark.parametrize("fault", ["readers.neighbours.settle", "neighbours.told_apart"])
def test_neighbours_pooled_over_parts_are_told(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted fault: parts are read, or compared, as if each keyword stood alone."""
    pooled: dict[str, Callable[..., Any]] = {
        "readers.neighbours.settle": lambda schema, opened: None,
        "neighbours.told_apart": lambda sides, old, new: (old, new, []),
    }
    monkeypatch.setattr(f"diffing.{fault}", pooled[fault])
    drawn = (Random(f"groups {number}") for number in range(200))
    assert any(broken(random, *groups(random)) for random in drawn)


@pytest.mark.corpus
@pytest.mark.parametrize("share", range(SHARES))
def test_no_mutation_of_a_real_schema_breaks_a_law(share: int, corpus: Path) -> None:
    found, tried = [], 0
    for number in numbers(share):
        random = Random(f"corpus {number}")
        old = oracle_corpus.real_side(random, corpus)
        if old is not None:
            tried += 1
            new = oracle_corpus.mutated(random, old)
            found += [f"corpus {number}: {message[:3000]}" for message in broken(random, old, new, 12)]
    assert not found, "\n".join(found[:5])
    assert tried > len(numbers(share)) / 4


@pytest.mark.parametrize("share", range(SHARES))
def test_no_refactoring_of_a_drawn_schema_is_a_change(share: int) -> None:
    found = []
    for number in numbers(share):
        random = Random(f"refactors {number}")
        drawn = oracle_schemas.schema(random, random.choice((0, 1, 2)))
        rewritten, moves = oracle_refactors.rewritten(random, drawn, random.choice((1, 1, 2)))
        for old, new in ((Side(drawn), rewritten), (rewritten, Side(drawn))):
            loud = [f"{f.rule} {f.level}" for f in findings(old, new) if f.level != "editorial"]
            if loud:
                found.append(
                    f"{number} {moves}: {loud}\n  {old.schema}\n  {new.schema} {rewritten.components}"
                )
    assert not found, "\n".join(found[:5])


SPOKEN = """
import json
from random import Random
from tests.diffing.test_soundness import KINDS
from tests.support.oracle import findings
said = []
for kind in KINDS:
    for number in range(40):
        for f in findings(*KINDS[kind](Random(f"{kind} {number}"))):
            said.append([f.rule, f.level, f.text, f.fingerprint, str([f.old, f.new, f.witness])])
print(json.dumps(said))
"""


def test_every_hash_seed_says_the_same() -> None:
    """Child processes: a process has one hash seed for life."""
    answers = set()
    for seed in ("0", "1", "4711"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        said = subprocess.run(
            [sys.executable, "-c", SPOKEN],
            env=environment,
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
        answers.add(said.stdout)
    (answer,) = answers
    assert len(json.loads(answer)) > 100


def test_the_order_of_keys_says_nothing() -> None:
    for number in range(60):
        random = Random(f"keys {number}")
        old, new = KINDS[random.choice(sorted(KINDS))](random)
        sorted_old, sorted_new = (
            Side(json.loads(json.dumps(side.schema, sort_keys=True)), side.components, side.version)
            for side in (old, new)
        )
        one, other = findings(old, new), findings(sorted_old, sorted_new)
        assert sorted(f.fingerprint for f in one) == sorted(f.fingerprint for f in other), (old, new)
