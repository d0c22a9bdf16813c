"""The seven steps by the JSON API."""

import gzip
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

import requests

from tests.support.hands import Consumer, Plan, Verdict, Webhook
from tests.support.servers import Server

_PATIENCE_SECONDS = 60
_MEDIA_TYPES = {".json": "application/json", ".yaml": "application/yaml"}


class HandsApi:
    """A program with a token that may do everything."""

    origin = "api"

    def __init__(self, server: Server) -> None:
        made = server.command("token", "add", "the story", "--scope", "manage")
        self.address = f"{server.address}/api/v1"
        self.authorization = {"Authorization": f"Bearer {made.stdout.strip()}"}

    def register(self, slug: str, name: str) -> None:
        self._post("/apis", slug=slug, name=name)

    def publish(self, slug: str, file: Path) -> bool:
        answer = self.ask(
            "POST",
            f"/apis/{slug}/versions",
            params={"name": file.name},
            data=file.read_bytes(),
            headers={"Content-Type": _MEDIA_TYPES[file.suffix]},
        )
        created: bool = _good(answer)["created"]
        assert answer.status_code == (HTTPStatus.CREATED if created else HTTPStatus.OK)
        return created

    def connect(self, slug: str, host: str, location: str, path: str) -> Webhook:
        place = {"host": host, "location": location, "path": path}
        signing = _good(self.ask("POST", f"/apis/{slug}/repositories", json=place))["signing"]
        return Webhook(signing["address"], signing["secret"])

    def compare(self, slug: str, old: str, new: str) -> None:
        self._post(f"/apis/{slug}/comparisons", old=old, new=new)

    def enrol(self, consumer: Consumer) -> None:
        self._post("/consumers", slug=consumer.slug, name=consumer.name, team=consumer.team)
        for kind, value in consumer.credentials:
            self._post(f"/consumers/{consumer.slug}/credentials", kind=kind, value=value)
        self._post(f"/consumers/{consumer.slug}/contacts", name=consumer.person, email=consumer.contact)

    def count(self, file: Path, source: str, api: str | None = None) -> None:
        only = {"api": api} if api else {}
        answer = self.ask(
            "POST",
            "/usage",
            params={"source": source, **only},
            data=gzip.compress(file.read_bytes()),
            headers={"Content-Encoding": "gzip", "Content-Type": "application/x-ndjson"},
        )
        _good(answer)

    def callers(self, slug: str, operation: str) -> Mapping[str, int]:
        listed = self._get(f"/apis/{slug}/operations")["items"]
        found = next(one for one in listed if one["operation"] == operation)
        return {one["name"]: one["calls"] for one in self._get(f"/operations/{found['id']}")["callers"]}

    def promise(self, slug: str, days: int) -> None:
        terms = {"minimum_notice_days": days, "replacement_required": True}
        _good(self.ask("PUT", f"/apis/{slug}/policy", json=terms))

    def announce(self, plan: Plan) -> str | None:
        answer = self.ask(
            "POST",
            "/deprecations",
            json={
                "finding": self._finding(plan),
                "deprecated_on": str(plan.deprecated_on),
                "sunset_on": str(plan.sunset_on),
                "zone": plan.zone,
                "reason": plan.reason,
                "replacement": plan.replacement,
                "documentation": plan.documentation,
                "announce": True,
            },
        )
        if answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:
            assert answer.headers["Content-Type"] == "application/problem+json"
            return str(answer.json()["detail"])
        _good(answer)
        return None

    def headers(self, slug: str, method: str, path: str) -> list[tuple[str, str]]:
        asked = {"api": slug, "method": method, "path": path}
        return [(name, value) for name, value in self._get("/headers", **asked)["headers"]]

    def send_mail(self) -> None:
        """The scheduler sends by itself."""

    def verdict(self, slug: str, operation: str) -> Verdict:
        told = self._get("/can-remove", api=slug, operation=operation)
        return Verdict(told["answer"], frozenset(reason["kind"] for reason in told["reasons"]))

    def cannot_judge(self, slug: str, operation: str) -> str:
        answer = self.ask("GET", "/can-remove", params={"api": slug, "operation": operation})
        assert answer.status_code == HTTPStatus.NOT_FOUND
        return str(answer.json()["detail"])

    def ask(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> requests.Response:
        """Send a request with the token, and return the answer whatever it is."""
        return requests.request(
            method,
            self.address + path,
            headers={**self.authorization, **(headers or {})},
            timeout=_PATIENCE_SECONDS,
            **more,
        )

    def _finding(self, plan: Plan) -> int:
        old, new = plan.compared
        listed = self._get(f"/apis/{plan.api}/comparisons")["items"]
        comparison = next(one["id"] for one in listed if (one["old"], one["new"]) == (old, new))
        findings = self._get(f"/comparisons/{comparison}/findings")["items"]
        return next(int(one["id"]) for one in findings if one["rule"] == plan.rule)

    def _get(self, where: str, **params: str) -> Any:
        return _good(self.ask("GET", where, params=params))

    def _post(self, where: str, **body: str) -> Any:
        return _good(self.ask("POST", where, json=body))


def _good(answer: requests.Response) -> Any:
    assert answer.ok, f"{answer.request.method} {answer.url}: {answer.status_code} {answer.text}"
    return answer.json()
