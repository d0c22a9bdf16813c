"""The suppression list by program."""

from tests.support.programs import Program


def test_the_suppression_list_by_program(api: Program) -> None:
    made = api.send("POST", "/suppressions", 201, {"address": "Dana@example.com", "detail": "She left."})
    assert (made["address"], made["reason"]) == ("dana@example.com", "by-hand")
    api.send("POST", "/suppressions", 422, {"address": "nobody"})
    added = api.send("POST", "/suppressions/import", 200, {"csv": "address,reason\nkim@example.com,bounce\n"})
    assert added == {"added": 1}
    [found] = api.get("/suppressions", reason="bounce", search="KIM")["items"]
    assert found["address"] == "kim@example.com"
    assert api.call("GET", "/suppressions.csv", 200).text.count("\n") == 3
    gone = api.send("POST", "/suppressions/remove", 200, {"address": "kim@example.com", "reason": "Back."})
    assert gone["contacts_told_again"] == 0
    api.send("POST", "/suppressions/remove", 404, {"address": "kim@example.com", "reason": "Back."})
