"""A process that compares two whole documents with deepdiff, as a script of ten lines would."""

import sys
from pathlib import Path

import orjson
import yaml
from deepdiff import DeepDiff


def parsed(name: str) -> object:
    data = Path(name).read_bytes()
    return orjson.loads(data) if name.endswith(".json") else yaml.load(data, Loader=yaml.CSafeLoader)


old, new = map(parsed, sys.argv[1:])
print(len(DeepDiff(old, new, ignore_order=False)))
