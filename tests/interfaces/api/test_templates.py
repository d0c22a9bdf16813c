"""Templates of mails by program."""

from tests.support.programs import Program


def test_templates_are_tried_saved_and_taken_back_by_program(api: Program) -> None:
    assert {one["kind"] for one in api.get("/templates")["items"]} == {
        "digest",
        "decision",
        "owners",
        "trial",
    }
    ours = {"subject": "Does it arrive, {{ by }}?"}
    shown = api.send("POST", "/templates/trial/en/preview", 200, ours)
    assert shown["subject"] == "Does it arrive, dana@example.com?"
    assert api.get("/templates/trial/en")["version"] == 0
    saved = api.send("PUT", "/templates/trial/en", 200, {**ours, "based_on": 0})
    assert (saved["version"], saved["is_default"], saved["subject"]) == (1, False, ours["subject"])
    api.send("PUT", "/templates/trial/en", 409, {"subject": "Another", "based_on": 0})
    refused = api.send("PUT", "/templates/trial/en", 422, {"text": "{{ nobody }}"})
    assert refused["detail"] == "text, line 1: 'nobody' is undefined"
    sent = api.send("POST", "/templates/trial/en/sample", 200, {"recipient": "kim@example.com"})
    assert sent["subject"] == "[Sample] Does it arrive, dana@example.com?"
    assert api.call("DELETE", "/templates/trial/en", 200).get_json()["is_default"] is True
    assert [one["version"] for one in api.get("/templates/trial/en/versions")["items"]] == [2, 1]
    api.get("/templates/trial/fr", 404)
