"""The page of rules, docs/rules.md, written from the catalogue.

`python -m diffing.rules_page [--check] FILE` writes it, or says whether the file is up to date.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from diffing.catalogue import Example, Rule, Ruling, catalogue
from diffing.document import Node
from diffing.finding import Level

_HEAD = """\
# Rules

Written by `python -m diffing.rules_page docs/rules.md` from `diffing/rule_examples.yaml`: each example is
compared, in both directions, and this page is what the comparison says.

A change narrows, widens or swaps the set of legal messages. What narrows requests or widens responses breaks
consumers: that is *the law*. Where a *convention* departs from it, or speaks where the law is silent, the
reason says why. A rule whose level depends on more than its id has a row for each level.

Ids are stable and never used again for something else. A policy file may give a rule another level
(`python -m diffing --policy-schema`). What no rule looks at is reported as well: *residue*.
"""


def page(rules: Sequence[Rule]) -> str:
    """Return the page as Markdown."""
    sections: dict[str, list[Rule]] = {}
    for rule in rules:
        sections.setdefault(_subject(rule), []).append(rule)
    lines = [_HEAD, _tally(rules)]
    for title, members in sections.items():
        lines += ["", f"## {title}", "", "| rule | level | reason | before → after |", "|---|---|---|---|"]
        lines += [_row(rule, ruling) for rule in members for ruling in rule.rulings]
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Write the page to a file, or say with 1 that the file is out of date."""
    *options, name = arguments
    text = page(catalogue())
    path = Path(name)
    if options != ["--check"]:
        path.write_text(text, encoding="utf-8")
        return 0
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write(f"{name}: is out of date; run python -m diffing.rules_page {name}\n")
    return 1


def _subject(rule: Rule) -> str:
    return f"{rule.direction.value.capitalize()}s" if rule.direction.value != "none" else "The API"


def _tally(rules: Sequence[Rule]) -> str:
    counts = {level: sum(rule.rulings[0].level is level for rule in rules) for level in Level}
    told = ", ".join(f"{count} {level.value}" for level, count in counts.items())
    return f"{len(rules)} rules, by their worst level: {told}."


def _row(rule: Rule, ruling: Ruling) -> str:
    source = "residue" if rule.by == "residue" else "convention" if ruling.is_convention else "law"
    change = " → ".join(f"`{_value(side)}`" for side in (ruling.example.old, ruling.example.new))
    where = _where(ruling.example)
    return f"| `{rule.id}` | {ruling.level.value} | {source}: {ruling.reason} | {where}{change} |"


def _where(example: Example) -> str:
    return "" if example.where == "document" else f"{example.where}: "


def _value(node: Node) -> str:
    return "".join(_flow(node)).replace("|", "\\|")


def _flow(node: Node) -> Iterator[str]:
    """Write a value as YAML on one line, keys and words bare."""
    if isinstance(node, dict):
        inner = ", ".join(f"{key}: {''.join(_flow(value))}" for key, value in node.items())
        yield f"{{{inner}}}"
    elif isinstance(node, list):
        yield f"[{', '.join(''.join(_flow(value)) for value in node)}]"
    elif isinstance(node, bool) or node is None:
        yield {True: "true", False: "false", None: "null"}[node]
    else:
        yield str(node)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
