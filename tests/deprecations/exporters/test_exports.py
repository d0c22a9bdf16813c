"""What holds for the output of every exporter, whatever its edge."""

import difflib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from deprecations.exporters.edges import EDGES
from deprecations.exporters.entries import entries
from deprecations.exporters.generated import GeneratedFile
from deprecations.headers import Link
from deprecations.middleware.rule_table import RuleTable
from deprecations.rules import RuleSet, as_json, regex_of
from tests.deprecations.exporters.test_real_answers import made

if TYPE_CHECKING:
    from playwright.sync_api import Page

TRIED = {"apache", "caddy", "envoy", "haproxy", "nginx"}
every_edge = pytest.mark.parametrize("edge", EDGES)


def exported(edge: str, rules: RuleSet) -> tuple[GeneratedFile, ...]:
    return EDGES[edge].export(rules)


def test_every_edge_is_there() -> None:
    assert set(EDGES) == TRIED | {"apigee", "aws", "azure", "cloudflare", "istio", "kong", "traefik"}


@every_edge
def test_the_head_says_what_is_not_done_and_whether_it_was_ever_run(edge: str, rules: RuleSet) -> None:
    head = " ".join(exported(edge, rules)[0].text[:3000].split())
    head = head.replace(" # ", " ").replace(" // ", " ")
    assert "Install: " in head
    assert "Not done: " in head
    if edge in TRIED:
        assert "Proof: Run and asked over loopback with" in head
    else:
        assert "and never run on it: try it before you rely on it." in head


@every_edge
def test_a_new_date_touches_one_line(edge: str, rules: RuleSet, moved: RuleSet) -> None:
    before = "".join(file.text for file in exported(edge, rules)).splitlines()
    after = "".join(file.text for file in exported(edge, moved)).splitlines()
    changed = [line for line in difflib.ndiff(before, after) if line.startswith("+ ")]
    assert len(changed) == 1
    assert "Tue, 02 Jul 2030 00:00:00 GMT" in changed[0]


@every_edge
def test_files_have_plain_relative_names(edge: str, rules: RuleSet) -> None:
    names = [file.name for file in exported(edge, rules)]
    assert len(set(names)) == len(names)
    for name in names:
        path = PurePosixPath(name)
        assert not path.is_absolute()
        assert ".." not in path.parts


@pytest.mark.parametrize("edge", sorted(EDGES.keys() - {"aws"}))  # where a path is a key, in quotes
def test_no_text_of_a_spec_or_plan_stands_in_the_output_as_it_came(edge: str, rules: RuleSet) -> None:
    text = "".join(file.text for file in exported(edge, rules))
    assert "$uri ;" not in text
    assert "'{c}'" not in text


@every_edge
def test_a_rule_set_without_rules_is_exported_too(edge: str, rules: RuleSet) -> None:
    files = exported(edge, replace(rules, rules=()))
    assert [file.name for file in files] == [file.name for file in exported(edge, rules)]


@pytest.mark.parametrize("empty", [False, True])
@pytest.mark.parametrize("edge", ["aws", "envoy", "istio", "kong", "traefik"])
def test_yaml_is_yaml(edge: str, empty: bool, rules: RuleSet) -> None:
    for file in exported(edge, replace(rules, rules=()) if empty else rules):
        assert yaml.safe_load(file.text)


@pytest.mark.parametrize("edge", ["apigee", "azure"])
def test_xml_is_xml(edge: str, rules: RuleSet) -> None:
    for file in exported(edge, rules):
        if file.name.endswith(".xml"):
            assert ET.fromstring(file.text) is not None


@pytest.mark.parametrize("edge", sorted(EDGES))
def test_a_head_promises_no_answers_where_the_edge_gives_none(rules: RuleSet, edge: str) -> None:
    said = " ".join(exported(edge, rules)[0].text.replace("#", " ").split())
    gives_none = "brownouts and tombstones: " in said
    assert gives_none == (edge in ("aws", "traefik"))
    assert ("headers, brownouts and tombstones for" in said) != gives_none
    assert ("Link headers" in said) == (edge != "traefik")


