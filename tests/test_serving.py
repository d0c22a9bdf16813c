import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.support.patience import eventually
from tests.support.processes import child


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


@pytest.mark.slow
def test_a_database_that_is_not_there_is_one_clear_line(tmp_path):
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "SUNDIAL_DATA_DIR": str(tmp_path)}
    environment["SUNDIAL_DATABASE_URL"] = "postgresql+psycopg://nobody@127.0.0.1:9/nothing"
    command = [Path(sys.executable).with_name("sundial"), "api", "list"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("sundial: the database can't be used (SUNDIAL_DATABASE_URL): ")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.slow
def test_a_port_that_is_taken_is_told_before_anything_is_loaded(tmp_path):
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "SUNDIAL_DATA_DIR": str(tmp_path / "new"),
    }
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        environment["SUNDIAL_PORT"] = str(port)
        command = [Path(sys.executable).with_name("sundial"), "serve"]
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=60
        )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"sundial: something listens on 127.0.0.1:{port} already; SUNDIAL_PORT names another.\n"
    )
    assert not (tmp_path / "new" / "sundial.db").exists()


def test_the_example_company_shows_what_may_go_and_goes_itself_without_a_trace(serve):
    sundial = serve()
    safe = sundial.command("can-remove", "orders", "GET /v1/rates")
    assert (safe.returncode, safe.stdout.splitlines()[0]) == (0, "GET /v1/rates: safe")
    unsafe = sundial.command("can-remove", "orders", "GET /v1/orders/{id}")
    assert (unsafe.returncode, unsafe.stdout.splitlines()[0]) == (1, "GET /v1/orders/{orderId}: unsafe")
    again = sundial.command("examples")
    assert (again.returncode, again.stdout) == (2, "")
    assert "examples --remove" in again.stderr
    assert sundial.command("examples", "--remove").returncode == 0
    for listed in ("api", "source", "deprecation"):
        assert json.loads(sundial.command(listed, "list", "--json").stdout) == []
    consumers = json.loads(sundial.command("consumer", "list", "--json").stdout)
    assert [one["slug"] for one in consumers] == ["unattributed"]


@pytest.mark.slow
def test_a_first_start_that_is_terminated_leaves_nothing_half_loaded(tmp_path):
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "SUNDIAL_DATA_DIR": str(tmp_path)}
    sundial = Path(sys.executable).with_name("sundial")
    with child([sundial, "serve"], env=environment) as process:
        assert process.stdout is not None
        while "counting" not in process.stdout.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 128 + signal.SIGTERM
    listed = subprocess.run(
        [sundial, "api", "list", "--json"], env=environment, capture_output=True, text=True, check=True
    )
    assert json.loads(listed.stdout) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent is gone")
def test_nothing_goes_on_when_the_command_is_killed(serve):
    sundial = serve(examples="false")
    sundial.process.kill()
    sundial.process.wait()
    eventually(lambda: _is_free(sundial.address))
    serve(examples="false", port=sundial.address.rpartition(":")[2])
    assert _answer(f"{sundial.address}/healthz") == {"status": "ok"}


def _is_free(address: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(address.rpartition(":")[2]))) != 0
