"""Configurations as people write them, and what is found wrong in them, by line."""

import pytest

from deprecations.exporters.edges import EDGES
from deprecations.exporters.pitfalls.lint import edge_of, lint
from deprecations.exporters.pitfalls.nginx_blocks import UnreadableConfiguration
from deprecations.rules import RuleSet

NGINX = """\
env TZ=UTC;
http {
    map "$request_method $path" $dep { default ""; "~^GET /v1/orders/[^/]+/?$" "o"; }
    map $pin $sun { default ""; o "Wed, 30 Jun 2027 23:59:59 GMT"; }
    server {
        set $pin $dep;
        proxy_hide_header Sunset;
        add_header Sunset $sun always;
        rewrite ^/old/(.*)$ /v1/$1 last;
        location / { proxy_pass http://127.0.0.1:8080; }
    }
}
"""


def found(text: str, edge: str = "nginx") -> list[tuple[int, str]]:
    return [(one.line, one.name) for one in lint(text, edge)]


def edited(*changes: tuple[str, str]) -> str:
    text = NGINX
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def test_a_sound_configuration_has_no_pitfalls() -> None:
    assert found(NGINX) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([("location / {", "location / { add_header X-A b;")], [(10, "add-header-inheritance")]),
        ([("location / {", "location / { add_header X-A b; add_header Sunset $sun always;")], []),
        ([("location / {", "location / { add_header X-A b; include x/sundial-headers.conf;")], []),
        ([("location / {", "add_header_inherit merge; location / { add_header X-A b;")], []),
        ([("$sun always", "$sun")], [(8, "missing-always")]),
        ([("set $pin $dep;", ""), ("map $pin", "map $dep"), ("$path", "$uri")],
         [(3, "encoded-path"), (8, "lazy-map")]),
        ([("set $pin $dep;", ""), ("map $pin", "map $dep"), ("$path", "$uri"), ("rewrite", "return 301; #")],
         [(3, "encoded-path")]),
        ([("set $pin $dep;", ""), ("/ {", "/ { set $pin $dep;"), ("$path", "$uri")],
         [(3, "encoded-path"), (8, "lazy-map")]),
        ([("$path", "$request_uri"), ("[^/]+/?$", "[^/]+$")], [(3, "query-in-path")]),
        ([("$path", "$request_uri"), ("[^/]+/?$", r"[^/]+(?:\\?|$)")], []),
        ([("proxy_hide_header Sunset;", "")], [(10, "missing-proxy-hide-header")]),
        ([("location / {", "location / { proxy_hide_header X-A;")], [(10, "missing-proxy-hide-header")]),
        ([("location / {", "location / { proxy_hide_header X-A; proxy_hide_header sunset;")], []),
        ([("env TZ=UTC;", ""), ("server {", 'map $time_iso8601 $w { "~^2026-12-01T14" 1; } server {')],
         [(5, "local-time")]),
        ([("server {", 'map $time_iso8601 $w { "~^2026-12-01T14" 1; } server {')], []),
        ([('"~^GET /v1/orders/[^/]+/?$" "o"', "~^GET:/v[0-9]{1,2}/x o")], [(3, "unquoted-brace")]),
        ([("location / {", "location ~ ^/v[0-9]{2}/ {")], [(10, "unquoted-brace")]),
        ([("$sun always", '"in June" always')], [(8, "malformed-value")]),
        ([("$sun always", '"Wed, 30 Jun 2027 23:59:59 UTC" always')], [(8, "malformed-value")]),
        ([("Sunset $sun", "Deprecation true"), ("header Sunset", "header Deprecation")],
         [(8, "malformed-value")]),
        ([("Sunset $sun", "Deprecation @1796083200"), ("header Sunset", "header Deprecation")], []),
    ],
)  # fmt: skip
def test_a_pitfall_of_nginx_is_named_with_its_line(
    changes: list[tuple[str, str]], expected: list[tuple[int, str]]
) -> None:
    assert found(edited(*changes)) == expected


