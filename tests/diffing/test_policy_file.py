import json
from datetime import date

import jsonschema_rs
import pytest

from diffing.contract import schema
from diffing.finding import Direction, Level
from diffing.policy import Override, Policy, Waiver
from diffing.policy_file import read_policy
from diffing.policy_text import PolicyError
from diffing.rule_sets import newest

FULL = b"""\
format: 1
levels:
  # Readers of this API tolerate new values.
  - rule: response-property-enum-value-added
    level: compatible
    reason: guideline 112
  - {level: dangerous, path: "/internal/**", direction: request, stability: beta, audience: inside}
waivers:
  - fingerprint: 123456789012
    reason: Nobody sends it.
    owner: orders team
    expires_on: 2027-01-31
  - {rule: no-*, pointer: /paths/**, reason: "no", owner: me, expires_on: "2027-02-01"}
"""


def refusal(text: bytes) -> str:
    with pytest.raises(PolicyError) as caught:
        read_policy(text, "policy.yaml")
    return str(caught.value)


def test_a_policy_is_read_with_the_line_of_each_row() -> None:
    assert read_policy(FULL, "policy.yaml") == Policy(
        "policy.yaml",
        (
            Override(
                Level.COMPATIBLE,
                "response-property-enum-value-added",
                None,
                None,
                None,
                None,
                "guideline 112",
                4,
            ),
            Override(Level.DANGEROUS, None, Direction.REQUEST, "/internal/**", "beta", "inside", None, 7),
        ),
        (
            Waiver("Nobody sends it.", "orders team", date(2027, 1, 31), "123456789012", None, None, 9),
            Waiver("no", "me", date(2027, 2, 1), None, "no-*", "/paths/**", 13),
        ),
    )


def test_the_newest_rule_set_of_the_schema_is_that_of_the_table() -> None:
    assert json.loads(schema("policy"))["properties"]["rules"]["maximum"] == newest()
    assert read_policy(b"format: 1\nrules: 1\n", "policy.yaml").earlier == {}


def test_a_policy_may_be_json() -> None:
    text = json.dumps({"format": 1, "levels": [{"rule": "a", "level": "breaking"}]}).encode()
    assert read_policy(text, "p.json").overrides[0].level is Level.BREAKING


def test_the_schema_of_a_policy_is_itself_valid() -> None:
    assert jsonschema_rs.meta.is_valid(json.loads(schema("policy")))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"format: 2\n", "policy.yaml:1: format must be 1, the format that this version reads"),
        (
            b"format: 1\nrules: 2\n",
            "policy.yaml:2: rules is a rule set that this version does not know; give one up to 1",
        ),
        (b"format: 1\nrules: 0\n", "policy.yaml:2: rules must be at least 1"),
        (b"levels: []\n", "policy.yaml:1: the policy lacks format; add it"),
        (b"\n# nothing\n", "policy.yaml:1: the policy must be of type object"),
        (b"- format\n", "policy.yaml:1: the policy must be of type object"),
        (
            b"format: 1\nwaiver: []\n",
            "policy.yaml:1: the policy has keys that no policy has: waiver; mend or remove them",
        ),
        (
            b"format: 1\nlevels:\n- rule: a\n  level: fatal\n",
            "policy.yaml:4: level is no choice here; give one of breaking, dangerous, compatible, editorial",
        ),
        (
            b"format: 1\nlevels:\n- level: breaking\n",
            "policy.yaml:3: levels selects nothing; give one of rule, direction, path, stability, audience",
        ),
        (
            b"format: 1\nwaivers:\n- {rule: a, owner: me, expires_on: 2027-01-01}\n",
            "policy.yaml:3: waivers lacks reason; add it",
        ),
        (
            b"format: 1\nwaivers:\n- rule: a\n  owner: me\n  reason: b\n  expires_on: 2027-02-30\n",
            "policy.yaml:6: expires_on is no day of the calendar; write it as YYYY-MM-DD",
        ),
        (b"format: 1\nlevels: [\n", "policy.yaml:3: did not find expected node content; mend the YAML"),
        (b"format: 1\nformat: 1\n", "policy.yaml:2: the key 'format' stands here twice; keep one"),
        (b"format: 1\n---\nformat: 1\n", "policy.yaml:3: a second document begins; keep one"),
        (b"format: &a 1\n", "policy.yaml:1: anchors and aliases are not read here; write the value out"),
        (b"[" * 100_000, "policy.yaml:1: nests deeper than a policy can"),
        (b"\x80", "policy.yaml:1: is not UTF-8 text in YAML; mend the file"),
        (b"a" * 1_000_001, "policy.yaml:1: holds 1,000,001 bytes; a policy may have 1,000,000"),
    ],
)
def test_a_policy_that_cannot_be_read_says_where_and_why(text: bytes, message: str) -> None:
    assert refusal(text) == message


def test_all_problems_of_a_policy_are_told_at_once() -> None:
    told = refusal(b"format: 1\nwaivers:\n- rule: a\n  owner: me\n- rule: b\n  reason: c\n").splitlines()
    assert told == [
        "policy.yaml:3: waivers lacks reason; add it",
        "policy.yaml:3: waivers lacks expires_on; add it",
        "policy.yaml:5: waivers lacks owner; add it",
        "policy.yaml:5: waivers lacks expires_on; add it",
    ]


def test_a_severity_file_of_oasdiff_is_read_line_by_line() -> None:
    text = b"\nresponse-property-became-optional err\nfoo  warn\nbar\tINFO\nbaz none\n"
    overrides = read_policy(text, "levels.txt").overrides
    assert [(row.rule, row.level, row.line) for row in overrides] == [
        ("response-property-became-optional", Level.BREAKING, 2),
        ("foo", Level.DANGEROUS, 3),
        ("bar", Level.COMPATIBLE, 4),
        ("baz", Level.EDITORIAL, 5),
    ]


def test_an_unknown_severity_names_its_line() -> None:
    assert refusal(b"foo err\nbar loud\n") == (
        "policy.yaml:2: 'bar loud' is no severity; write a rule id and one of err, warn, info, none"
    )
