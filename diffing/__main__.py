"""The command `python -m diffing OLD NEW`: read two documents, compare, report, answer by exit code.

It only joins the parts, and imports each when it is needed: starting must cost next to nothing. Patterns, and
folders with `--each`, are `several`'s.
"""

import gc
import os
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime

from diffing.answer import answered
from diffing.arguments import parser
from diffing.errors import DiffingError
from diffing.order import Answer

PASSED, CLOSED, FAILED = 0, 1, 2
_NO_MEMORY = b"the comparison needs more memory than there is; allow it more, or split the document\n"


def main(arguments: Sequence[str], *, today: date) -> int:
    """Run the command; return 0, or 1 where the gate is closed, or 2 where it could not compare.

    On 2 the reason is on standard error and nothing on standard output.
    """
    return _run(arguments, today)[0]


def _run(arguments: Sequence[str], today: date) -> tuple[int, Answer | None]:
    """Answer the exit code, and what it was found by."""
    wanted = parser().parse_args(arguments)
    try:
        answer = answered(wanted, wanted.today or today)
    except DiffingError as error:
        return _failed(str(error)), None
    except OSError as error:
        return _failed(f"{error.filename}: cannot be read: {error.strerror}; check the path"), None
    except MemoryError:
        os.write(2, _NO_MEMORY)  # where nothing is left, nothing more can be imported or put together
        return FAILED, None
    except Exception:  # noqa: BLE001  a crash must never look like a verdict
        import traceback

        reason = f"the comparison failed; please report this with both documents\n{traceback.format_exc()}"
        return _failed(reason), None
    return _told(answer), answer


def _told(answer: Answer) -> int:
    for note in answer.notes:
        print(_plain(note), file=sys.stderr)
    try:
        sys.stdout.buffer.write(answer.report)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # The reader has gone, as `head` does; the verdict stands. Python would complain again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return CLOSED if answer.is_blocked else PASSED


def _failed(reason: str) -> int:
    for line in reason.splitlines():
        print(_plain(line), file=sys.stderr)
    return FAILED


def _plain(line: str) -> str:
    from diffing.reports.printable import printable

    indent = len(line) - len(line.lstrip(" "))
    return " " * indent + printable(line[indent:])


if __name__ == "__main__":
    # A process this short frees its memory by ending: collecting costs up to a third of a large comparison,
    # and freeing value by value 3 %. So what was made is kept, and nothing is tidied up.
    gc.disable()
    try:
        code, kept = _run(sys.argv[1:], datetime.now(UTC).date())
        sys.stderr.flush()
    except MemoryError:  # Python's own code for a crash is 1, which would say that the gate is closed
        os.write(2, _NO_MEMORY)
        os._exit(FAILED)
    os._exit(code)
