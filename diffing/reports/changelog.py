"""The changelog: a release's entry in Markdown, from the built-in template or a team's own.

A template is Jinja's, sandboxed. It is given the public contract as `comparison`, `groups` of its
findings (title, operations, findings), and the filters `markdown`, `prose` (a
finding's sentence) and `code` for spec text.
"""

from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.exceptions import SecurityError, TemplateRuntimeError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from diffing.contract import as_data
from diffing.errors import DiffingError
from diffing.reports.grouping import Group, grouped, told
from diffing.reports.markdown import code, escaped, prose
from diffing.reports.several import SeveralView
from diffing.reports.view import View

BUILT_IN = Path(__file__).parent / "changelog.md"


def render(view: View) -> str:
    """Write the entry; raises DiffingError naming the template's line where it cannot be followed."""
    name, text = view.template or (BUILT_IN.name, BUILT_IN.read_text(encoding="utf-8"))
    environment = ImmutableSandboxedEnvironment(
        autoescape=False,  # Markdown has no automatic escape: the filters stand for it
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"markdown": escaped, "prose": prose, "code": code}
    try:
        return environment.from_string(text).render(_facts(view)).strip() + "\n"
    except TemplateSyntaxError as error:
        raise DiffingError(
            f"{name}:{error.lineno}: {str(error.message).rstrip('.')}; mend the template"
        ) from error
    except (
        TemplateError,
        SecurityError,
        TemplateRuntimeError,
        TypeError,
        ValueError,
        ArithmeticError,
    ) as error:
        raise DiffingError(f"{name}:{_line(error)}: {str(error).rstrip('.')}; mend the template") from error


def render_several(several: SeveralView) -> str:
    """Write the entry of each changed spec under its path; raises DiffingError as `render` does."""
    entries = [f"# {code(spec.path)}\n\n{render(spec.view)}" for spec in several.changed]
    return "\n".join(entries) if entries else "Nothing changed.\n"


def _facts(view: View) -> dict[str, Any]:
    data = as_data(view.comparison, level=view.level)
    by_finding = {id(each): row for each, row in zip(view.findings, data["findings"], strict=True)}

    def rows(group: Group) -> list[dict[str, Any]]:
        return [{**by_finding[id(each)], "text": told(each, group)} for each in group.findings]

    groups = [
        {"title": group.title, "operations": list(group.operations), "findings": rows(group)}
        for group in grouped(view.findings)
    ]
    return {"comparison": data, "groups": groups}


def _line(error: BaseException) -> int:
    """Find the template's line: the innermost frame that runs the template's own code."""
    line, trace = 1, error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
