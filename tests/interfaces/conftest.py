"""What tests of every way in share."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache

from interfaces import runtime as runtime_module
from interfaces.runtime import Runtime
from interfaces.web import make_web
from registry import workbench
from registry.bundle import Bundle, pack
from registry.workbench import Limits
from tests.support.engines import engine_for

_answers: dict[tuple[object, ...], bytes] = {}


@pytest.fixture(autouse=True)
def examined_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the workbench's child process work on the same bytes once for all tests of a worker.

    Its answer depends on them, the job and the limits alone; what it refuses, it is asked again.
    """
    ask: Callable[[list[str], list[Bundle], Limits], bytes] = workbench._run

    def remembered(job: list[str], bundles: list[Bundle], limits: Limits) -> bytes:
        key = (*job, *(pack(bundle) for bundle in bundles), *(bundle.name for bundle in bundles), limits)
        if key not in _answers:
            _answers[key] = ask(job, bundles, limits)
        return _answers[key]

    monkeypatch.setattr(workbench, "_run", remembered)


@pytest.fixture(autouse=True)
def engine_of_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every runtime on the same database share one engine."""
    monkeypatch.setattr(runtime_module, "make_engine", engine_for)


@pytest.fixture
def data_dir(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of an empty Sundial, which the `sundial` command finds by its environment."""
    monkeypatch.setenv("SUNDIAL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("SUNDIAL_DATABASE_URL", sqlite_url)
    return tmp_path / "data"


class _Bytecode(BytecodeCache):
    """Templates that were compiled once in this process."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Hand out what was compiled for the same name and text."""
        if bucket.key in self._known:
            bucket.bytecode_from_string(self._known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._known[bucket.key] = bucket.bytecode_to_string()


_bytecode = _Bytecode()
_applications: dict[str, Flask] = {}


@pytest.fixture
def web(runtime: Runtime) -> Flask:
    """The whole web application, made once for each set of settings: what a test is about is its runtime."""
    settings = runtime.settings.model_dump_json(exclude={"data_dir", "database_url"})
    if settings not in _applications:
        _applications[settings] = make_web(runtime)
        _applications[settings].jinja_env.bytecode_cache = _bytecode
    made = _applications[settings]
    made.extensions["sundial"] = runtime
    made.config["SECRET_KEY"] = runtime.key_for("cookies")
    return made
