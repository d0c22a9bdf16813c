"""The seven steps by the `sundial` command."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support.hands import Consumer, Plan, Verdict, Webhook
from tests.support.servers import Server

_MISTAKE = 2
_EXITS = {"safe": 0, "unsafe": 1, "not_proven": 1}


class HandsCommand:
    """Somebody at a shell on the server."""

    origin = "command"

    def __init__(self, server: Server) -> None:
        self._server = server
        self._fingerprints: dict[tuple[str, ...], str] = {}

    def register(self, slug: str, name: str) -> None:
        self._run("api", "add", slug, "--name", name)

    def publish(self, slug: str, file: Path) -> bool:
        return bool(self._json("publish", slug, str(file))["created"])

    def connect(self, slug: str, host: str, location: str, path: str) -> Webhook:
        said = self._run("repository", "add", slug, location, "--host", host, "--path", path)
        address, secret = (_after(word, said) for word in ("webhook", "secret"))
        return Webhook(address, secret)

    def compare(self, slug: str, old: str, new: str) -> None:
        self._run("compare", slug, old, new)

    def enrol(self, consumer: Consumer) -> None:
        self._run("consumer", "add", consumer.slug, "--name", consumer.name, "--team", consumer.team)
        for kind, value in consumer.credentials:
            self._run("consumer", "credential", consumer.slug, kind, value)
        self._run("consumer", "contact", consumer.slug, consumer.contact, "--name", consumer.person)

    def count(self, file: Path, source: str, api: str | None = None) -> None:
        only = ("--api", api) if api else ()
        self._run("ingest", str(file), "--source", source, *only)

    def callers(self, slug: str, operation: str) -> Mapping[str, int]:
        shown = self._json("operation", "show", slug, operation)
        return {caller["name"]: caller["calls"] for caller in shown["callers"]}

    def promise(self, slug: str, days: int) -> None:
        self._run("deprecation", "policy", slug, "--minimum-notice-days", str(days))

    def announce(self, plan: Plan) -> str | None:
        done = self._server.command(
            *("deprecation", "plan", plan.api, plan.operation, "--announce"),
            *("--finding", self._fingerprint(plan)),
            *("--deprecated-on", str(plan.deprecated_on), "--sunset-on", str(plan.sunset_on)),
            *("--zone", plan.zone, "--reason", plan.reason),
            *("--replacement", plan.replacement, "--documentation", plan.documentation),
        )
        assert done.returncode in (0, _MISTAKE), done.stderr
        return done.stderr if done.returncode else None

    def headers(self, slug: str, method: str, path: str) -> list[tuple[str, str]]:
        lines = self._run("headers", slug, method, path).splitlines()
        return [(name, value) for name, _, value in (line.partition(": ") for line in lines)]

    def send_mail(self) -> None:
        self._run("mail", "write")
        self._run("mail", "send")

    def verdict(self, slug: str, operation: str) -> Verdict:
        done = self._server.command("can-remove", slug, operation, "--json")
        told = json.loads(done.stdout)
        assert done.returncode == _EXITS[told["answer"]], done
        return Verdict(told["answer"], frozenset(reason["kind"] for reason in told["reasons"]))

    def cannot_judge(self, slug: str, operation: str) -> str:
        done = self._server.command("can-remove", slug, operation)
        assert (done.returncode, done.stdout) == (_MISTAKE, "")
        return done.stderr

    def _fingerprint(self, plan: Plan) -> str:
        """Look the finding up once, as somebody would who tries again with other dates."""
        asked = (plan.api, *plan.compared)
        if asked not in self._fingerprints:
            found = self._json("compare", *asked)["findings"]
            self._fingerprints[asked] = next(one["fingerprint"] for one in found if one["rule"] == plan.rule)
        return self._fingerprints[asked]

    def _run(self, *arguments: str) -> str:
        done = self._server.command(*arguments)
        assert done.returncode == 0, f"sundial {' '.join(arguments)}: {done.returncode}\n{done.stderr}"
        return done.stdout

    def _json(self, *arguments: str) -> Any:
        return json.loads(self._run(*arguments, "--json"))


def _after(word: str, text: str) -> str:
    found = re.search(rf"^{word} +(\S+)$", text, re.MULTILINE)
    assert found, text
    return found[1]
