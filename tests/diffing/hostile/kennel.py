"""Load hostile documents and compare them, with themselves or in pairs, each in a child that may use little.

Takes the name of a case a line; answers a line of JSON for each: the message, null where all went
well, or the signal that killed the child.
"""

import json
import os
import resource
import sys
import tempfile
from datetime import date
from pathlib import Path

from diffing.compare import compare
from diffing.errors import SpecError
from diffing.load import load
from diffing.sources import folder_reader
from tests.diffing.hostile.documents import CASES
from tests.diffing.hostile.pairs import PAIRS, documents

CPU_SECONDS = 2
MEMORY = 256 * 1024 * 1024


def main() -> None:
    """Answer each line of standard input."""
    for line in sys.stdin:
        name = line.rstrip("\n")
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            os.write(writer, json.dumps({"message": _message(name), "signal": 0}).encode())
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader, "rb") as pipe:
            answer = pipe.read()
        status = os.waitpid(child, 0)[1]
        sys.stdout.write((answer.decode() or json.dumps({"message": None, "signal": status or -1})) + "\n")
        sys.stdout.flush()


def _message(name: str) -> str | None:
    return _compared(name) if name in PAIRS else _loaded(name)


def _compared(name: str) -> str | None:
    texts = documents(name)
    _limit()
    old, new = (load(text, "h.json") for text in texts)
    return None if compare(old, new, today=date(2026, 11, 22)).findings else "nothing differs"


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _loaded(name: str) -> str | None:
    case = CASES[name]
    data = case.make()
    _limit()
    try:
        with tempfile.TemporaryDirectory() as folder:
            document = load(data, case.file, read=folder_reader(Path(folder)))
            document.locate("/paths/a", "")
            found = compare(document, document, today=date(2026, 11, 22)).findings
            return f"differs from itself: {found[0].text}" if found else None
    except SpecError as error:
        return str(error)


if __name__ == "__main__":
    main()
