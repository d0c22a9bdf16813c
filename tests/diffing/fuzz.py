"""Search for bytes that the comparison does not survive: `make fuzz`, SUNDIAL_FUZZ_SECONDS long.

Coverage guides the search (atheris, libFuzzer's engine). It is given two documents with a mark between them.
Each must load or be refused with a place; one that loads must compare with itself to nothing, and with the
other one to a report in the public contract's JSON. What fails is kept in `.data/fuzz/` and named at the end.
"""

import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from random import Random

import atheris

from tests.diffing.fuzz_mutations import mutated

with atheris.instrument_imports(include=["diffing"]):
    from tests.diffing.fuzz_examination import MARK, examine

FOLDER = Path(".data/fuzz")
LARGEST = 16_384
"""Bytes of one input: enough for every construct, small enough for some hundred comparisons a second."""


def main() -> None:
    """Search until the time is over; libFuzzer ends the process, with 0 where nothing was found."""
    seconds = os.environ.get("SUNDIAL_FUZZ_SECONDS", "3600")
    seeds = FOLDER / "seeds"
    seeds.mkdir(parents=True, exist_ok=True)
    _write_seeds(seeds)
    bounds = [f"-max_total_time={seconds}", f"-max_len={LARGEST}", "-timeout=10", "-rss_limit_mb=2048"]
    kept = [f"-artifact_prefix={FOLDER}/", str(seeds)]
    atheris.Setup([sys.argv[0], *bounds, *sys.argv[1:], *kept], examine, custom_mutator=mutate)
    atheris.Fuzz()


def mutate(data: bytes, max_size: int, seed: int) -> bytes:
    """Change the trees of an input in JSON; now and then, and in any other, its bytes."""
    random = Random(seed)
    with suppress(ValueError, RecursionError):
        if random.random() < 0.7:
            trees = [json.loads(half) for half in data.split(MARK, 1)]
            made = MARK.join(
                json.dumps(tree).encode() for tree in mutated(trees if len(trees) == 2 else trees * 2, random)
            )
            if len(made) <= max_size:
                return made
    return bytes(atheris.Mutate(data, max_size))


def _write_seeds(folder: Path) -> None:
    """Begin with the documents of the case tables, both sides of a case, and with the hostile ones."""
    from diffing.contract import encoded
    from tests.diffing.hostile.documents import CASES
    from tests.diffing.test_cases import cases, tree

    pairs = [
        MARK.join(encoded(tree(parameter.values[0], side)) for side in ("old", "new"))
        for parameter in cases()
    ]
    made = [case.make() for case in CASES.values()]
    for number, data in enumerate([*pairs, *(one for one in made if len(one) <= LARGEST)]):
        (folder / f"{number:04}").write_bytes(data)


if __name__ == "__main__":
    main()