def test_a_pitfall_says_what_happens_and_what_to_do() -> None:
    (only,) = lint(edited(("location / {", "location / { add_header X-A b;")), "nginx")
    assert only.text == (
        "this block has an add_header of its own, so it doesn't inherit Sunset from the block of line 5: "
        "repeat them here, or from nginx 1.29.3 on write “add_header_inherit merge;”."
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("server {\n  listen 80;\n", "line 3: the file ends within"),
        ("server {}\n}\n", "line 2: a block is closed that isn't open"),
        ("add_header A 'b;\n", "line 1: a quote is opened and not closed"),
        ("a;\n;\n", "line 2: “;” stands alone"),
        ("a {" * 5000, "line 1: blocks are nested more than 100 deep"),
    ],
)
def test_a_configuration_that_cannot_be_read_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(UnreadableConfiguration, match=message):
        lint(text, "nginx")


def test_comments_and_quotes_are_read_as_nginx_reads_them() -> None:
    text = "http {\n  # add_header Sunset x;\n  log_format a '$uri {} ; # no comment \\' $time_local';\n}\n"
    assert found(text) == []


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("http-after-response set-header Sunset %[var(txn.s)] if { var(txn.s) -m found }", []),
        ("http-response set-header Sunset %[var(txn.s)]", ["http-response"]),
        ("http-after-response add-header Sunset %[var(txn.s)]", ["duplicate-header"]),
        ("http-after-response del-header Sunset\nhttp-after-response add-header Sunset %[var(txn.s)]", []),
        ("http-after-response set-header Link %[var(txn.l)]", ["lost-links"]),
        ("http-after-response add-header Link %[var(txn.l)]", []),
        ("http-after-response set-header Sunset 'next year'", ["malformed-value"]),
        ('http-after-response set-header Sunset "Wed, 30 Jun 2027 23:59:59 GMT"', []),
        ("http-after-response set-header Deprecation true", ["malformed-value"]),
        ("http-after-response set-header Deprecation @1796083200 if { path_beg /v1 }", ["request-is-gone"]),
        (
            "acl old path_beg /v1\nhttp-after-response set-header Deprecation @1 if METH_GET !old",
            ["request-is-gone"],
        ),
        ("http-after-response set-header Deprecation @1 if { method GET }", []),
        ("http-after-response set-header X-A %[path]", []),
        ("http-request deny if { date,ltime(%H) 14 }", ["local-time"]),
        ("# http-response set-header Sunset x", []),
    ],
)
def test_a_pitfall_of_haproxy_is_named(rule: str, expected: list[str]) -> None:
    assert [one.name for one in lint(f"frontend f\n  {rule}\n", "haproxy")] == expected


def test_a_pitfall_of_haproxy_has_its_line() -> None:
    text = "frontend f\n\n  bind :80\n  http-response set-header Sunset %[var(txn.s)]\n"
    assert found(text, "haproxy") == [(4, "http-response")]


def test_what_sundial_writes_has_no_pitfalls(rules: RuleSet) -> None:
    nginx = {file.name: file.text for file in EDGES["nginx"].export(rules)}
    place = "location / { add_header X-A b always; include sundial-headers.conf; proxy_pass http://a; }"
    server = (
        f"rewrite ^/a /b;\n{nginx['sundial-server.conf']}\nlocation /c {{ proxy_pass http://a; }}\n{place}"
    )
    assert found(f"http {{\n{nginx['sundial-http.conf']}\nserver {{\n{server}\n}}\n}}\n") == []
    frontend = EDGES["haproxy"].export(rules)[0].text
    assert found(f"frontend f\n{frontend}", "haproxy") == []


def test_whose_configuration_it_is_shows(rules: RuleSet) -> None:
    assert edge_of(NGINX) == "nginx"
    assert edge_of(EDGES["nginx"].export(rules)[0].text) == "nginx"
    assert edge_of("defaults\n  mode http\n") == "haproxy"
    assert edge_of("server {\n  listen 80;\n}\n") == "nginx"
    assert edge_of("frontend edge\n  bind :80\n") == "haproxy"
    assert edge_of(EDGES["haproxy"].export(rules)[0].text) == "haproxy"
