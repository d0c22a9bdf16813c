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


def main(arguments: Sequence[str], *, today: date) -> int:
    """Run the command; return 0, or 1 where the gate is closed, or 2 where it could not compare.

    On 2 the reason is on standard error and nothing on standard output.
    """
    wanted = parser().parse_args(arguments)
    try:
        answer = answered(wanted, wanted.today or today)
    except DiffingError as error:
        return _failed(str(error))
    except OSError as error:
        return _failed(f"{error.filename}: cannot be read: {error.strerror}; check the path")
    except Exception:  # noqa: BLE001  a crash must never look like a verdict
        import traceback

        return _failed(
            f"the comparison failed; please report this with both documents\n{traceback.format_exc()}"
        )
    return _told(answer)


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
    # A process this short frees its memory by ending; collecting costs up to a third of a large comparison.
    gc.disable()
    raise SystemExit(main(sys.argv[1:], today=datetime.now(UTC).date()))