def test_traefik_has_a_router_for_each_rule_with_its_siblings_left_out(rules: RuleSet) -> None:
    http = yaml.safe_load(exported("traefik", rules)[0].text)["http"]
    assert http["routers"]["sundial-orders-1"]["rule"] == (
        "(Method(`GET`) || Method(`HEAD`)) && PathRegexp(`^/v1/orders/[^/]+/?$`)"
        " && !PathRegexp(`^/v1/orders/search/?$`) && !PathRegexp(`^/v1/orders/[^/]+\\.json/?$`)"
    )
    assert http["middlewares"]["sundial-orders-1"]["headers"]["customResponseHeaders"] == {
        "Deprecation": "@1688169600",
        "Sunset": "Mon, 01 Jul 2030 00:00:00 GMT",
    }


def test_aws_maps_every_status_of_an_operation(rules: RuleSet) -> None:
    first = yaml.safe_load(exported("aws", rules)[0].text)["actions"][0]
    assert first["target"] == "$.paths['/v1/orders/{id}'].get['x-amazon-apigateway-integration']"
    mapped = first["update"]["responseParameters"]
    assert {"200", "301", "404", "410", "500", "502"} <= set(mapped)
    assert mapped["404"] == {
        "overwrite:header.Deprecation": "@1688169600",
        "overwrite:header.Sunset": "Mon, 01 Jul 2030 00:00:00 GMT",
        "append:header.Link": '<https://docs.example.com/orders>; rel="deprecation"',
        "append:header.Access-Control-Expose-Headers": "Deprecation, Sunset, Link",
    }


def test_aws_names_a_path_in_quotes(rules: RuleSet) -> None:
    targets = [one["target"] for one in yaml.safe_load(exported("aws", rules)[0].text)["actions"]]
    odd = """$.paths['/v1/it\\'s "odd" $uri ;{}#%{n}/é`\\\\'].get['x-amazon-apigateway-integration']"""
    assert odd in targets


def test_azure_asks_for_method_path_and_siblings(rules: RuleSet) -> None:
    fragment = ET.fromstring(exported("azure", rules)[0].text)
    first = fragment.find("choose/when")
    assert first is not None
    match = "System.Text.RegularExpressions.Regex.IsMatch(context.Request.OriginalUrl.Path, "
    assert first.get("condition") == (
        '@((context.Request.Method == "GET" || context.Request.Method == "HEAD")'
        f' && {match}@"^/v1/orders/[^/]+/?$")'
        f' && !{match}@"^/v1/orders/search/?$") && !{match}@"^/v1/orders/[^/]+\\.json/?$"))'
    )
    assert [one.text for one in first.iter("value")][:2] == [
        '@("@1688169600")',
        "Mon, 01 Jul 2030 00:00:00 GMT",
    ]


def test_rules_about_the_same_requests_become_one_with_the_earliest_dates(rules: RuleSet) -> None:
    first = rules.rules[0]
    twin = replace(
        first,
        id="legacy-9",
        template="/v1/orders/{order}",
        deprecation=first.deprecation + 5,
        sunset=first.sunset - 5,
        links=(Link("sunset", href="/policy"), Link("successor-version", template="/v3/{order}")),
    )
    (joined,) = entries(replace(rules, rules=(first, twin)))
    assert (joined.deprecation, joined.sunset) == (first.deprecation, first.sunset - 5)
    assert joined.link_header == (
        '<https://docs.example.com/orders>; rel="deprecation", </policy>; rel="sunset"'
    )
    assert joined.filled == (
        "</v2/orders/", 0, '>; rel="successor-version"', ", ", "</v3/", 0, '>; rel="successor-version"',
    )  # fmt: skip


def test_a_link_that_the_path_cannot_fill_is_left_out(rules: RuleSet) -> None:
    link = Link("successor-version", template="/v2/orders/{order}")
    (entry,) = entries(replace(rules, rules=(replace(rules.rules[0], links=(link,)),)))
    assert entry.filled == ()


ASKED = [
    "GET /v1/orders/7",
    "HEAD /v1/orders/7/",
    "GET /v1/orders/7?x=/y",
    "GET /v1/orders/search",
    "GET /v1/orders/7.json",
    "DELETE /v1/orders/7",
    "GET /v1/orders/a%2Fb%20c",
    "GET /v1/orders/(%27*!)+:@",
    "GET /v1/%6Frders/%C3%BC",
    "GET /v1/orders/%",
    "GET /v1/orders/a/b",
    "DELETE /v1/carts/9/parts/%C3%BC-1",
    "GET /v1/it's%20%22odd%22%20$uri%20;%7B%7D%23%257/%C3%A9%60%5C",
    "POST /",
    "POST /x",
    "GET ",
]


