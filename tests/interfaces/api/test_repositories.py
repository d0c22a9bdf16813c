"""Spec repositories from a program's side: the secret that it is given signs what the webhook takes."""

import hashlib
import hmac
import json
from collections.abc import Callable

import pytest
from flask import Flask

from tests.support.programs import Program

PLACE = {"host": "git", "location": "https://git.example.com/specs.git", "path": "orders/openapi.yaml"}


def deliver(web: Flask, signing: dict[str, str], body: bytes) -> int:
    signature = signing["prefix"] + hmac.new(signing["secret"].encode(), body, hashlib.sha256).hexdigest()
    path = "/" + signing["address"].split("/", 3)[3]
    answer = web.test_client().post(path, data=body, headers={signing["header"]: signature})
    return answer.status_code


def test_a_repository_is_connected_and_its_secret_signs(known: Program, web: Flask) -> None:
    made = known.send("POST", "/apis/orders/repositories", 201, PLACE)
    assert made["branch"] == "main"
    body = json.dumps({"ref": "refs/heads/main", "after": "a" * 40}).encode()
    assert deliver(web, made["signing"], body) == 202
    assert deliver(web, {**made["signing"], "secret": "wrong"}, body) == 401
    [found] = known.get("/apis/orders/repositories")["items"]
    assert [(one["revision"], one["state"]) for one in found["deliveries"]] == [("a" * 40, "pending")]


def test_a_secret_is_rotated_and_the_one_before_still_signs(known: Program, web: Flask) -> None:
    made = known.send("POST", "/apis/orders/repositories", 201, PLACE)
    rotated = known.send("POST", f"/repositories/{made['id']}/rotate-secret", 200)
    assert rotated["secret"] != made["signing"]["secret"]
    assert known.get(f"/repositories/{made['id']}/secret") == rotated
    for number, signing in enumerate((made["signing"], rotated)):
        body = json.dumps({"ref": "refs/heads/main", "after": str(number) * 40}).encode()
        assert deliver(web, signing, body) == 202
    known.get("/repositories/999/secret", 404)


def test_a_repository_that_can_not_be_reached_is_said_to_be_so(known: Program) -> None:
    place = {**PLACE, "location": "https://127.0.0.1:9/specs.git"}
    made = known.send("POST", "/apis/orders/repositories", 201, place)
    refused = known.send("POST", f"/repositories/{made['id']}/poll", 502)
    assert refused["detail"].startswith("git could not fetch https://127.0.0.1:9/specs.git")
    known.send("POST", "/repositories/999/poll", 404)


def test_who_may_only_read_sees_no_secret(known: Program, program: Callable[..., Program]) -> None:
    made = known.send("POST", "/apis/orders/repositories", 201, PLACE)
    reader = program("read")
    listed = reader.call("GET", "/apis/orders/repositories").text
    assert made["signing"]["secret"] not in listed
    reader.get(f"/repositories/{made['id']}/secret", 403)


@pytest.mark.parametrize(
    "change",
    [
        {"host": "sourceforge"},
        {"location": "/etc"},
        {"path": "../../etc/passwd"},
        {"path": "/etc/passwd"},
        {"branch": "--upload-pack=x"},
    ],
)
def test_a_place_that_is_not_to_be_read_is_refused(
    known: Program, rows: Callable[[], dict[str, int]], change: dict[str, str]
) -> None:
    before = rows()
    known.send("POST", "/apis/orders/repositories", 422, {**PLACE, **change})
    assert rows() == before
