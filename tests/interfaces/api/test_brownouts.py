"""Brownouts, exemptions and freezes from a program's side."""

import pytest

from tests.interfaces.api.test_edge import PLAN
from tests.support.programs import Program

FIRST = "2026-12-08T14:00:00Z"
RAMP = {"ramp": "mild", "first_at": FIRST, "reason": "They must notice."}
FREEZE = {
    "starts_at": "2026-12-18T00:00:00Z",
    "ends_at": "2027-01-04T00:00:00Z",
    "reason": "Christmas trade.",
}


@pytest.fixture
def plan(known: Program) -> str:
    """The address of an announced plan."""
    return f"/deprecations/{known.send('POST', '/deprecations', 201, PLAN)['id']}"


def test_a_ramp_is_announced_listed_and_in_the_rules(known: Program, plan: str) -> None:
    made = known.send("POST", f"{plan}/brownouts", 201, RAMP)
    assert [one["starts_at"][:10] for one in made["items"]] == [
        "2026-12-08",
        "2026-12-15",
        "2026-12-22",
        "2026-12-29",
    ]
    assert known.get(f"{plan}/brownouts") == made
    rule = known.get("/rules")["rules"][0]
    assert [one["ends"] - one["starts"] for one in rule["brownouts"]] == [3600, 3600, 7200, 14400]
    assert known.get("/audit")["items"][0]["action"] == "brownouts announced"


def test_single_windows_are_announced(known: Program, plan: str) -> None:
    window = {"starts_at": FIRST, "ends_at": "2026-12-08T14:30:00+00:00", "percent": 25}
    (made,) = known.send("POST", f"{plan}/brownouts", 201, {"windows": [window], "status": 410})["items"]
    assert (made["percent"], made["status"], made["phase"]) == (25, 410, "ahead")


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"ramp": "mild"},
        {"ramp": "gentle", "first_at": FIRST},
        {"windows": []},
        {"windows": [{"starts_at": FIRST, "ends_at": FIRST}]},
        {"ramp": "mild", "first_at": "2026-12-08T14:00"},
        {"ramp": "mild", "first_at": FIRST, "status": 500},
    ],
)
def test_what_makes_no_sense_is_refused(known: Program, plan: str, asked: dict[str, object]) -> None:
    known.send("POST", f"{plan}/brownouts", 422, asked)


def test_a_freeze_stands_in_the_way(known: Program, plan: str) -> None:
    made = known.send("POST", "/freezes", 201, {**FREEZE, "zone": "Europe/Berlin", "api": "orders"})
    assert (made["api"], made["reason"]) == ("orders", "Christmas trade.")
    refused = known.send("POST", f"{plan}/brownouts", 422, RAMP)
    assert "falls into a freeze" in refused["detail"]
    assert known.get("/freezes")["items"] == [made]
    known.send("DELETE", f"/freezes/{made['id']}", 204)
    known.send("DELETE", f"/freezes/{made['id']}", 404)
    known.send("POST", f"{plan}/brownouts", 201, RAMP)
    assert known.send("POST", "/freezes", 201, FREEZE)["api"] is None
    assert [one["phase"] for one in known.get(f"{plan}/brownouts")["items"]] == [
        "ahead",
        "ahead",
        "frozen",
        "frozen",
    ]


def test_aborting_takes_them_out_of_the_rules(known: Program, plan: str) -> None:
    first, *_others = known.send("POST", f"{plan}/brownouts", 201, RAMP)["items"]
    before = known.call("GET", "/rules").headers["ETag"]
    one = known.send(
        "POST", f"{plan}/brownouts/abort", 200, {"reason": "A holiday.", "brownout": first["id"]}
    )
    assert [item["phase"] for item in one["items"]] == ["aborted", "ahead", "ahead", "ahead"]
    known.send("POST", f"{plan}/brownouts/abort", 200, {"reason": "All of them."})
    answer = known.call("GET", "/rules", headers={"If-None-Match": before})
    assert answer.get_json()["rules"][0]["brownouts"] == []
    known.send("POST", f"{plan}/brownouts/abort", 422, {"reason": "Again."})


def test_a_consumer_is_passed_over_by_its_credentials(known: Program, plan: str) -> None:
    known.send("POST", "/consumers", 201, {"slug": "acme", "name": "Acme"})
    known.send("POST", "/consumers/acme/credentials", 201, {"kind": "api-key", "value": "key-1-of-acme-7f2a"})
    asked = {"consumer": "acme", "reason": "Spring.", "until_at": "2027-05-01T00:00:00Z"}
    made = known.send("POST", f"{plan}/exemptions", 201, asked)
    assert known.get(f"{plan}/exemptions")["items"] == [made]
    (told,) = known.get("/rules")["rules"][0]["exempt"]
    assert (told["kind"], told["until"]) == ("api-key", 1809129600)
    known.send("DELETE", f"{plan}/exemptions/acme", 204)
    known.send("DELETE", f"{plan}/exemptions/acme", 404)
    assert known.get("/rules")["rules"][0]["exempt"] == []


def test_a_brownout_is_reported_on(known: Program, plan: str) -> None:
    first, *_others = known.send("POST", f"{plan}/brownouts", 201, RAMP)["items"]
    told = known.get(f"/brownouts/{first['id']}/report")
    assert told["brownout"] == first
    assert (told["hit"], told["hits"], told["after"]) == (0, [], None)
    known.get("/brownouts/4711/report", 404)