def test_the_script_answers_as_the_middleware_does(page: "Page", rules: RuleSet) -> None:
    overlapping = replace(
        rules.rules[1],
        id="x",
        methods=("DELETE",),
        template="/v1/{a}/9/{b}/{c}",
        regex=regex_of("/v1/{a}/9/{b}/{c}"),
    )
    *plain, odd, root = rules.rules
    unlinked = replace(odd, links=())  # whose link is encoded further than the middleware's
    everything = replace(rules, rules=(*plain, unlinked, root, overlapping))
    files = {file.name: file.text for file in exported("cloudflare", everything)}
    script = files["sundial-worker.js"].partition("export default")[0]
    answers = page.evaluate(
        f"(asked) => {{ {script}\n return asked.map((one) => sundial(one[0], one[1])); }}", list(_asked())
    )
    table = RuleTable(as_json(everything))
    for (method, target), answer in zip(_asked(), answers, strict=True):
        assert answer == _expected(table, method, target), (method, target)


def _asked() -> Iterator[list[str]]:
    for one in ASKED:
        method, _, target = one.partition(" ")
        yield [method, target]


def _expected(table: RuleTable, method: str, target: str) -> dict[str, Any] | None:
    pairs = table.headers(method, target.partition("?")[0])
    if not pairs:
        return None
    found = dict(pairs[:2])
    links = ", ".join(value for name, value in pairs if name == "Link")
    return {
        "deprecation": found["Deprecation"],
        "sunset": found["Sunset"],
        "link": links,
    }


def test_the_script_answers_brownouts_and_tombstones(page: "Page") -> None:
    now = 1_796_130_000
    script = exported("cloudflare", made(now))[0].text.partition("export default")[0]
    asked = [
        ("/v1/open/7", now, "", ""),
        ("/v1/open/7", now + 3600, "", ""),
        ("/v1/ended/7", now, "", ""),
        ("/v1/shut/7", now, "", ""),
        ("/v1/passed/7", now, "acme-sync/2", "acme-sync/2"),
        ("/v1/keyed/7", now, "", ""),
        ("/v2/open/7", now, "", ""),
    ]
    ask = "sundialAnswer('GET', one[0], one[1], one[2], one[3])"
    statuses = page.evaluate(
        f"(asked) => {{ {script}\n return asked.map((one) => ({ask} || {{}}).status || 0); }}", asked
    )
    assert statuses == [503, 0, 410, 0, 0, 0, 0]
    hit = page.evaluate(
        f"(now) => {{ {script}\n return [...Array(200).keys()].filter((n) => "
        "sundialAnswer('GET', '/v1/part/7', now, 'token-of-' + n, '')).length; }",
        now,
    )
    assert 60 <= hit <= 140


def test_apigees_script_answers_first_and_names_headers_then(page: "Page") -> None:
    now = 1_796_130_000
    files = {PurePosixPath(file.name).name: file.text for file in exported("apigee", made(now))}
    steps = [step.findtext("Condition") for step in ET.fromstring(files["default.xml"])]
    assert steps[1:3] == [
        '(sundial.pass = "1") and (sundial.until != "")',
        '(sundial.pass = "1") and (sundial.status != "")',
    ]
    told = page.evaluate(
        """([script, paths, now]) => paths.map((path) => {
            const known = {"request.verb": "GET", "request.uri": path, "request.header.user-agent": "curl/8"};
            const context = {
                getVariable: (name) => (name in known ? known[name] : null),
                setVariable: (name, value) => { known[name] = value; },
            };
            const Date = function () { this.getTime = () => now * 1000; };
            const run = new Function("context", "Date", script);
            run(context, Date);
            const first = [known["sundial.pass"], known["sundial.status"], known["sundial.until"] !== ""];
            run(context, Date);
            return [...first, known["sundial.pass"], known["sundial.deprecation"] !== ""];
        })""",
        [files["sundial.js"], ["/v1/open/7", "/v1/ended/7", "/v2/open/7"], now],
    )
    assert told == [
        ["1", "503", True, "2", True],
        ["1", "410", False, "2", True],
        ["1", "", False, "2", False],
    ]


def test_azure_answers_in_inbound() -> None:
    inbound = ET.fromstring(exported("azure", made(1_796_130_000))[1].text)
    replies = inbound.findall("choose/when/return-response")
    codes = [status.get("code") for one in replies for status in one.iter("set-status")]
    assert codes == ["503", "410", "503", "503", "410", "503", "503", "503"]
    assert json.loads(replies[1].findtext("set-body", ""))["reason"] == "retired"
