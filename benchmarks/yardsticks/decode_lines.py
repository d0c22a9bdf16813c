"""A process that only decodes each line of a file with orjson."""

import gc
import sys

import orjson

gc.disable()
with open(sys.argv[1], "rb") as file:  # noqa: PTH123 - as in parse_json
    for line in file:
        orjson.loads(line)
