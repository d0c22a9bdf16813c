"""The arguments of `python -m diffing`, and their help."""

import argparse
from datetime import date
from functools import partial
from typing import Any

from diffing.finding import Level
from diffing.reports import REPORTS

_WIDTH = 100
_GATES = [level.value for level in Level if level is not Level.EDITORIAL]
_DOCUMENTS = "a file, - for standard input, git-revision:path, a folder, or a pattern with * or **"


def parser() -> argparse.ArgumentParser:
    """Return the parser; `--schema` and `--policy-schema` print and end as soon as they are met."""
    made = argparse.ArgumentParser(
        prog="python -m diffing",
        description="Compare two versions of an API's spec and say what breaks whom, with proof.",
        epilog="Exit code 0: compared. 1: an unwaived finding at or above --fail-on stands. "
        "2: a document cannot be read or the call is wrong.",
        # Asking the terminal for its width, as argparse does even where no help is shown, costs milliseconds.
        formatter_class=partial(argparse.HelpFormatter, width=_WIDTH),
    )
    made.add_argument("old", metavar="OLD", help=f"the earlier document: {_DOCUMENTS}")
    made.add_argument("new", metavar="NEW", help=f"the later document: {_DOCUMENTS}")
    made.add_argument(
        "--each", action="store_true", help="compare every spec below the folders OLD and NEW, by its path"
    )
    made.add_argument("--format", choices=list(REPORTS), default="text", help="the report (default: text)")
    made.add_argument("--fail-on", choices=_GATES, help="exit with 1 at this level or a worse one")
    made.add_argument(
        "--level",
        choices=[level.value for level in Level],
        default=Level.EDITORIAL.value,
        help="the least severe level shown (default: editorial, which is all)",
    )
    made.add_argument("--policy", metavar="FILE", help="levels and waivers of a team (--policy-schema)")
    made.add_argument("--template", metavar="FILE", help="a Jinja template for --format changelog")
    made.add_argument(
        "--allow-remote",
        metavar="ADDRESS",
        action="append",
        default=[],
        help="fetch references to this address, or where it ends in a slash below it; may be given again",
    )
    made.add_argument("--today", metavar="YYYY-MM-DD", type=_day, help="default: this day, UTC")
    made.add_argument(
        "--schema",
        action=_PrintSchema,
        nargs="?",
        choices=("comparison", "comparisons"),
        const="comparison",
        help="print the JSON Schema of a comparison, or of the comparisons of several specs",
    )
    made.add_argument(
        "--policy-schema", action=_PrintSchema, nargs=0, help="print the JSON Schema of a policy"
    )
    return made


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it as YYYY-MM-DD") from error


class _PrintSchema(argparse.Action):
    """Print the JSON Schema that the option is about, and end."""

    def __call__(self, parser: argparse.ArgumentParser, _: Any, values: Any, option: Any = None) -> None:
        import sys

        from diffing.contract import schema

        sys.stdout.write(schema(values or "policy"))
        parser.exit()
