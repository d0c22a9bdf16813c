import json
from urllib.request import urlopen

import pytest


def _answer(address: str) -> dict[str, str]:
    with urlopen(address, timeout=20) as response:
        return json.load(response)


def test_the_command_serves_until_it_is_interrupted(serve):
    sundial = serve()
    assert _answer(f"{sundial.address}/healthz") == {"status": "ok"}
    assert _answer(f"{sundial.address}/readyz")["status"] == "ok"
    assert sundial.sign_in_link.startswith(sundial.address)
    assert sundial.stop() == 0


@pytest.mark.postgresql
def test_the_command_serves_from_postgresql_likewise(serve, postgresql_cluster):
    sundial = serve(database_url=postgresql_cluster.create("served"))
    assert _answer(f"{sundial.address}/readyz")["status"] == "ok"
    assert sundial.stop() == 0


def test_commands_work_beside_the_running_server(serve):
    sundial = serve(examples="false")
    listed = sundial.command("api", "list", "--json")
    assert (listed.returncode, listed.stderr) == (0, "")
