"""A process that only composes two documents with libyaml: nodes and marks, no values."""

import gc
import sys

import yaml

gc.disable()
for name in sys.argv[1:]:
    with open(name, "rb") as file:  # noqa: PTH123 - as in parse_json
        yaml.compose(file.read(), Loader=yaml.CSafeLoader)
