"""Renders templates that an administrator wrote, in Jinja's sandbox and in a small part of its language.

There is `if`, `for`, `import`, `include` and `{{ … }}` with a few filters: nothing that stores, multiplies
or defines, so that no template can take more time or memory than its length allows. What can't be rendered
is refused with part, line and cause.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from notifications.errors import TemplateRefused
from notifications.render import FOLDER, Rendered, Source, breakable, coded, finished, flowing, labelled

if TYPE_CHECKING:
    from types import TracebackType

    from jinja2 import nodes
    from jinja2.sandbox import SandboxedEnvironment

PARTS: Final = ("subject", "text", "html")
_LONGEST = 50_000
_LONGEST_MAIL = 1_000_000
_DEEPEST_LOOPS = 3
_FILTERS: Final = (
    *("capitalize", "count", "d", "default", "e", "escape", "first", "forceescape", "int", "last", "length"),
    *("list", "lower", "reverse", "round", "sort", "string", "title", "trim", "truncate", "unique", "upper"),
)
_ALLOWED: Final = frozenset(
    "Add And Call Compare Concat CondExpr Const Dict Div FloorDiv For Getattr Getitem If Import Include "
    "Keyword List Name Neg Not Operand Or Output Pair Pos Slice Sub Template TemplateData Test Tuple "
    "Filter".split()
)
_AS_WRITTEN: Final = {
    "Assign": "set",
    "AssignBlock": "set",
    "CallBlock": "call",
    "FilterBlock": "filter",
    "FromImport": "from … import",
    "Mul": "*",
    "Pow": "**",
    "Mod": "%",
}


def render_edited(source: Source, context: Mapping[str, Any]) -> Rendered:
    """Render an administrator's templates; raises TemplateRefused with part and line."""
    return finished(*(_rendered(part, getattr(source, part), context) for part in PARTS))


def unescaped_calls(html: str) -> Iterator[int]:
    """Return the lines of an HTML template on which a sentence is printed without `forceescape`."""
    from jinja2 import nodes

    for output in _parsed("html", html).find_all(nodes.Output):
        for printed in output.nodes:
            if isinstance(printed, nodes.Call):
                yield printed.lineno


def _rendered(part: str, text: str, context: Mapping[str, Any]) -> str:
    from jinja2 import TemplateError, TemplateSyntaxError

    environment = _environment()
    try:
        _parsed(part, text)
        code = environment.compile(text, name=f"edited.{part}", filename=f"<{part}>")
        template = environment.template_class.from_code(environment, code, {})
        return _bounded(part, template.generate(context))
    except TemplateRefused:
        raise
    except TemplateSyntaxError as error:
        raise TemplateRefused(part, error.lineno, _sentence(error.message or "can't be read")) from error
    except TemplateError as error:
        line = _line_in(error.__traceback__, part)
        raise TemplateRefused(part, line, _sentence(error.message or type(error).__name__)) from error
    except Exception as error:  # whatever an expression breaks on is its writer's to mend
        line = _line_in(error.__traceback__, part)
        raise TemplateRefused(part, line, f"{type(error).__name__}: {error}") from error


def _parsed(part: str, text: str) -> "nodes.Template":
    from jinja2 import TemplateSyntaxError

    if len(text) > _LONGEST:
        raise TemplateRefused(part, 0, f"is {len(text):,} characters long; {_LONGEST:,} are the most")
    try:
        tree = _environment().parse(text)
    except TemplateSyntaxError as error:
        raise TemplateRefused(part, error.lineno, _sentence(error.message or "can't be read")) from error
    _check(part, tree, set(_imported(tree)), 0)
    return tree


def _check(part: str, node: "nodes.Node", imported: Iterable[str], loops: int) -> None:
    from jinja2 import nodes

    name = type(node).__name__
    if name not in _ALLOWED:
        word = _AS_WRITTEN.get(name, name.lower())
        raise TemplateRefused(
            part,
            node.lineno,
            f"“{word}” can't be used here: there is if, for, import, include and {{{{ … }}}}",
        )
    if isinstance(node, nodes.Call) and not _is_sentence(node, imported):
        raise TemplateRefused(part, node.lineno, "only the imported sentences can be called: words.name(…)")
    loops += isinstance(node, nodes.For)
    if loops > _DEEPEST_LOOPS:
        raise TemplateRefused(part, node.lineno, f"loops stand at most {_DEEPEST_LOOPS} deep")
    for child in node.iter_child_nodes():
        _check(part, child, imported, loops)


def _is_sentence(call: "nodes.Call", imported: Iterable[str]) -> bool:
    from jinja2 import nodes

    of = call.node
    return isinstance(of, nodes.Getattr) and isinstance(of.node, nodes.Name) and of.node.name in imported


def _imported(tree: "nodes.Template") -> Iterator[str]:
    from jinja2 import nodes

    return (node.target for node in tree.find_all(nodes.Import))


def _bounded(part: str, chunks: Iterable[str]) -> str:
    found, length = [], 0
    for chunk in chunks:
        length += len(chunk)
        if length > _LONGEST_MAIL:
            raise TemplateRefused(part, 0, f"makes more than {_LONGEST_MAIL:,} characters")
        found.append(chunk)
    return "".join(found)


def _line_in(traceback: "TracebackType | None", part: str) -> int:
    """Return the line of the template at which an error came up; 0 where it isn't known."""
    line = 0
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == f"<{part}>":
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def _sentence(message: str) -> str:
    """Say of Jinja's own words what concerns its reader: facts are no “dict objects” to them."""
    return message.replace("'dict object' has no attribute", "there is no fact").rstrip(".")


def _join(values: Iterable[Any], between: str = "") -> str:
    texts = [str(value) for value in values]
    if sum(map(len, texts)) + len(between) * len(texts) > _LONGEST:
        raise ValueError(f"join makes more than {_LONGEST:,} characters")
    return between.join(texts)


@cache
def _environment() -> "SandboxedEnvironment":
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(FOLDER),
        autoescape=lambda name: name == "edited.html",
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    known = environment.filters
    environment.filters = {name: known[name] for name in _FILTERS}
    environment.filters |= {
        "flowing": flowing,
        "labelled": labelled,
        "breakable": breakable,
        "coded": coded,
        "join": _join,
    }
    environment.globals = {}
    return environment
