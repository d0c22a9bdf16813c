"""A process that only parses two documents with orjson."""

import gc
import sys

import orjson

gc.disable()
for name in sys.argv[1:]:
    with open(name, "rb") as file:  # noqa: PTH123 - pathlib would be a part of what is measured
        orjson.loads(file.read())
