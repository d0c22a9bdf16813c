"""The command `python -m diffing OLD NEW`: read two documents, compare, report, answer by exit code.

It only joins the parts, and imports each when it is needed: starting must cost next to nothing.
"""

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from diffing.errors import DiffingError
from diffing.finding import Comparison, Level
from diffing.reports import REPORTS, render
from diffing.reports.view import View

PASSED, CLOSED, FAILED = 0, 1, 2
_GATES = [level.value for level in Level if level is not Level.EDITORIAL]


def main(arguments: Sequence[str], *, today: date) -> int:
    """Run the command; return 0, or 1 where the gate is closed, or 2 where it could not compare.

    On 2 the reason is on standard error and nothing on standard output.
    """
    wanted = _parser().parse_args(arguments)
    try:
        view = _view(wanted, wanted.today or today)
        report = render(wanted.format, view).encode("utf-8", "backslashreplace")
    except DiffingError as error:
        return _failed(str(error))
    except OSError as error:
        return _failed(f"{error.filename}: cannot be read: {error.strerror}; check the path")
    except Exception:  # noqa: BLE001  a crash must never look like a verdict
        import traceback

        return _failed(
            f"the comparison failed; please report this with both documents\n{traceback.format_exc()}"
        )
    return _told(view, report)


def _told(view: View, report: bytes) -> int:
    for note in view.notes:
        print(_plain(note), file=sys.stderr)
    try:
        sys.stdout.buffer.write(report)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # The reader has gone, as `head` does; the verdict stands. Python would complain again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return CLOSED if view.blocking else PASSED


def _failed(reason: str) -> int:
    for line in reason.splitlines():
        print(_plain(line), file=sys.stderr)
    return FAILED


def _plain(line: str) -> str:
    from diffing.reports.printable import printable

    indent = len(line) - len(line.lstrip(" "))
    return " " * indent + printable(line[indent:])


def _view(wanted: argparse.Namespace, today: date) -> View:
    comparison, notes = _judged(wanted, today)
    return View(
        comparison,
        level=Level(wanted.level),
        fail_on=Level(wanted.fail_on) if wanted.fail_on else None,
        notes=notes,
        template=_template(wanted.template),
        colour=wanted.format == "text" and _is_coloured(),
    )


def _judged(wanted: argparse.Namespace, today: date) -> tuple[Comparison, tuple[str, ...]]:
    from diffing.load import load
    from diffing.sources import source

    if wanted.old == wanted.new == "-":
        raise DiffingError("-: OLD and NEW cannot both be standard input; give one of them as a file")
    if wanted.template and wanted.format != "changelog":
        raise DiffingError("--template: only a changelog has one; add --format changelog")
    policy = _policy(wanted.policy)
    old, new = (source(each) for each in (wanted.old, wanted.new))
    documents = [load(each.data, each.name, read=each.read) for each in (old, new)]
    from diffing.compare import compare

    comparison = compare(*documents, today=today)
    if policy is None:
        return comparison, ()
    from diffing.policy import asks_stability, govern

    stability = _stability(documents) if asks_stability(policy) else {}
    return govern(policy, comparison, stability)


def _policy(path: str | None) -> Any:
    if path is None:
        return None
    from diffing.policy_file import read_policy

    return read_policy(Path(path).read_bytes(), path)


def _template(path: str | None) -> tuple[str, str] | None:
    return (path, Path(path).read_text(encoding="utf-8", errors="replace")) if path else None


def _stability(documents: Sequence[Any]) -> dict[tuple[str, str], str]:
    from diffing.operations import operations

    old, new = (
        {(each.method, each.path): each.stability for each in operations(document) if each.stability}
        for document in documents
    )
    return {**new, **old}


def _is_coloured() -> bool:
    # https://no-color.org
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it as YYYY-MM-DD") from error


class _PrintSchema(argparse.Action):
    """Print the JSON Schema that the option is about, and end."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from diffing.contract import schema

        print(schema(str(self.const)), end="")
        parser.exit()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m diffing",
        description="Compare two versions of an API's spec and say what breaks whom, with proof.",
        epilog="Exit code 0: compared. 1: an unwaived finding at or above --fail-on stands. "
        "2: a document cannot be read or the call is wrong.",
    )
    documents = "a file, - for standard input, git-revision:path, or a folder"
    parser.add_argument("old", metavar="OLD", help=f"the earlier document: {documents}")
    parser.add_argument("new", metavar="NEW", help=f"the later document: {documents}")
    parser.add_argument("--format", choices=list(REPORTS), default="text", help="the report (default: text)")
    parser.add_argument("--fail-on", choices=_GATES, help="exit with 1 at this level or a worse one")
    parser.add_argument(
        "--level",
        choices=[level.value for level in Level],
        default=Level.EDITORIAL.value,
        help="the least severe level shown (default: editorial, which is all)",
    )
    parser.add_argument("--policy", metavar="FILE", help="levels and waivers of a team (--policy-schema)")
    parser.add_argument("--template", metavar="FILE", help="a Jinja template for --format changelog")
    parser.add_argument("--today", metavar="YYYY-MM-DD", type=_day, help="default: this day, UTC")
    for option, name in (("--schema", "comparison"), ("--policy-schema", "policy")):
        parser.add_argument(
            option, action=_PrintSchema, nargs=0, const=name, help=f"print the JSON Schema of a {name}"
        )
    return parser


if __name__ == "__main__":
    # A process this short frees its memory by ending; collecting costs up to a third of a large comparison.
    gc.disable()
    raise SystemExit(main(sys.argv[1:], today=datetime.now(UTC).date()))
