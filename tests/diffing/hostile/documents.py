"""Documents that no honest author writes: each is refused with a message that matches `says`, or loads."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

HEAD = b"openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\n"
JSON_HEAD = b'{"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {}'
DEEP = r"nests deeper than 200 levels"


@dataclass(frozen=True, slots=True)
class Hostile:
    """One case: a file name, its bytes (made when asked for), and what is said; None where it loads."""

    file: str
    make: Callable[[], bytes]
    says: str | None


def yaml(tail: str | bytes, says: str | None = None) -> Hostile:
    """Put `tail` below an honest YAML head of three lines."""
    return Hostile("h.yaml", lambda: HEAD + (tail.encode() if isinstance(tail, str) else tail), says)


def json(tail: str, says: str | None = None) -> Hostile:
    """Put `tail` into an honest JSON head of one line."""
    return Hostile("h.json", lambda: JSON_HEAD + tail.encode() + b"}", says)


def raw(data: bytes, says: str | None = None, file: str = "h.yaml") -> Hostile:
    """Take bytes as they are."""
    return Hostile(file, lambda: data, says)


def made(file: str, make: Callable[[], bytes], says: str | None = None) -> Hostile:
    """Make bytes only when the case runs."""
    return Hostile(file, make, says)


def alias_bomb(width: int, levels: int) -> bytes:
    """Nine lists of nine lists of ..., each written once."""
    lines = [f"a0: &a0 [{', '.join(['lol'] * width)}]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, levels)]
    return HEAD + "\n".join(lines).encode()


def merge_bomb(levels: int) -> bytes:
    """Each mapping merges the one before twice, within the parser."""
    lines = ["a0: &a0 {k: 1}"]
    lines += [f"a{n}: &a{n}\n  <<: [*a{n - 1}, *a{n - 1}]\n  k{n}: 1" for n in range(1, levels)]
    return HEAD + "\n".join(lines).encode()


def deep_lines(levels: int, line: str) -> bytes:
    """Nest by indentation, one space a level."""
    return b"openapi: 3.0.3\nx:\n" + "".join(" " * (n + 1) + line + "\n" for n in range(levels)).encode()


def at_line_17(broken: str, before: str) -> bytes:
    """Put a broken line at line 17."""
    return "\n".join([*[before.format(n) for n in range(16)], broken]).encode()


CASES: dict[str, Hostile] = {
    "empty": raw(b"", r"h.yaml:1:1: is empty"),
    "blank": raw(b"  \n\n\t\n", r"h.yaml:1:1: is empty"),
    "only a byte order mark": raw(b"\xef\xbb\xbf", r"h.yaml:1:1: is empty"),
    "only comments": raw(b"# nothing\n# here\n", r"h.yaml:1:1: is empty"),
    "only a document marker": raw(b"---\n", r"h.yaml:1:1: is empty"),
    "PDF": raw(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", r"1:1: is a PDF"),
    "gzip": raw(b"\x1f\x8b\x08\x00\x00\x00", r"1:1: is a compressed archive"),
    "zip": raw(b"PK\x03\x04\x14\x00", r"1:1: is a compressed archive"),
    "HTML": raw(b"\n<!DOCTYPE html><html>", r"1:1: is HTML"),
    "XML": raw(b"<?xml version='1.0'?><a/>", r"1:1: is HTML or XML"),
    "UTF-16 with mark": raw("openapi: 3.0.3".encode("utf-16"), r"1:1: is UTF-16"),
    "UTF-16 without mark": raw("openapi: 3.0.3".encode("utf-16-be"), r"1:1: is UTF-16"),
    "invalid UTF-8": raw(HEAD + b"x: caf\xe9\n", r"h.yaml:4:7: byte 0xe9 is not valid UTF-8"),
    "overlong UTF-8": raw(HEAD + b"x: \xc0\xaf\n", r"h.yaml:4:4: byte 0xc0 is not valid UTF-8"),
    "encoded surrogate": raw(HEAD + b"x: \xed\xa0\x80\n", r"h.yaml:4:4: byte 0xed is not valid UTF-8"),
    "NUL in YAML": raw(HEAD + b"x: a\0b\n", r"h.yaml:4:5: holds a NUL byte"),
    "NUL in JSON": raw(JSON_HEAD + b',"a\0": 1}', r"h.json:1:76: holds a NUL byte", "h.json"),
    "control character": raw(HEAD + b"y: 1\nx: a\x07b\n", r"h.yaml:5:5: holds the control character U\+0007"),
    "byte order mark and CRLF": raw(b"\xef\xbb\xbf" + HEAD.replace(b"\n", b"\r\n")),
    "lone carriage returns": raw(HEAD.replace(b"\n", b"\r")),
    "byte order mark before JSON": raw(b"\xef\xbb\xbf" + JSON_HEAD + b"}", file="h.json"),
    "syntax error in line 17, YAML": raw(at_line_17("a: b: c", "k{}: v"), r"h.yaml:17:5: is not valid YAML"),
    "syntax error in line 17, JSON": raw(
        b"{" + at_line_17('"a": nope}', '"k{}": 1,'), r"h.json:17:6: is not valid JSON", "h.json"
    ),
    "truncated JSON": raw(JSON_HEAD, r"h.json:1:\d+: is not valid JSON", "h.json"),
    "trailing comma": json(', "x": [1, 2,]', r"h.json:1:85: is not valid JSON: trailing comma"),
    "comment in JSON": json(' /* no */, "x": 1', r"h.json:1:74: is not valid JSON"),
    "text after JSON": raw(JSON_HEAD + b"}\n}", r"h.json:2:1: is not valid JSON", "h.json"),
    "Python literal": raw(b"{'openapi': '3.0.3', 'x': None}", r"h.json:1:2: is not valid JSON", "h.json"),
    "an object for a key, in flow style": yaml("x: {a: b, {c: d}}\n", r"h.yaml:4:\d+: "),
    "unclosed quote": yaml("x: 'abc\ny: 1\n", r"h.yaml:\d+:\d+: is not valid YAML"),
    "tab as indentation": yaml("x:\n\ty: 1\n", r"h.yaml:5:1: is not valid YAML"),
    "duplicate key in JSON": raw(
        b'{"openapi": "3.0.3",\n"a": 1,\n"a": 2}', r'h.json:3:1: repeats the key "a" of line 2', "h.json"
    ),
    "duplicate key by an escape": raw(
        b'{"openapi": "3.0.3",\n"a": 1,\n"\\u0061": 2}',
        r'h.json:3:1: repeats the key "a" of line 2',
        "h.json",
    ),
    "duplicate key beside an escaped colon": raw(
        b'{"openapi": "3.0.3",\n"a": 1,\n"a": "\\u003a"}',
        r'h.json:3:1: repeats the key "a" of line 2',
        "h.json",
    ),
    "duplicate key in YAML": yaml("a: 1\nb: 2\na: 3\n", r'h.yaml:6:1: repeats the key "a" of line 4'),
    "duplicate key after naming": yaml(
        "a:\n  200: x\n  '200': y\n", r'h.yaml:6:3: repeats the key "200" of line 5'
    ),
    "NaN in JSON": json(', "x": NaN', r"h.json:1:80: NaN is no finite number"),
    "infinity in JSON": json(', "x": -Infinity', r"h.json:1:80: -Infinity is no finite number"),
    "1e999 in JSON": json(', "x": 1e999', r"h.json:1:80: 1e999 is no finite number"),
    "1e999 in YAML": yaml("x: 1e999", r"h.yaml:4:4: 1e999 is no finite number"),
    "nan in YAML": yaml("x: .nan", r"h.yaml:4:4: .nan is no finite number"),
    "infinity in YAML": yaml("x: -.Inf", r"h.yaml:4:4: -.Inf is no finite number"),
    "the words inf and nan": yaml("x: [inf, nan, Infinity, NaN]"),
    "5,000 digits in JSON": json(f', "x": {"7" * 5000}', r"h.json:1:80: a number of 5,000 characters"),
    "5,000 digits in YAML": yaml(f"x: {'7' * 5000}", r"h.yaml:4:4: .* is a number of 5,000 characters"),
    "5,000 hexadecimal digits": yaml(f"x: 0x{'f' * 5000}", r"h.yaml:4:4: .* is a number of 5,002 characters"),
    "integers beyond 64 bits": json(', "x": [18446744073709551616, -9223372036854775809]'),
    "half a surrogate pair": json(', "x": "\\ud800"'),
    "100,000 lists in JSON": raw(b"[" * 100_000, r"h.json:1:201: " + DEEP, "h.json"),
    "100,000 closed lists in JSON": raw(b"[" * 100_000 + b"]" * 100_000, r"h.json:1:201: " + DEEP, "h.json"),
    "100,000 objects in JSON": raw(b'{"a":' * 100_000, r"h.json:1:1001: " + DEEP, "h.json"),
    "201 levels in JSON": json(f', "x": {"[" * 200}{"]" * 200}', r"h.json:1:279: " + DEEP),
    "200 levels in JSON": json(f', "x": {"[" * 199}{"]" * 199}'),
    "100,000 lists in YAML": made("h.yaml", lambda: b"x: " + b"[" * 100_000, DEEP),
    "100,000 mappings in YAML": made("h.yaml", lambda: b"x: " + b"{a: " * 100_000, DEEP),
    "100,000 dashes": made("h.yaml", lambda: b"- " * 100_000 + b"a", DEEP),
    "100,000 dashes and tabs": made("h.yaml", lambda: b"-\t" * 100_000 + b"a", r"h.yaml:1:\d+: "),
    "100,000 question marks": made("h.yaml", lambda: b"? " * 100_000 + b"a", r"h.yaml:1:\d+: "),
    "2,000 levels by indentation": made("h.yaml", partial(deep_lines, 2000, "a:"), DEEP),
    "2,000 levels of dashes": made("h.yaml", partial(deep_lines, 2000, "-"), DEEP),
    "alias bomb": made("h.yaml", partial(alias_bomb, 9, 9), r"h.yaml:\d+:\d+: grows beyond 400,000 values"),
    "wide alias bomb": made("h.yaml", partial(alias_bomb, 1000, 3), r"h.yaml:5:\d+: grows beyond"),
    "merge bomb": made("h.yaml", partial(merge_bomb, 40), r"h.yaml:\d+:\d+: grows beyond"),
    "small merge": made("h.yaml", partial(merge_bomb, 10)),
    "cycle in a mapping": yaml("x: &x {a: *x}", r"h.yaml:4:11: the alias \*x stands inside"),
    "cycle in a block": yaml("x: &x\n  a: 1\n  b:\n  - c: *x\n", r"h.yaml:7:8: the alias \*x stands inside"),
    "cycle in a list": yaml("x: &x [1, *x]", r"h.yaml:4:11: the alias \*x stands inside"),
    "merge with itself": yaml("x: &x\n  <<: *x\n", r"h.yaml:5:7: the alias \*x stands inside"),
    "alias without an anchor": yaml("x: *nobody", r"h.yaml:4:4: the alias \*nobody names no anchor"),
    "repeated anchor": yaml("x: &a 1\ny: &a 2\nz: *a\n"),
    "merge of a number": yaml("x:\n  <<: 1\n", r"h.yaml:5:7: the merge key << takes mappings only"),
    "list as a key": yaml("? [a]\n: b\n", r"h.yaml:4:3: a key must be text"),
    "mapping as a key": yaml("{a: 1}: b\n", r"h.yaml:4:1: a key must be text"),
    "keys that are not text": yaml("x: {~: 1, true: 2, 1.10: 3, 0200: 4, 200: 5}"),
    "words of YAML 1.1": yaml("x: [no, on, off, 0o7, 1_000, 0b1, 1:30, 2020-01-01, 1.10, 190:20:30]"),
    "two documents": yaml("---\nopenapi: 3.0.3\n", r"h.yaml:4:1: starts a second YAML document"),
    "YAML 1.1 directive": raw(b"%YAML 1.1\n---\n" + HEAD),
    "Python object": yaml("x: !!python/object/apply:os.system [ls]", r"h.yaml:4:4: the tag .*python"),
    "include": yaml("x: !include other.yaml", r"h.yaml:4:4: the tag !include"),
    "unknown tag handle": yaml("x: !e!y 1", r"h.yaml:4:4: is not valid YAML"),
    "tag that does not fit": yaml("x: !!int abc", r"h.yaml:4:4: 'abc' does not fit its tag"),
    "binary": yaml("x: !!binary aGVsbG8="),
    "root list": raw(b"- openapi: 3.0.3\n", r"h.yaml:1:1: holds a list; expected `openapi"),
    "root text": raw(b"just words\n", r"h.yaml:1:1: holds a single value"),
    "root number in JSON": raw(b"42", r"h.json:1:1: holds a single value", "h.json"),
    "no key of ours": raw(b"foo: 1\nbar: 2\n", r"h.yaml:1:1: .*foo, bar; expected `openapi"),
    "OpenAPI 4": raw(b"info: {}\nopenapi: 4.0.0\n", r"h.yaml:2:1: `openapi` is '4.0.0'.*expected"),
    "Swagger 1.2": raw(b'{"swaggerVersion": "1.2"}', r"h.json:1:1: is a Swagger 1", "h.json"),
    "version in a list": raw(b"openapi: [3.0.3]\n", r"h.yaml:1:1: `openapi` is"),
    "AsyncAPI": raw(b"asyncapi: 3.0.0\n", r"h.yaml:1:1: is an AsyncAPI document"),
    "GraphQL SDL": raw(b'"""Doc"""\ntype Query {\n a: Int\n}\n', r"1:1: is a GraphQL schema", "h.txt"),
    "GraphQL introspection": raw(b'{"data": {"__schema": {}}}', r"1:1: is a GraphQL schema", "h.json"),
    "wrong types everywhere": raw(
        b"openapi: 3.1.0\ninfo: [1]\npaths: 7\ncomponents: text\nservers: {}\nsecurity: null\ntags: 1.5\n"
    ),
    "remote reference": yaml(
        "x:\n  $ref: 'http://127.0.0.1/a.yaml'\n", r"h.yaml:5:3: the reference .*is remote"
    ),
    "scheme-relative reference": yaml("x: {$ref: //host/a.yaml}\n", r"h.yaml:4:5: the reference .*is remote"),
    "reference to a device": yaml("x: {$ref: 'file:///etc/hosts'}", r"h.yaml:4:5: the reference .*is remote"),
    "absolute reference": yaml("x: {$ref: /etc/hosts}", r"h.yaml:4:5: the reference .* is an absolute path"),
    "reference above the root": yaml("x: {$ref: ../../a.yaml}", r"h.yaml:4:5: the reference .*leads above"),
    "encoded reference above the root": yaml("x: {$ref: '%2e%2e/a.yaml'}", r"h.yaml:4:5: .*leads above"),
    "reference to a hidden file": yaml("x: {$ref: .git/config}", r"h.yaml:4:5: .*leads to a hidden file"),
    "dangling reference to a file": yaml("x: {$ref: gone.yaml}", r"h.yaml:4:5: .*gone.yaml' cannot be read"),
    "NUL in a reference": yaml('x: {$ref: "a\\0.yaml"}', r"h.yaml:\d+:\d+: the reference .* cannot be read"),
    "reference in an example": yaml("x: {example: {$ref: 'http://127.0.0.1/'}, $ref: '#/y'}\n"),
    "references that loop": yaml("x: {$ref: '#/y'}\ny: {$ref: '#/x'}\nz: {$ref: '#/z'}\nw: {$ref: '#'}\n"),
    "dangling references within": yaml("x: {$ref: '#/nowhere'}\ny: {$ref: '#/x%2'}\nz: {$ref: 7}\n"),
    "long unbroken key": yaml(f"? {'k' * 100_000}\n: 1\n"),
    "100,000 anchors": made(
        "h.yaml", lambda: HEAD + b"x:\n" + b"".join(b"- &a%d 1\n" % n for n in range(100_000))
    ),
    "100,000 keys in one object": made(
        "h.json", lambda: JSON_HEAD + b"".join(b',"k%d":{}' % n for n in range(100_000)) + b"}"
    ),
    "a million empty lists in JSON": made(
        "h.json", lambda: JSON_HEAD + b', "x": [' + b"[]," * 1_000_000 + b"0]}", r"holds more than 400,000"
    ),
    "a million empty lists in YAML": made(
        "h.yaml", lambda: HEAD + b"x: [" + b"[]," * 1_000_000 + b"]\n", r"1:1: holds more than 400,000"
    ),
    "a million dashes": made(
        "h.yaml", lambda: HEAD + b"x:\n" + b"- - - -\n" * 250_000, r"grows beyond 400,000"
    ),
    "more bytes than any spec": made(
        "h.yaml", lambda: HEAD + b"#" * 34_000_000, r"1:1: holds 34,000,\d+ bytes"
    ),
    "one line of a megabyte": made("h.json", lambda: JSON_HEAD + b', "x": "' + b"y" * 1_000_000 + b'"}'),
    "quotes and backslashes": json(', "x\\\\": "\\"[{\\\\", "y": "]}"'),
}
